using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Plumbline.Gateway.Endpoints;
using Plumbline.Gateway.Telemetry;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Hosting;

/// <summary>Turns every failure into an error of OpenAI's shape, counts it, and says nothing of what is inside.</summary>
internal sealed partial class ErrorBoundary(GatewayMetrics metrics, ILogger<ErrorBoundary> log)
{
    private const int ClientClosedRequest = 499;

    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { StatusCode: 404 or 405, ContentLength: null })
            {
                throw new ApiException(context.Response.StatusCode, "unknown_url", $"There is no {context.Request.Method} endpoint here.");
            }
        }
        catch (ApiException failure)
        {
            await WriteAsync(context, failure);
        }
        catch (BadHttpRequestException failure)
        {
            await WriteAsync(context, OfServer(failure));
        }
        catch (OperationCanceledException)
        {
            metrics.CountFailure("client_left");
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = ClientClosedRequest;
            }
        }
        catch (Exception failure)
        {
            // The message may hold what nobody checked; its type does not.
            Failed(log, failure.GetType().FullName, failure.StackTrace);
            await WriteAsync(context, new ApiException(500, "internal_error", "The gateway failed."));
        }
        finally
        {
            var endpoint = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            var session = GatewayServices.SessionOf(context);
            metrics.CountRequest(endpoint, GatewayServices.ClientOf(context), session?.Outcome, context.Response.StatusCode);
            Activity.Current?.SetTag("guard.outcome", session?.Outcome is { } outcome ? WireNames.Of(outcome) : "none");
        }
    }

    private static ApiException OfServer(BadHttpRequestException failure) =>
        failure.StatusCode switch
        {
            413 => new ApiException(413, "request_too_large", "The body is too long."),
            408 => new ApiException(408, "request_timeout", "The body came too slowly."),
            _ => new ApiException(failure.StatusCode, "invalid_request", "The request is not valid HTTP."),
        };

    private async Task WriteAsync(HttpContext context, ApiException failure)
    {
        metrics.CountFailure(failure.Kind);
        if (context.Response.HasStarted)
        {
            // Half an answer that ends well would be taken for a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        SecurityHeaders.Add(context.Response);
        if (failure.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0");
        }

        if (failure.Closes)
        {
            context.Response.Headers.Connection = "close";
        }

        if (failure.Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await JsonResponse.WriteAsync(context, failure.WriteTo, failure.Status);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed with {Type}: {Trace}")]
    private static partial void Failed(ILogger log, string? type, string? trace);
}
