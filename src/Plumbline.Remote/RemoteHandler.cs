using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Plumbline.Remote.Usage;
using Polly;
using Polly.Retry;

namespace Plumbline.Remote;

/// <summary>
/// Sends requests to a model's endpoint: with its key, tried again only where nothing can have been computed yet (no connection, 429, 503), and with
/// every other failure as a <see cref="RemoteModelException"/>.
/// </summary>
internal sealed class RemoteHandler : DelegatingHandler
{
    private const int LongestErrorText = 4096;
    private readonly RemoteOptions options;
    private readonly string? key;
    private readonly UsageMeter meter;
    private readonly TimeProvider time;
    private readonly ResiliencePipeline<HttpResponseMessage> retries;

    internal RemoteHandler(RemoteOptions options, string? key, UsageMeter meter, TimeProvider time, HttpMessageHandler inner)
        : base(inner)
    {
        this.options = options;
        this.key = key;
        this.meter = meter;
        this.time = time;
        retries = options.MaxRetries == 0 ? ResiliencePipeline<HttpResponseMessage>.Empty : Retries();
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        var attempts = 0;
        HttpResponseMessage response;
        try
        {
            response = await retries.ExecuteAsync(Attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw new RemoteModelException(
                request.RequestUri!,
                $"There is no connection after {Attempts(attempts)}: {failure.Message}.",
                "Check the address, and that the server runs.",
                inner: failure
            );
        }

        return response.IsSuccessStatusCode
            ? response
            : throw await Refusal(request, response, attempts, cancellationToken).ConfigureAwait(false);

        async ValueTask<HttpResponseMessage> Attempt(CancellationToken token)
        {
            attempts++;
            return await base.SendAsync(request, token).ConfigureAwait(false);
        }
    }

    private ResiliencePipeline<HttpResponseMessage> Retries() =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = options.MaxRetries,
                    BackoffType = DelayBackoffType.Exponential,
                    // Clients that were turned away together must not come back together.
                    UseJitter = true,
                    Delay = TimeSpan.FromSeconds(options.RetryDelaySeconds),
                    MaxDelay = TimeSpan.FromSeconds(options.LongestRetryDelaySeconds),
                    ShouldHandle = arguments => ValueTask.FromResult(CanRetry(arguments.Outcome)),
                    DelayGenerator = arguments => ValueTask.FromResult(AskedDelay(arguments.Outcome.Result)),
                    OnRetry = arguments =>
                    {
                        meter.CountRetry();
                        arguments.Outcome.Result?.Dispose();
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();

    private bool CanRetry(Outcome<HttpResponseMessage> outcome) =>
        outcome switch
        {
            {
                Exception: HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                }
            } => true,
            { Result.StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable } => AskedDelay(outcome.Result)
                is not { } delay
                || delay.TotalSeconds <= options.LongestRetryDelaySeconds,
            _ => false,
        };

    private TimeSpan? AskedDelay(HttpResponseMessage? response) =>
        response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
            _ => null,
        };

    private async Task<RemoteModelException> Refusal(
        HttpRequestMessage request,
        HttpResponseMessage response,
        int attempts,
        CancellationToken cancellation
    )
    {
        using (response)
        {
            var text = await Beginning(response, cancellation).ConfigureAwait(false);
            // Some servers quote the key they refuse.
            var said = key is null ? text : text.Replace(key, "***", StringComparison.Ordinal);
            return new RemoteModelException(
                request.RequestUri!,
                $"The server answered {(int)response.StatusCode} after {Attempts(attempts)}: {said}",
                Mend(response),
                response.StatusCode
            );
        }
    }

    private string Mend(HttpResponseMessage response) =>
        response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when options.ApiKeyVariable is null =>
                "Name the environment variable that holds the API key in api_key_variable.",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                $"Check the API key in the environment variable {options.ApiKeyVariable}.",
            HttpStatusCode.NotFound => $"Check the address, and that the server has the model '{options.Model}'.",
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when AskedDelay(response) is { } delay =>
                $"The server asks to wait for {delay.TotalSeconds:0} s: raise longest_retry_delay_seconds, or try again then.",
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                "Lower max_concurrent_requests, raise max_retries, or try again later.",
            _ => "The server's log says more.",
        };

    private static async Task<string> Beginning(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[LongestErrorText];
        try
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return ErrorText(buffer.AsMemory(0, length));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return "(its reason was cut off)";
        }
    }

    private static string ErrorText(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return
                json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.String
                ? message.GetString()!
                : OneLine(body);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return OneLine(body);
        }
    }

    private static string OneLine(ReadOnlyMemory<byte> body)
    {
        var text = string.Join(' ', Encoding.UTF8.GetString(body.Span).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > 300 ? text[..300] + "…" : text;
    }

    private static string Attempts(int attempts) => attempts == 1 ? "one attempt" : $"{attempts} attempts";
}
