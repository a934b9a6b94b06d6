using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Reads what a rater said of a pair beside which answer is preferred: columns that may be left out, or be empty in csv.</summary>
internal static class PreferenceAnnotations
{
    /// <summary>Adds the pair with its gold answer and what <c>margin</c>, <c>confidence</c>, <c>chosen_harmful</c>, <c>rejected_harmful</c> and <c>more_harmful</c> say of it.</summary>
    /// <returns>Null, or which column cannot be used.</returns>
    public static RowFault? Add(Row row, Content prompt, Content chosen, Content rejected, Content? gold, List<Example> examples)
    {
        double? confidence = null;
        PairHarm? harm = null;
        if ((ReadMargin(row, out var margin) ?? ReadConfidence(row, out confidence) ?? ReadHarm(row, out harm)) is { } fault)
        {
            return fault;
        }

        examples.Add(
            new PreferenceExample(ExampleId.Preference(prompt, chosen, rejected), prompt, chosen, rejected)
            {
                Margin = margin,
                Confidence = confidence,
                Gold = gold,
                Harm = harm,
            }
        );
        return null;
    }

    private static RowFault? ReadMargin(Row row, out double? margin)
    {
        margin = null;
        if (!row.IsGiven(Column.Margin))
        {
            return null;
        }

        margin = row.Number(Column.Margin);
        return margin >= 0 && double.IsFinite(margin.Value) ? null
            : margin is null ? row.Unfit(Column.Margin, "a number")
            : new RowFault(
                BadRowReason.WrongType,
                $"'{row.Names[Column.Margin]}' is {margin}: the chosen answer leads by 0 or more. Swap chosen and rejected where the other one leads."
            );
    }

    private static RowFault? ReadConfidence(Row row, out double? confidence)
    {
        confidence = null;
        if (!row.IsGiven(Column.Confidence))
        {
            return null;
        }

        confidence = row.Number(Column.Confidence);
        return confidence switch
        {
            >= 0.5 and <= 1 => null,
            null => row.Unfit(Column.Confidence, "a number"),
            >= 0 and < 0.5 => new RowFault(
                BadRowReason.WrongType,
                $"'{row.Names[Column.Confidence]}' is {confidence}: the rejected answer would be the likelier one. Swap chosen and rejected, and give {1 - confidence}."
            ),
            _ => new RowFault(
                BadRowReason.WrongType,
                $"'{row.Names[Column.Confidence]}' is {confidence}; the probability that the chosen answer is better is needed, in [0.5, 1]."
            ),
        };
    }

    private static RowFault? ReadHarm(Row row, out PairHarm? harm)
    {
        harm = null;
        if (!row.IsGiven(Column.ChosenHarmful) && !row.IsGiven(Column.RejectedHarmful) && !row.IsGiven(Column.MoreHarmful))
        {
            return null;
        }

        var rejected = false;
        if ((row.ReadTruth(Column.ChosenHarmful, out var chosen) ?? row.ReadTruth(Column.RejectedHarmful, out rejected)) is { } unread)
        {
            return unread;
        }

        if (!row.IsGiven(Column.MoreHarmful))
        {
            // Of two that both do harm, or both do none, the dispreferred answer is taken for the worse one.
            harm = new PairHarm(chosen, rejected, ChosenIsWorse: chosen && !rejected);
            return null;
        }

        if (row.ReadText(Column.MoreHarmful, out var worse) is { } fault)
        {
            return fault;
        }

        harm = new PairHarm(chosen, rejected, ChosenIsWorse: worse == "chosen");
        return worse is not ("chosen" or "rejected")
                ? new RowFault(
                    BadRowReason.WrongType,
                    $"'{row.Names[Column.MoreHarmful]}' is {RowFault.Excerpt(worse)}; 'chosen' or 'rejected' is needed."
                )
            : chosen != rejected && chosen != harm.ChosenIsWorse
                ? new RowFault(
                    BadRowReason.Contradiction,
                    $"'{row.Names[Column.MoreHarmful]}' names the {worse} answer, which is said to do no harm, and the other one is said to do some."
                )
            : null;
    }
}
