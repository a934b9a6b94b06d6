using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>
/// One decision, without asking anybody: which detectors are to be asked about which clauses, and what follows from what they say. The guard decides by it, and whoever decides a stored decision again
/// (<see cref="Decisions.DecisionReplay"/>).
/// </summary>
/// <param name="inForce">The clauses in force.</param>
/// <param name="thresholds">From which score findings count.</param>
/// <param name="basis">What else there is to go by.</param>
/// <param name="reports">What the detectors said so far; grows while they are asked.</param>
internal sealed class Deliberation(
    IReadOnlyList<ClauseRule> inForce,
    GuardThresholds thresholds,
    DecisionBasis basis,
    IReadOnlyList<DetectorReport> reports
)
{
    /// <summary>The rules a detector is asked about: none where it need not be asked. A language that nobody knows is a suspicion about everything.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="isAlways">Whether it is asked about everything.</param>
    public IReadOnlyList<ClauseRule> About(IDetector detector, bool isAlways) =>
        detector.Cost == DetectorCost.Cheap || basis.IsUnknownLanguage || isAlways
            ? [.. inForce.Where(rule => rule.IsSeenBy(detector))]
            : Cascade.Open(detector, inForce, reports, thresholds, basis.Situation.Language);

    /// <summary>The verdicts of the clauses that have something to say, and of the guard's own care, the strictest first.</summary>
    public List<ClauseVerdict> Verdicts()
    {
        var verdicts = Cascade.Verdicts(inForce, reports, thresholds, basis.Situation.Language, ClauseRule.Of(basis.Unconfirmed));
        var isSeen = reports.Any(report => !report.Failed && report.Detector.Cost > DetectorCost.Cheap);
        if (basis.IsUnknownLanguage && !isSeen)
        {
            verdicts.Add(new ClauseVerdict(OwnRules.UnknownLanguage, ClauseRule.Of(basis.UnknownLanguage), 1, 1));
        }

        if (basis.IsTruncated)
        {
            verdicts.Add(new ClauseVerdict(OwnRules.TooManyReadings, ClauseRule.Of(basis.TooManyReadings), 1, 1));
        }

        verdicts.Sort(
            (one, other) =>
                other.Outcome != one.Outcome ? other.Outcome.CompareTo(one.Outcome) : string.CompareOrdinal(one.Clause, other.Clause)
        );
        return verdicts;
    }

    /// <summary>What follows from verdicts.</summary>
    public static GuardOutcome OutcomeOf(IReadOnlyList<ClauseVerdict> verdicts) =>
        verdicts.Count == 0 ? GuardOutcome.Allow : verdicts[0].Outcome;
}
