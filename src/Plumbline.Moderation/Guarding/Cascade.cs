using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>What one detector said of a text.</summary>
/// <param name="Detector">The detector.</param>
/// <param name="Findings">What it found; empty where it failed.</param>
/// <param name="Failed">Whether it failed.</param>
internal sealed record DetectorReport(IDetector Detector, IReadOnlyList<Finding> Findings, bool Failed = false);

/// <summary>
/// Makes verdicts of what detectors said, from the cheapest to the costliest. Facts decide. An estimate of a cheap detector is a suspicion, which costlier detectors confirm or clear; one that nobody could
/// confirm or clear goes where the options say. A suspicion about a hard constraint is never cleared: a person sees it.
/// </summary>
internal static class Cascade
{
    /// <summary>The verdicts on the rules that have something to say.</summary>
    /// <param name="rules">The rules in force.</param>
    /// <param name="reports">What the detectors said that were asked.</param>
    /// <param name="thresholds">From which score a finding counts.</param>
    /// <param name="language">The language of the text; null for unknown.</param>
    /// <param name="unconfirmed">What becomes of a suspicion that nobody could confirm or clear.</param>
    public static List<ClauseVerdict> Verdicts(
        IReadOnlyList<ClauseRule> rules,
        IReadOnlyList<DetectorReport> reports,
        GuardThresholds thresholds,
        string? language,
        GuardOutcome unconfirmed
    )
    {
        var verdicts = new List<ClauseVerdict>();
        foreach (var rule in rules)
        {
            if (Verdict(rule, reports, thresholds, language, unconfirmed) is { } verdict)
            {
                verdicts.Add(verdict);
            }
        }

        return verdicts;
    }

    /// <summary>The rules that a detector could tell something of: under suspicion, not confirmed, and nobody as costly has looked at them.</summary>
    public static IReadOnlyList<ClauseRule> Open(
        IDetector detector,
        IReadOnlyList<ClauseRule> rules,
        IReadOnlyList<DetectorReport> reports,
        GuardThresholds thresholds,
        string? language
    ) =>
        [
            .. rules.Where(rule =>
                rule.IsSeenBy(detector)
                && new Evidence(rule, reports, thresholds, language) is { IsSuspected: true, IsConfirmed: false } evidence
                && evidence.Costliest < detector.Cost
            ),
        ];

    private static ClauseVerdict? Verdict(
        ClauseRule rule,
        IReadOnlyList<DetectorReport> reports,
        GuardThresholds thresholds,
        string? language,
        GuardOutcome unconfirmed
    )
    {
        var evidence = new Evidence(rule, reports, thresholds, language);
        var outcome = (GuardOutcome?)null;
        if (evidence.IsFact)
        {
            outcome = rule.Outcome == GuardOutcome.Transform && !evidence.FactsCanBeReplaced ? GuardOutcome.Refuse : rule.Outcome;
        }

        if (evidence.IsConfirmed)
        {
            outcome = Stricter(outcome, rule.Outcome == GuardOutcome.Transform ? GuardOutcome.Refuse : rule.Outcome);
        }
        else if (evidence.IsSuspected)
        {
            outcome =
                evidence.Costliest == DetectorCost.Cheap ? Stricter(outcome, unconfirmed)
                : rule.Tier == FrameworkTier.Constraint ? Stricter(outcome, GuardOutcome.Escalate)
                : outcome;
        }

        if (evidence.IsUnchecked && rule.FailsClosed)
        {
            outcome = Stricter(outcome, GuardOutcome.Escalate);
        }

        return outcome is { } decided ? new ClauseVerdict(rule.Id, decided, evidence.Score, evidence.Threshold) : null;
    }

    private static GuardOutcome Stricter(GuardOutcome? one, GuardOutcome other) => one is { } outcome && outcome > other ? outcome : other;

    /// <summary>What is known of one rule.</summary>
    private readonly struct Evidence
    {
        public Evidence(ClauseRule rule, IReadOnlyList<DetectorReport> reports, GuardThresholds thresholds, string? language)
        {
            Threshold = double.PositiveInfinity;
            FactsCanBeReplaced = true;
            var confirmedAt = (DetectorCost?)null;
            foreach (var report in reports)
            {
                var isSeen = rule.IsSeenBy(report.Detector);
                IsUnchecked |= report.Failed && isSeen;
                if (isSeen && !report.Failed && report.Detector.Cost > Costliest)
                {
                    Costliest = report.Detector.Cost;
                }

                foreach (var finding in report.Findings)
                {
                    if (!rule.Concerns(finding))
                    {
                        continue;
                    }

                    var threshold = thresholds.Of(rule.Clause, report.Detector.Name, finding, language);
                    if (finding.Score > Score || double.IsPositiveInfinity(Threshold))
                    {
                        (Score, Threshold) = (finding.Score, threshold);
                    }

                    if (finding.Score < threshold)
                    {
                        continue;
                    }

                    if (finding.IsExact)
                    {
                        IsFact = true;
                        FactsCanBeReplaced &= finding is { Span: not null, View: null };
                    }
                    else if (report.Detector.Cost == DetectorCost.Cheap)
                    {
                        IsSuspected = true;
                    }
                    else
                    {
                        IsSuspected = true;
                        confirmedAt = confirmedAt is { } at && at > report.Detector.Cost ? at : report.Detector.Cost;
                    }
                }
            }

            IsConfirmed = confirmedAt is { } confirmed && confirmed >= Costliest;
        }

        /// <summary>The highest score, and the threshold that it was compared with.</summary>
        public double Score { get; }

        public double Threshold { get; }

        /// <summary>The costliest detector that looked, among those that did not fail.</summary>
        public DetectorCost Costliest { get; }

        /// <summary>Whether a fact breaks the rule.</summary>
        public bool IsFact { get; }

        /// <summary>Whether any estimate breaks it.</summary>
        public bool IsSuspected { get; }

        /// <summary>Whether an estimate of the costliest detectors breaks it, and these are not cheap.</summary>
        public bool IsConfirmed { get; }

        /// <summary>Whether a detector that could see a breach failed.</summary>
        public bool IsUnchecked { get; }

        /// <summary>Whether all facts that break it stand at known places of the text as it is written.</summary>
        public bool FactsCanBeReplaced { get; }
    }
}
