using Plumbline.Constitutions;

namespace Plumbline.Moderation.Guarding;

/// <summary>What people are told whose text does not pass: what became of it, the clause in their language, and how to appeal.</summary>
internal static class Explanations
{
    /// <summary>The explanation of a decision; null where the text passes.</summary>
    public static string? Of(GuardDecision decision, Constitution constitution)
    {
        if (decision.Passes)
        {
            return null;
        }

        var appeal = $"Decision {decision.Id}.";
        return decision.Outcome switch
        {
            // Whoever probes a hard limit learns nothing of it.
            GuardOutcome.Block => $"This cannot be passed on. {appeal}",
            GuardOutcome.Escalate => $"This waits for a person to look at it: {Reason(decision, constitution)} {appeal}",
            _ => $"This was not passed on: {Reason(decision, constitution)} {appeal}",
        };
    }

    private static string Reason(GuardDecision decision, Constitution constitution)
    {
        var id = decision.Verdicts[0].Clause;
        return id switch
        {
            OwnRules.UnknownLanguage => "its language is not known here.",
            OwnRules.TooManyReadings => "it can be read in more ways than are checked.",
            OwnRules.TooLong => "it is longer than what is checked.",
            _ => $"{constitution.Clauses[id].In(decision.Language).Text.Trim()} ({id})",
        };
    }
}
