using Microsoft.Extensions.Logging;
using Plumbline.Gateway.Telemetry;

namespace Plumbline.Gateway;

/// <summary>Runs a gateway for programs that know nothing of the web.</summary>
public static class GatewayServer
{
    /// <summary>Listens until it is told to stop; requests on their way are given the time that the host gives them.</summary>
    /// <param name="options">How it listens, whom it lets in, where it connects.</param>
    /// <param name="guards">The guard, which belongs to the caller.</param>
    /// <param name="time">The clock.</param>
    /// <param name="listening">Told the address once it listens.</param>
    /// <param name="reviews">Where people look at decisions, which belongs to the caller; null for nowhere. What was begun with it is waited for at the end.</param>
    /// <param name="warn">Told what operators must look into, a line each, without any text of a request or an answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or the environment variable of the upstream's key is not set.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task RunAsync(
        GatewayOptions options,
        IGuardSource guards,
        TimeProvider time,
        Action<string> listening,
        IReviewDesk? reviews,
        Action<string> warn,
        CancellationToken cancellationToken
    )
    {
        using var lines = new LineLoggerProvider(warn);
        await using var app = GatewayHost.Create(options, guards, time, reviews, logging => logging.AddProvider(lines));
        await app.StartAsync(cancellationToken);
        listening(app.Urls.First());
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await app.StopAsync(CancellationToken.None);
        }
    }
}
