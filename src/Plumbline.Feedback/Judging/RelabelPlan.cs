using Plumbline.Constitutions.Settlements;

namespace Plumbline.Feedback.Judging;

/// <summary>What another constitution makes of a labelled pair, as far as that is known without asking the judge.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Before">Its labels so far.</param>
/// <param name="Recombined">The labels under the other constitution, where nothing must be asked for them; null where something must.</param>
/// <param name="ToAsk">The clauses that the judge must be asked about.</param>
public sealed record RelabelPlan(ComparedPair Pair, LabelledPair Before, LabelledPair? Recombined, IReadOnlyList<string> ToAsk)
{
    /// <summary>Whether the pair is expected to be labelled otherwise: because something must be asked, or because what is known adds up to something else.</summary>
    public bool IsTouched => Recombined is null || Differs(Before, Recombined);

    /// <summary>Plans a pair.</summary>
    /// <param name="rules">The other constitution's.</param>
    /// <param name="pair">The pair.</param>
    /// <param name="before">Its labels so far.</param>
    public static RelabelPlan Of(LabelRules rules, ComparedPair pair, LabelledPair before)
    {
        var toAsk = rules
            .Asked(pair)
            .Where(asked => rules.Known(before, asked.Key, asked.Value) is null)
            .Select(asked => asked.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        return new RelabelPlan(pair, before, toAsk.Count == 0 ? rules.Recombined(pair, before) : null, toAsk);
    }

    /// <summary>Whether two labels of a pair say something else: in the label, or in what is settled and by whom.</summary>
    public static bool Differs(LabelledPair left, LabelledPair right) =>
        left.Label != right.Label
        || left.Settled.Outcome != right.Settled.Outcome
        || left.Settled.First != right.Settled.First
        || !left.Settled.By.SequenceEqual(right.Settled.By, StringComparer.Ordinal);

    /// <summary>Whether the better answer is another one.</summary>
    public static bool Turns(LabelledPair left, LabelledPair right) =>
        (left.Settled.Outcome, right.Settled.Outcome)
            is
                (SettlementOutcome.First, SettlementOutcome.Second)
                or
                (SettlementOutcome.Second, SettlementOutcome.First);
}
