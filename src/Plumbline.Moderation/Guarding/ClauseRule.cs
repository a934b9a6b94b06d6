using System.Security.Cryptography;
using System.Text.Json;
using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>A clause as the guard keeps it.</summary>
/// <param name="Id">The clause's id.</param>
/// <param name="Tier">When it decides.</param>
/// <param name="Clause">The clause.</param>
internal sealed record ClauseRule(string Id, FrameworkTier Tier, Clause Clause)
{
    /// <summary>What becomes of a breach.</summary>
    public GuardOutcome Outcome { get; } =
        Clause.Enforcement.Action switch
        {
            EnforcementAction.ByTier => Tier == FrameworkTier.Principle ? GuardOutcome.Escalate : GuardOutcome.Refuse,
            var action => Of(action),
        };

    /// <summary>Whether it counts as broken where nobody could check it.</summary>
    public bool FailsClosed { get; } =
        Clause.Enforcement.OnFailure switch
        {
            FailureRule.Closed => true,
            FailureRule.Open => false,
            _ => Tier == FrameworkTier.Constraint,
        };

    /// <summary>The SHA-256 of what the clause adds to a judge's question, in hexadecimal digits: while it stays, what the judge said holds.</summary>
    public string Question => QuestionOf(Tier, Clause);

    /// <summary>Whether a finding concerns it.</summary>
    public bool Concerns(Finding finding) =>
        finding.Clause is { } clause ? clause == Id : Clause.Hazards.Contains(finding.Hazard, StringComparer.Ordinal);

    /// <summary>Whether a detector could find a breach.</summary>
    public bool IsSeenBy(IDetector detector) => Clause.Hazards.Any(detector.Hazards.Contains);

    /// <summary>An action as an outcome.</summary>
    public static GuardOutcome Of(EnforcementAction action) =>
        action switch
        {
            EnforcementAction.Record => GuardOutcome.Allow,
            EnforcementAction.Transform => GuardOutcome.Transform,
            EnforcementAction.Escalate => GuardOutcome.Escalate,
            EnforcementAction.Block => GuardOutcome.Block,
            _ => GuardOutcome.Refuse,
        };

    // Of several hazards the first is the one that the judge's finding names. A judge is not asked about what only stands in the background.
    private static string QuestionOf(FrameworkTier tier, Clause clause) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                JsonSerializer.SerializeToUtf8Bytes(
                    new
                    {
                        Background = tier == FrameworkTier.Background,
                        clause.Text,
                        clause.Exceptions,
                        Hazard = clause.Hazards[0],
                        Translations = clause
                            .Translations.OrderBy(translation => translation.Key, StringComparer.Ordinal)
                            .Select(translation => new { Language = translation.Key, translation.Value.Text }),
                    }
                )
            )
        );

    /// <summary>The rules of a constitution in a situation; what is permitted is never broken.</summary>
    public static IReadOnlyList<ClauseRule> Of(Constitution constitution, Situation situation) =>
        [
            .. constitution
                .ApplicableTo(situation)
                .Where(clause => clause.Value.Polarity != Polarity.Permit && clause.Value.Hazards.Count > 0)
                .Select(clause => new ClauseRule(clause.Key, constitution.TierOf(clause.Value), clause.Value)),
        ];
}
