using Microsoft.Extensions.Logging;
using Plumbline.Gateway.Telemetry;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Reviews;

/// <summary>
/// Asks the review desk, never longer than a request may wait. What was begun goes on without the request, and is waited for when the gateway ends, so nothing that was taken is lost. Thread-safe.
/// </summary>
internal sealed partial class ReviewHandover(
    IReviewDesk desk,
    ReviewOptions options,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<ReviewHandover> log
) : IAsyncDisposable
{
    // A connection that broke since it was used last is only noticed by using it.
    private const int Attempts = 2;

    private readonly Lock counting = new();
    private readonly HashSet<Task> running = [];
    private int failing;

    /// <summary>Whether the last time that the desk was asked failed.</summary>
    internal bool IsFailing => Volatile.Read(ref failing) != 0;

    /// <summary>Hands a decision over.</summary>
    /// <exception cref="ApiException">503: it could not be handed over, or not in time.</exception>
    internal async Task EscalateAsync(ReviewedDecision decision, CancellationToken cancellation)
    {
        try
        {
            await AskAsync("escalate", decision.Decision.Id, () => HandOverAsync(decision), cancellation);
        }
        catch (ApiException failure)
        {
            throw new ApiException(failure.Status, failure.Kind, failure.Message)
            {
                RetryAfter = failure.RetryAfter,
                Unreviewed = decision.Decision,
            };
        }

        async Task<bool> HandOverAsync(ReviewedDecision escalated)
        {
            await desk.EscalateAsync(escalated, CancellationToken.None);
            return true;
        }
    }

    /// <summary>Appeals a decision.</summary>
    /// <exception cref="ApiException">503: it could not be, or not in time.</exception>
    internal Task<AppealReply> AppealAsync(ReviewedDecision decision, string reason, CancellationToken cancellation) =>
        AskAsync("appeal", decision.Decision.Id, () => desk.AppealAsync(decision, reason, CancellationToken.None), cancellation);

    /// <summary>How the case of a decision stands.</summary>
    /// <exception cref="ApiException">503: the desk could not be asked, or did not answer in time.</exception>
    internal Task<ReviewStanding?> FindAsync(string decision, CancellationToken cancellation) =>
        AskAsync("find", decision, () => desk.FindAsync(decision, CancellationToken.None), cancellation);

    /// <summary>Waits for all that was begun.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] left;
        lock (counting)
        {
            left = [.. running];
        }

        // Each has told of its own failure.
        await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<T> AskAsync<T>(string action, string decision, Func<Task<T>> ask, CancellationToken cancellation)
    {
        var asking = Begin(action, decision, ask);
        try
        {
            return await asking.WaitAsync(TimeSpan.FromSeconds(options.TimeoutSeconds), time, cancellation);
        }
        catch (Exception) when (asking.IsFaulted || asking.IsCanceled)
        {
            throw Unavailable(decision);
        }
        catch (TimeoutException)
        {
            Fail(action, "late", decision, nameof(TimeoutException));
            throw Unavailable(decision);
        }
    }

    private Task<T> Begin<T>(string action, string decision, Func<Task<T>> ask)
    {
        lock (counting)
        {
            if (running.Count >= options.MaxWaiting)
            {
                Fail(action, "full", decision, "too many waiting");
                throw Unavailable(decision);
            }

            // Stores may do their work on the calling thread.
            var asking = Task.Run(() => TryAsync(action, decision, ask));
            running.Add(asking);
            _ = asking.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return asking;
        }
    }

    private void Forget(Task done)
    {
        lock (counting)
        {
            running.Remove(done);
        }
    }

    private async Task<T> TryAsync<T>(string action, string decision, Func<Task<T>> ask)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await ask();
                metrics.CountReview(action, "done");
                Volatile.Write(ref failing, 0);
                return reply;
            }
            catch (Exception failure)
            {
                // Whatever fails in a store, nobody was asked; its message may quote what nobody checked, and its type does not.
                if (attempt == Attempts)
                {
                    Fail(action, "failed", decision, failure.GetType().Name);
                    throw;
                }
            }
        }
    }

    private void Fail(string action, string result, string decision, string why)
    {
        metrics.CountReview(action, result);
        Volatile.Write(ref failing, 1);
        Failed(log, action, decision, why);
    }

    private static ApiException Unavailable(string decision) =>
        new(
            503,
            "review_unavailable",
            $"People decide about this, and cannot be asked now (decision {decision}). Nothing passes; try again later."
        )
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    [LoggerMessage(Level = LogLevel.Error, Message = "The review store failed to {Action} decision {Decision}: {Why}")]
    private static partial void Failed(ILogger log, string action, string decision, string why);
}
