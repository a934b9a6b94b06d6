namespace Plumbline.Moderation.Decisions;

/// <summary>Keeps what a guard decided. Thread-safe.</summary>
public interface IDecisionLog
{
    /// <summary>Writes a decision down; completes when it is kept for good. What fails was not recorded, so nothing may pass that it let through.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="cancellationToken">Stops waiting for the log to take it; what it has taken is written.</param>
    ValueTask AppendAsync(GuardDecision decision, CancellationToken cancellationToken);
}
