using Plumbline.Constitutions.Settlements;

namespace Plumbline.Feedback.Judging;

/// <summary>What a judge said about one pair by one clause.</summary>
/// <param name="Asked">The hash of what the clause added to the question.</param>
/// <param name="InOrder">How sure the judge was that the first answer is better, when it was shown first, in [0, 1].</param>
/// <param name="Swapped">The same when it was shown second.</param>
public sealed record ClauseJudgement(string Asked, double InOrder, double Swapped)
{
    /// <summary>The mean of both orders, so that where an answer stands counts nothing.</summary>
    public double First => (InOrder + Swapped) / 2;

    /// <summary>Whether the judge prefers the same place in both orders, whichever answer stands there.</summary>
    public bool Flips => (InOrder - 0.5) * (Swapped - 0.5) < 0;
}

/// <summary>A pair with its labels: every clause's, and what follows from them.</summary>
/// <param name="Id">The pair's id.</param>
/// <param name="Judge">Who judged.</param>
/// <param name="Constitution">The hash of the constitution.</param>
/// <param name="Clauses">What was said by each clause, by id; those that the judge gave no opinion on are left out.</param>
/// <param name="Unjudged">Clauses that were asked about in vain.</param>
/// <param name="Label">How sure it is that the first answer is better: the mean of the clauses' clamped labels; null where no clause was judged.</param>
/// <param name="Settled">What the constitution's rules make of the clauses' opinions.</param>
public sealed record LabelledPair(
    string Id,
    string Judge,
    string Constitution,
    IReadOnlyDictionary<string, ClauseJudgement> Clauses,
    IReadOnlyList<string> Unjudged,
    double? Label,
    Settlement Settled
)
{
    /// <summary>
    /// How sure it is that the answer that prevails is the better one, in [0.5, 1]: the settlement's share for it, clamped as the label of a clause is. Null where none prevails.
    /// </summary>
    /// <param name="options">How the pair was compared.</param>
    public double? Confidence(ComparisonOptions options) =>
        Settled.Outcome switch
        {
            SettlementOutcome.First => options.Clamped(Settled.First),
            SettlementOutcome.Second => 1 - options.Clamped(Settled.First),
            _ => null,
        };
}
