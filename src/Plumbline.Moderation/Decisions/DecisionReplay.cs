using Plumbline.Constitutions;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Moderation.Decisions;

/// <summary>
/// Decides stored decisions again, under any constitution, by the same code as the guard: from the scores that were written down, without the text, and without asking anybody. Where a detector would have to be asked that was not, it says so
/// and guesses nothing. For one caller at a time.
/// </summary>
/// <param name="constitution">The constitution to decide under, overlays laid over it.</param>
public sealed class DecisionReplay(Constitution constitution)
{
    private const int MostSituations = 4096;

    private readonly Dictionary<Situation, IReadOnlyList<ClauseRule>> rules = [];

    private readonly IReadOnlyList<string> hazards =
    [
        .. constitution.Clauses.Values.SelectMany(clause => clause.Hazards).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The semantic hash of the constitution.</summary>
    public string ConstitutionHash { get; } = Constitutions.ConstitutionHash.Of(constitution);

    /// <summary>Decides again.</summary>
    public ReplayedDecision Of(DecisionRecord record)
    {
        var decision = record.Decision;
        if (decision.Verdicts is [{ Clause: OwnRules.TooLong }])
        {
            // Nobody was asked, and no clause either.
            return new ReplayedDecision { Outcome = decision.Outcome, Verdicts = decision.Verdicts };
        }

        if (decision.Basis is not { } basis || record.FindingsLeftOut > 0)
        {
            return new ReplayedDecision { Gap = record.FindingsLeftOut > 0 ? ReplayGap.FindingsLeftOut : ReplayGap.NoBasis };
        }

        var reports = new List<DetectorReport>();
        var thresholds = basis.Thresholds.Select(one => new CalibratedThreshold(one.Detector, one.Hazard, "default", one.Threshold));
        var deliberation = new Deliberation(RulesIn(basis.Situation), new GuardThresholds(thresholds), basis, reports);
        var toAsk = Gather(decision, basis, deliberation, reports);
        if (toAsk.Count > 0)
        {
            return new ReplayedDecision { Gap = ReplayGap.NotAsked, ToAsk = toAsk };
        }

        var verdicts = deliberation.Verdicts();
        return new ReplayedDecision { Outcome = Deliberation.OutcomeOf(verdicts), Verdicts = verdicts };
    }

    /// <summary>The ids of the clauses in force in a situation that a guard keeps.</summary>
    internal IReadOnlyList<ClauseRule> RulesIn(Situation situation)
    {
        if (!rules.TryGetValue(situation, out var found))
        {
            if (rules.Count > MostSituations)
            {
                rules.Clear();
            }

            found = ClauseRule.Of(constitution, situation);
            rules.Add(situation, found);
        }

        return found;
    }

    // What the detectors said that would be asked now; those that were not asked then are returned.
    private List<DetectorToAsk> Gather(GuardDecision decision, DecisionBasis basis, Deliberation deliberation, List<DetectorReport> reports)
    {
        var toAsk = new List<DetectorToAsk>();
        foreach (var kept in basis.Detectors)
        {
            // What cheaper ones say decides whether a costlier one is asked, and about what.
            if (toAsk.Count > 0 && kept.Cost > Findings.DetectorCost.Cheap)
            {
                break;
            }

            var version = decision.Detectors.GetValueOrDefault(kept.Name);
            var detector = new StoredDetector(kept, version ?? string.Empty, kept.ReadsClauses ? hazards : kept.Hazards);
            var about = deliberation.About(detector, kept.IsAlways);
            if (about.Count == 0)
            {
                continue;
            }

            var findings = decision.Findings.Where(finding => finding.Detector == kept.Name).ToList();
            var hasFailed = decision.Failed.Contains(kept.Name, StringComparer.Ordinal);
            var missing = version is null ? about : Missing(kept, about, findings, hasFailed);
            if (missing.Count > 0)
            {
                toAsk.Add(new DetectorToAsk(kept.Name, [.. missing.Select(rule => rule.Id)]));
            }
            else
            {
                reports.Add(
                    new DetectorReport(detector, [.. findings.Where(finding => !kept.ReadsClauses || IsAbout(finding, about))], hasFailed)
                );
            }
        }

        return toAsk;
    }

    private static bool IsAbout(Findings.Finding finding, IReadOnlyList<ClauseRule> about) =>
        finding.Clause is null || about.Any(rule => rule.Id == finding.Clause);

    // What a judge said holds for the clauses it was asked about, as they were worded. One that failed, or does not say which clause it means, is only taken at its word for all of them.
    private static IReadOnlyList<ClauseRule> Missing(
        BasisDetector kept,
        IReadOnlyList<ClauseRule> about,
        List<Findings.Finding> findings,
        bool hasFailed
    )
    {
        if (kept.Cost != Findings.DetectorCost.Judge)
        {
            return [];
        }

        var asked = kept.AskedAbout.ToDictionary(clause => clause.Id, clause => clause.Question, StringComparer.Ordinal);
        var missing = about.Where(rule => asked.GetValueOrDefault(rule.Id) != rule.Question).ToList();
        var isByClause = kept.ReadsClauses && !hasFailed && findings.TrueForAll(finding => finding.Clause is not null);
        return missing.Count > 0 || isByClause || about.Count == asked.Count ? missing : about;
    }
}

/// <summary>A stored decision, decided again.</summary>
public sealed record ReplayedDecision
{
    /// <summary>What becomes of it now; null where that cannot be told.</summary>
    public GuardOutcome? Outcome { get; init; }

    /// <summary>The clauses that have something to say now, the strictest first.</summary>
    public IReadOnlyList<ClauseVerdict> Verdicts { get; init; } = [];

    /// <summary>Why it cannot be told.</summary>
    public ReplayGap Gap { get; init; }

    /// <summary>The detectors that would have to be asked first.</summary>
    public IReadOnlyList<DetectorToAsk> ToAsk { get; init; } = [];
}

/// <summary>A detector that would have to be asked.</summary>
/// <param name="Detector">Its name.</param>
/// <param name="Clauses">The ids of the clauses it would be asked about.</param>
public sealed record DetectorToAsk(string Detector, IReadOnlyList<string> Clauses);

/// <summary>Why a stored decision cannot be decided again.</summary>
public enum ReplayGap
{
    /// <summary>It can.</summary>
    None,

    /// <summary>A detector would have to be asked that was not, or about something else.</summary>
    NotAsked,

    /// <summary>The record has no basis: it was written before records had one, or by somebody else than a guard.</summary>
    NoBasis,

    /// <summary>It had more findings than a record holds.</summary>
    FindingsLeftOut,
}
