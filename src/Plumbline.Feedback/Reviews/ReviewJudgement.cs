namespace Plumbline.Feedback.Reviews;

/// <summary>What a person says about the guard's outcome.</summary>
public enum ReviewVerdict
{
    /// <summary>It stands. Where the guard escalated, what it held back stays back: that is <see cref="ReviewOutcome.Block"/>.</summary>
    Uphold,

    /// <summary>It falls, and what was held back or changed passes: <see cref="ReviewOutcome.Allow"/>. Where the guard allowed it, there is nothing to overturn.</summary>
    Overturn,

    /// <summary>Another outcome takes its place: any but <see cref="ReviewOutcome.Escalate"/> and those that the other verdicts give.</summary>
    Change,
}

/// <summary>What one person judges.</summary>
/// <param name="Verdict">What is said about the guard's outcome.</param>
/// <param name="Clauses">
/// Whether a clause is really broken, by its id: every clause of the case, and others that the guard missed, at most 100 together.
/// </param>
public sealed record ReviewJudgement(ReviewVerdict Verdict, IReadOnlyDictionary<string, bool> Clauses)
{
    /// <summary>The outcome instead of the guard's, with <see cref="ReviewVerdict.Change"/> and only then.</summary>
    public ReviewOutcome? Outcome { get; init; }

    /// <summary>Why; null where nothing was said. It is erased with the texts of the case, as it may quote them.</summary>
    public string? Note { get; init; }

    /// <summary>How long it took, in seconds, from 0 to a week; null where nobody measured.</summary>
    public double? Seconds { get; init; }

    /// <summary>What becomes of the text by this judgement.</summary>
    /// <param name="guard">What the guard chose.</param>
    public ReviewOutcome OutcomeInstead(ReviewOutcome guard) =>
        Verdict switch
        {
            ReviewVerdict.Uphold => Upheld(guard),
            ReviewVerdict.Overturn => ReviewOutcome.Allow,
            _ => Outcome ?? guard,
        };

    /// <summary>What it means that an outcome stands.</summary>
    internal static ReviewOutcome Upheld(ReviewOutcome guard) => guard == ReviewOutcome.Escalate ? ReviewOutcome.Block : guard;

    /// <summary>Whether two judge alike: the same outcome, and the same clauses broken. A clause that is not named is not broken.</summary>
    internal bool AgreesWith(ReviewJudgement other) =>
        Verdict == other.Verdict && Outcome == other.Outcome && Broken.SetEquals(other.Broken);

    private HashSet<string> Broken => Clauses.Where(clause => clause.Value).Select(clause => clause.Key).ToHashSet(StringComparer.Ordinal);
}
