using System.Diagnostics;
using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Gateway.Reviews;
using Plumbline.Gateway.Telemetry;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Guarding;

/// <summary>One request's guard: it stays the same to the end, and remembers what it decided. For one caller at a time.</summary>
internal sealed class GuardSession(
    GuardLease lease,
    SessionRules rules,
    GatewayMetrics metrics,
    TimeProvider time,
    string exchange,
    DecisionKeeper? keeper = null,
    string client = GuardSession.Nobody
) : IDisposable
{
    /// <summary>What the client is called where there are none.</summary>
    internal const string Nobody = "none";

    private readonly List<GuardDecision> decisions = [];

    /// <summary>What it decided, in order.</summary>
    internal IReadOnlyList<GuardDecision> Decisions => decisions;

    /// <summary>The strictest outcome; null before the first.</summary>
    internal GuardOutcome? Outcome => decisions.Count == 0 ? null : decisions.Max(decision => decision.Outcome);

    /// <summary>What was said so far: checks get it as context.</summary>
    internal List<ChatMessage> Conversation { get; } = [];

    internal GatewayMetrics Metrics => metrics;

    /// <inheritdoc/>
    public void Dispose() => lease.Dispose();

    /// <summary>Decides about a text.</summary>
    internal ValueTask<GuardDecision> CheckAsync(GuardedPart part, string text, CancellationToken cancellation) =>
        CheckAsync(RequestFor(part) with { Text = text }, cancellation);

    /// <summary>Decides about an image.</summary>
    internal async ValueTask<GuardDecision> CheckImageAsync(byte[] image, CancellationToken cancellation)
    {
        var request = RequestFor(GuardedPart.Image) with { Image = image, Situation = rules.Situation with { Modality = Modality.Image } };
        return await CheckAsync(request, cancellation);
    }

    /// <summary>Decides about anything.</summary>
    internal async ValueTask<GuardDecision> CheckAsync(GuardRequest request, CancellationToken cancellation)
    {
        using var span = GatewayMetrics.Spans.StartActivity("guard.check");
        span?.SetTag("guard.part", WireNames.Of(request.Part));
        var begun = metrics.Now;
        var decision = await WithinLimitAsync(lease.Guard.CheckAsync(request, cancellation), cancellation);
        metrics.RecordCheck(request.Part, begun);
        span?.SetTag("guard.outcome", WireNames.Of(decision.Outcome));
        span?.SetTag("guard.decision", decision.Id);
        if (request.Part == GuardedPart.Image && decision.Outcome == GuardOutcome.Transform)
        {
            // A guard gives no changed image back, so one that must be changed does not pass.
            decision = decision with
            {
                Outcome = GuardOutcome.Refuse,
            };
        }

        await NoteAsync(decision, request, cancellation);
        return decision;
    }

    /// <summary>Begins a text that comes in pieces.</summary>
    internal GuardedField Open(GuardedPart part)
    {
        var request = RequestFor(part);
        return new GuardedField(this, lease.Guard.Open(request), request);
    }

    /// <summary>Remembers a decision; completes when one that was escalated is with people.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="request">What it is about; of a stream with its text.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal ValueTask NoteAsync(GuardDecision decision, GuardRequest request, CancellationToken cancellation)
    {
        decisions.Add(decision);
        metrics.CountDecision(decision);
        return keeper is null ? ValueTask.CompletedTask : keeper.KeepAsync(decision, request, client, cancellation);
    }

    /// <summary>Waits for a check, and no longer than it may take: what was not checked does not pass.</summary>
    internal async ValueTask<T> WithinLimitAsync<T>(ValueTask<T> check, CancellationToken cancellation)
    {
        try
        {
            // Cheap checks are done already, and need no timer.
            return check.IsCompleted ? await check : await check.AsTask().WaitAsync(rules.CheckTimeout, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ApiException(503, "guard_timeout", "The guard did not decide in time, so nothing passes.");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (failure is not ApiException)
        {
            // Whatever fails in a guard, what it did not check does not pass.
            Activity.Current?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
            throw new ApiException(503, "guard_failed", "The guard failed, so nothing passes.");
        }
    }

    private GuardRequest RequestFor(GuardedPart part) =>
        new()
        {
            Part = part,
            Conversation = new Beginning(Conversation, Conversation.Count),
            Situation = rules.Situation,
            Exchange = exchange,
        };

    // A view: the list only grows, and a copy for each message would take a square of them.
    private sealed class Beginning(List<ChatMessage> messages, int count) : IReadOnlyList<ChatMessage>
    {
        public int Count => count;

        public ChatMessage this[int index] => index < count ? messages[index] : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<ChatMessage> GetEnumerator()
        {
            for (var i = 0; i < count; i++)
            {
                yield return messages[i];
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>What holds for every check of a session.</summary>
/// <param name="Situation">Where it is asked.</param>
/// <param name="CheckTimeout">How long a check may take.</param>
internal sealed record SessionRules(Situation Situation, TimeSpan CheckTimeout)
{
    internal static SessionRules Of(GatewayOptions options) =>
        new(options.Situation, TimeSpan.FromSeconds(options.Limits.CheckTimeoutSeconds));
}
