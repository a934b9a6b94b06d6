using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Upstream;

/// <summary>How long the model's server is waited for, one wait after another, and no longer than the client stays. For one caller at a time.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationToken client;
    private readonly CancellationTokenSource source;
    private readonly CancellationTokenRegistration leaving;

    internal Patience(TimeProvider time, CancellationToken client)
    {
        this.client = client;
        source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        leaving = client.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
    }

    /// <summary>Cancelled when a wait took too long, or the client left.</summary>
    internal CancellationToken Token => source.Token;

    /// <summary>Begins a wait.</summary>
    internal void Begin(double seconds) => source.CancelAfter(TimeSpan.FromSeconds(seconds));

    /// <summary>Ends it in time.</summary>
    internal void End() => source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>What a failure while waiting means to the client.</summary>
    internal Exception Translate(Exception failure) =>
        failure switch
        {
            _ when client.IsCancellationRequested => new OperationCanceledException("The client left.", failure, client),
            OperationCanceledException when source.IsCancellationRequested => new ApiException(
                504,
                "upstream_timeout",
                "The model's server did not answer in time."
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
                ApiException.BadGateway("upstream_unreachable", "The model's server cannot be reached."),
            // A connection that takes too long is cancelled from within.
            OperationCanceledException => ApiException.BadGateway("upstream_unreachable", "The model's server cannot be reached."),
            HttpRequestException or IOException => ApiException.BadGateway("upstream_broken", "The model's server broke its answer off."),
            _ => failure,
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        leaving.Dispose();
        source.Dispose();
    }
}
