using Plumbline.Moderation;

namespace Plumbline.Gateway.Reviews;

/// <summary>What becomes of decisions that do not pass, beside their answer: they can be appealed, and escalated ones are handed to people.</summary>
internal sealed class DecisionKeeper(RecentDecisions recent, ReviewHandover handover)
{
    /// <summary>Takes a decision; completes when an escalated one is with people. One that passes costs nothing.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="request">What it is about; of a stream with its text.</param>
    /// <param name="client">Whom it was made for.</param>
    /// <param name="cancellation">Ends the waiting, and not the handing over.</param>
    /// <exception cref="Wire.ApiException">503: it could not be handed over.</exception>
    internal ValueTask KeepAsync(GuardDecision decision, GuardRequest request, string client, CancellationToken cancellation)
    {
        if (decision.Passes)
        {
            return ValueTask.CompletedTask;
        }

        var reviewed = ReviewedDecision.Of(decision, request, client);
        recent.Add(reviewed);
        return decision.Outcome == GuardOutcome.Escalate
            ? new ValueTask(handover.EscalateAsync(reviewed, cancellation))
            : ValueTask.CompletedTask;
    }
}
