using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Telemetry;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Upstream;

/// <summary>
/// Asks the model's server: at the one address of the options, with the gateway's own key, without following redirects, proxies of the environment or cookies. Thread-safe.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    private readonly UpstreamOptions options;
    private readonly GatewayMetrics metrics;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;
    private readonly string root;
    private readonly string? key;

    public UpstreamClient(GatewayOptions gateway, GatewayMetrics metrics, TimeProvider time)
    {
        options = gateway.Upstream;
        this.metrics = metrics;
        this.time = time;
        root = options.Endpoint.TrimEnd('/');
        key = KeyFrom(options.ApiKeyVariable);
        http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(options.ConnectTimeoutSeconds),
                MaxConnectionsPerServer = options.MaxConnections,
                MaxResponseHeadersLength = 32,
                // What an answer that was given up still sends is not worth reading.
                MaxResponseDrainSize = 0,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
                UseProxy = false,
                // A client's trace headers say nothing to the model's server.
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            }
        );
    }

    /// <summary>The gateway's own key, so that no error repeats it.</summary>
    internal string? Key => key;

    /// <summary>How deep its JSON may nest is the gateway's affair; how long an event may be is here.</summary>
    internal UpstreamOptions Options => options;

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>Whether an address lies on the server's own host: same scheme, name and port.</summary>
    internal bool IsOwn(Uri address)
    {
        var own = new Uri(root);
        return address.Scheme == own.Scheme
            && string.Equals(address.IdnHost, own.IdnHost, StringComparison.OrdinalIgnoreCase)
            && address.Port == own.Port
            && address.UserInfo.Length == 0;
    }

    /// <summary>Sends JSON to an endpoint.</summary>
    /// <param name="path">The endpoint's path after the version: a constant.</param>
    /// <param name="body">The JSON; empty for a GET.</param>
    /// <param name="from">The client's request, for the headers that may be sent on.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="ApiException">There is no connection, or no answer in time.</exception>
    internal Task<UpstreamAnswer> SendAsync(string path, ReadOnlyMemory<byte> body, HttpRequest from, CancellationToken cancellation)
    {
        var message = new HttpRequestMessage(body.IsEmpty ? HttpMethod.Get : HttpMethod.Post, root + path);
        if (!body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var name in options.ForwardedHeaders)
        {
            if (from.Headers.TryGetValue(name, out var value) && value.Count == 1 && IsPlain(value.ToString()))
            {
                message.Headers.TryAddWithoutValidation(name, value.ToString());
            }
        }

        return SendAsync(message, path, cancellation);
    }

    /// <summary>Fetches a file from the server's own host, without the key.</summary>
    internal Task<UpstreamAnswer> FetchAsync(Uri address, CancellationToken cancellation) =>
        IsOwn(address)
            ? SendAsync(new HttpRequestMessage(HttpMethod.Get, address), "file", cancellation)
            : throw ApiException.BadGateway(
                "upstream_foreign_address",
                "The model's server named an image elsewhere, which is not fetched."
            );

    private async Task<UpstreamAnswer> SendAsync(HttpRequestMessage message, string path, CancellationToken cancellation)
    {
        if (key is not null && path != "file")
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var span = GatewayMetrics.Spans.StartActivity("upstream", ActivityKind.Client);
        span?.SetTag("upstream.path", path);
        var begun = metrics.Now;
        var patience = new Patience(time, cancellation);
        try
        {
            patience.Begin(options.FirstByteTimeoutSeconds);
            var response = await http.SendAsync(message, patience.Token);
            patience.End();
            metrics.RecordUpstream(path, begun, (int)response.StatusCode);
            span?.SetTag("http.response.status_code", (int)response.StatusCode);
            return new UpstreamAnswer(response, patience, options);
        }
        catch (Exception failure)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
            message.Dispose();
            var translated = patience.Translate(failure);
            patience.Dispose();
            metrics.RecordUpstream(path, begun, status: 0);
            throw translated;
        }
    }

    private static string? KeyFrom(string? variable)
    {
        if (variable is null)
        {
            return null;
        }

        var value = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrWhiteSpace(value)
            ? throw new InvalidInputException(
                $"The environment variable {variable} (option upstream.api_key_variable) is not set.",
                "Set it to the gateway's API key for the model's server."
            )
            : value.Trim();
    }

    private static bool IsPlain(string value) => value.Length <= 256 && value.All(letter => letter is >= ' ' and <= '~');
}
