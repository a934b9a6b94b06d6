using System.Net;
using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Hosting;

/// <summary>Refuses requests that two servers may read differently, and those for a host that this is not. Kestrel refuses more before: header lines it cannot read, a host or a length that comes twice.</summary>
internal sealed class RequestRules(GatewayOptions options)
{
    private static readonly string[] Once = ["Authorization", "Content-Type", "Content-Encoding", "Transfer-Encoding", "X-Request-Id"];

    internal Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        SecurityHeaders.Add(context.Response);
        var headers = context.Request.Headers;
        // Where both lengths are given Kestrel moves one aside, as RFC 9112 section 6.3 allows; what a proxy before made of them is not known.
        if (headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")))
        {
            throw Uncertain("Content-Length and Transfer-Encoding must not be sent together.");
        }

        foreach (var name in Once)
        {
            if (headers[name].Count > 1)
            {
                throw Uncertain($"The header {name} must be sent once.");
            }
        }

        if (!IsOwn(context.Request.Host.Host))
        {
            throw new ApiException(421, "unknown_host", "The request is for another host.");
        }

        return next(context);
    }

    private static ApiException Uncertain(string message) => new(400, "invalid_request", message) { Closes = true };

    private bool IsOwn(string host)
    {
        if (options.Hosts.Count > 0)
        {
            return options.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
        }

        return !options.IsLocal
            || string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
