using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Plumbline.Studio.Hosting;

/// <summary>Turns what goes wrong into pages. Logs hold no text that anybody wrote.</summary>
/// <param name="pages">Draws them.</param>
/// <param name="log">Where failures are written.</param>
internal sealed partial class StudioErrors(PageFactory pages, ILogger<StudioErrors> log)
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: 404 or 405, ContentLength: null })
            {
                await WriteAsync(http, "notice.missing", StatusCodes.Status404NotFound);
            }
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has left.
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            await (
                failure switch
                {
                    InvalidInputException refusal => WriteAsync(http, "notice.refused", StatusCodes.Status400BadRequest, refusal.Message),
                    AntiforgeryValidationException { InnerException: BadHttpRequestException bad } => WriteAsync(
                        http,
                        "notice.request",
                        bad.StatusCode
                    ),
                    AntiforgeryValidationException { InnerException: InvalidDataException } => WriteAsync(
                        http,
                        "notice.request",
                        StatusCodes.Status400BadRequest
                    ),
                    AntiforgeryValidationException => WriteAsync(http, "notice.form", StatusCodes.Status400BadRequest),
                    BadHttpRequestException bad => WriteAsync(http, "notice.request", bad.StatusCode),
                    InvalidDataException => WriteAsync(http, "notice.request", StatusCodes.Status400BadRequest),
                    _ => FailAsync(http, failure),
                }
            );
        }
    }

    private Task FailAsync(HttpContext http, Exception failure)
    {
        LogFailure(http.Request.Method, http.GetEndpoint()?.DisplayName, failure);
        return WriteAsync(http, "notice.failed", StatusCodes.Status500InternalServerError);
    }

    private Task WriteAsync(HttpContext http, string key, int status, string? detail = null)
    {
        http.Response.Clear();
        StudioHeaders.Add(http);
        return http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            ? Results
                .Json(new { error = detail ?? Localization.StudioLanguage.English[key + ".text"] }, statusCode: status)
                .ExecuteAsync(http)
            : pages.Notice(http, key, status, detail).ExecuteAsync(http);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed.")]
    private partial void LogFailure(string method, string? endpoint, Exception failure);
}
