using Plumbline.Moderation;

namespace Plumbline.Gateway;

/// <summary>Where decisions go that people look at: what keeps their cases is the caller's. Thread-safe.</summary>
public interface IReviewDesk
{
    /// <summary>Hands a decision that was escalated to people. The same decision handed over again is the first one.</summary>
    /// <param name="decision">The decision with what people must see.</param>
    /// <param name="cancellationToken">Cancels the waiting; what is kept stays.</param>
    /// <returns>Completes when it is kept for good. Whatever it fails by, the decision has no case.</returns>
    Task EscalateAsync(ReviewedDecision decision, CancellationToken cancellationToken);

    /// <summary>Has people look at a decision because whoever it concerns asks for it. The same appeal made again is the first one.</summary>
    /// <param name="decision">The decision with what people must see; it did not pass.</param>
    /// <param name="reason">What the appellant says.</param>
    /// <param name="cancellationToken">Cancels the waiting; what is kept stays.</param>
    Task<AppealReply> AppealAsync(ReviewedDecision decision, string reason, CancellationToken cancellationToken);

    /// <summary>How the case of a decision stands; null where it has none.</summary>
    /// <param name="decision">The decision's id.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    Task<ReviewStanding?> FindAsync(string decision, CancellationToken cancellationToken);
}

/// <summary>What comes of an appeal.</summary>
public enum AppealReply
{
    /// <summary>People will look at it, or look at it again.</summary>
    Accepted,

    /// <summary>People have the decision before them already and have not decided: there is nothing to appeal yet.</summary>
    Undecided,

    /// <summary>It was appealed before, in other words: a decision is appealed once.</summary>
    AppealedBefore,

    /// <summary>Its texts were erased: nobody could look at it again.</summary>
    Erased,
}

/// <summary>How the case of a decision stands.</summary>
/// <param name="Outcome">What people decided; null where they have not.</param>
/// <param name="IsAppealed">Whether an appeal brought it to them, or back to them.</param>
/// <param name="IsFinal">Whether it cannot be appealed any more.</param>
public sealed record ReviewStanding(GuardOutcome? Outcome, bool IsAppealed, bool IsFinal);
