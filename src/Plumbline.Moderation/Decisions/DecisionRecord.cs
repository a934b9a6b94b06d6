using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>A decision as it stands in a log.</summary>
/// <param name="Sequence">Its number, counted from 1.</param>
/// <param name="Recorded">When it was written, never before the record before it.</param>
/// <param name="Decision">
/// The decision, without <see cref="GuardDecision.Text"/> and <see cref="GuardDecision.Explanation"/>, which are not kept. Of more than 256 findings those with the highest
/// scores are there, in their order.
/// </param>
/// <param name="FindingsLeftOut">How many findings are not there.</param>
/// <param name="ExplainedBy">The clause that the explanation named; null where there was none, or it named none of the verdicts' clauses.</param>
/// <param name="Previous">The hash of the record before it; zeros for the first.</param>
/// <param name="Hash">The SHA-256 of all that, in 64 lower-case hexadecimal digits.</param>
public sealed record DecisionRecord(
    long Sequence,
    DateTimeOffset Recorded,
    GuardDecision Decision,
    int FindingsLeftOut,
    string? ExplainedBy,
    string Previous,
    string Hash
) : IChained;
