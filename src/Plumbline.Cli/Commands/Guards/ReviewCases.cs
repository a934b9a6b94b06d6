using Plumbline.Feedback.Reviews;
using Plumbline.Gateway;
using Plumbline.Moderation;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What the review store is told of a decision, within its bounds: whoever attacks a guard shall keep nothing out of review by its form.</summary>
internal static class ReviewCases
{
    private static readonly HashSet<string> Roles = ["user", "assistant", "system", "developer", "tool"];

    /// <summary>What stays for good.</summary>
    internal static ReviewCase Facts(ReviewedDecision reviewed, ReviewReason reason)
    {
        var decision = reviewed.Decision;
        return new ReviewCase
        {
            Decision = decision.Id,
            Reason = reason,
            Part = decision.Part,
            Outcome = Outcome(decision.Outcome),
            Time = decision.Time,
            Constitution = decision.Constitution,
            Clauses =
            [
                .. decision
                    .Verdicts.DistinctBy(verdict => verdict.Clause, StringComparer.Ordinal)
                    .Take(ReviewLimits.MostClauses)
                    .Select(verdict => new ReviewClause(verdict.Clause, Score(verdict.Score), Threshold(verdict.Threshold))),
            ],
            Language = decision.Language,
            Detectors = decision
                .Detectors.OrderBy(detector => detector.Key, StringComparer.Ordinal)
                .Take(ReviewLimits.MostDetectors)
                .ToDictionary(detector => detector.Key, detector => detector.Value, StringComparer.Ordinal),
        };
    }

    /// <summary>What is erased in time.</summary>
    internal static ReviewTexts Texts(ReviewedDecision reviewed) =>
        new()
        {
            // A text of nothing waits for people where a detector failed.
            Text = reviewed.Text is "" ? " " : reviewed.Text,
            Reference = reviewed.Text is null ? $"the image with SHA-256 {reviewed.Decision.Input}" : null,
            Conversation =
            [
                .. reviewed.Conversation.Select(message => new ReviewMessage(
                    Roles.Contains(message.Role) ? message.Role : "other",
                    message.Text
                )),
            ],
        };

    /// <summary>The guard's outcome in the store's words.</summary>
    internal static ReviewOutcome Outcome(GuardOutcome outcome) =>
        outcome switch
        {
            GuardOutcome.Allow => ReviewOutcome.Allow,
            GuardOutcome.Transform => ReviewOutcome.Transform,
            GuardOutcome.Refuse => ReviewOutcome.Refuse,
            GuardOutcome.Escalate => ReviewOutcome.Escalate,
            _ => ReviewOutcome.Block,
        };

    /// <summary>The store's outcome in the guard's words.</summary>
    internal static GuardOutcome Outcome(ReviewOutcome outcome) =>
        outcome switch
        {
            ReviewOutcome.Allow => GuardOutcome.Allow,
            ReviewOutcome.Transform => GuardOutcome.Transform,
            ReviewOutcome.Refuse => GuardOutcome.Refuse,
            ReviewOutcome.Escalate => GuardOutcome.Escalate,
            _ => GuardOutcome.Block,
        };

    private static double Score(double score) => double.IsNaN(score) ? 0 : Math.Clamp(score, 0, 1);

    // No score was compared where a detector failed: a threshold that none reaches.
    private static double Threshold(double threshold) =>
        double.IsNaN(threshold) ? double.MaxValue : Math.Clamp(threshold, double.MinValue, double.MaxValue);
}
