using System.Net;
using Microsoft.AspNetCore.Http;
using Plumbline.Studio.Options;

namespace Plumbline.Studio.Hosting;

/// <summary>
/// Refuses requests under names that are not the pages' own, so that no other site reaches them under a name of its own which leads to this machine (DNS rebinding).
/// </summary>
/// <param name="options">By which names people reach the pages.</param>
internal sealed class AllowedHosts(StudioOptions options)
{
    private readonly HashSet<string>? names = Names(options);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (names?.Contains(http.Request.Host.Host) == false)
        {
            http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            await http.Response.WriteAsync("These pages have another name.", http.RequestAborted);
            return;
        }

        await next(http);
    }

    /// <summary>The names; null where the address is open to the network and nobody said by which name.</summary>
    private static HashSet<string>? Names(StudioOptions options)
    {
        var isLocal = IPAddress.IsLoopback(IPAddress.Parse(options.Address));
        return options.PublicUrl is null && !isLocal
            ? null
            : new HashSet<string>(
                ["localhost", "127.0.0.1", "[::1]", .. options.PublicUrl is { } url ? new[] { new Uri(url).Host } : []],
                StringComparer.OrdinalIgnoreCase
            );
    }
}
