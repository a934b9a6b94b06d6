using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Telemetry;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Middleware;

/// <summary>Checks chosen fields of an endpoint's JSON. What cannot be read cannot be checked, and does not pass.</summary>
internal sealed class GuardMiddleware(
    IGuardSource guards,
    GatewayMetrics metrics,
    TimeProvider time,
    LimitOptions limits,
    Situation situation
)
{
    private readonly SessionRules rules = new(situation, TimeSpan.FromSeconds(limits.CheckTimeoutSeconds));

    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GuardedPaths>() is not { } paths)
        {
            await next(context);
            return;
        }

        using var session = new GuardSession(guards.Lease(), rules, metrics, time, context.TraceIdentifier);
        try
        {
            if (paths.Request.Count > 0)
            {
                await CheckRequestAsync(context, session, paths.Request);
            }

            await (paths.Response.Count > 0 ? CheckResponseAsync(context, next, session, paths.Response) : next(context));
        }
        catch (ApiException failure) when (!context.Response.HasStarted)
        {
            metrics.CountFailure(failure.Kind);
            context.Response.Clear();
            var bytes = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(bytes, GuardJson.Plain))
            {
                failure.WriteTo(json);
            }

            await WriteAsync(context.Response, bytes.WrittenMemory, failure.Status);
        }
    }

    private async Task CheckRequestAsync(HttpContext context, GuardSession session, IReadOnlyList<JsonPath> paths)
    {
        var body = await RequestBody.ReadAsync(context, limits);
        await CheckAsync(body, session, paths, GuardedPart.Prompt, context.RequestAborted);
        var bytes = body.ToSend();
        context.Request.Body = new MemoryStream(bytes.ToArray(), writable: false);
        context.Request.ContentLength = bytes.Length;
    }

    private async Task CheckResponseAsync(HttpContext context, RequestDelegate next, GuardSession session, IReadOnlyList<JsonPath> paths)
    {
        var before = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new BoundedBuffer(limits.MaxBodyBytes);
        var holding = new StreamResponseBodyFeature(held);
        context.Features.Set<IHttpResponseBodyFeature>(holding);
        try
        {
            await next(context);
            await holding.CompleteAsync();
        }
        finally
        {
            context.Features.Set(before);
        }

        if (held.Written.IsEmpty)
        {
            return;
        }

        if (context.Response.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new ApiException(500, "answer_unreadable", "The answer is not JSON, so it cannot be checked.");
        }

        var body = Readable(held.Written);
        await CheckAsync(body, session, paths, GuardedPart.Answer, context.RequestAborted);
        await WriteAsync(context.Response, body.ToSend(), context.Response.StatusCode);
    }

    private RequestBody Readable(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return RequestBody.Of(bytes, limits);
        }
        catch (ApiException)
        {
            throw new ApiException(500, "answer_unreadable", "The answer is no JSON object, so it cannot be checked.");
        }
    }

    private static async Task CheckAsync(
        RequestBody body,
        GuardSession session,
        IReadOnlyList<JsonPath> paths,
        GuardedPart part,
        CancellationToken cancellation
    )
    {
        var checker = new RequestChecker(body, session, new CheckOptions(), cancellation);
        foreach (var node in paths.SelectMany(path => path.Find(body.Root)).ToList())
        {
            await checker.CheckAllAsync(node, part);
        }

        if (checker.Stopped is { } stopped)
        {
            throw new ApiException(422, "content_filter", GuardJson.Explanation(stopped)) { Decision = stopped };
        }
    }

    private static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> json, int status)
    {
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json);
    }
}
