using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>
/// PKU-SafeRLHF: two responses to a prompt, which of them is better, which is safer, and whether each is safe at all.
/// </summary>
internal sealed class SafetyPairLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        Content? first = null;
        Content? second = null;
        var fault =
            ContentReader.Read(row, Column.Prompt, BadRowReason.EmptyPrompt, out var prompt)
            ?? ContentReader.Read(row, Column.Response0, BadRowReason.EmptyAnswer, out first)
            ?? ContentReader.Read(row, Column.Response1, BadRowReason.EmptyAnswer, out second);
        if (fault is not null)
        {
            return fault;
        }

        var same = prompt!;
        fault = ContentReader.Align(ref prompt!, ref first!) ?? ContentReader.Align(ref same, ref second!);
        if (fault is not null)
        {
            return fault;
        }

        if (first!.Equals(second))
        {
            return new RowFault(BadRowReason.IdenticalAnswers, "the two responses are the same.");
        }

        if (Judgements(row, out var secondIsBetter, out var secondIsSafer, out var isSafe) is { } unread)
        {
            return unread;
        }

        var (chosen, rejected) = secondIsBetter ? (second!, first) : (first, second!);
        var (chosenIsSafe, rejectedIsSafe) = secondIsBetter ? (isSafe[1], isSafe[0]) : (isSafe[0], isSafe[1]);
        examples.Add(
            new PreferenceExample(ExampleId.Preference(prompt, chosen, rejected), prompt, chosen, rejected)
            {
                Harm = new PairHarm(!chosenIsSafe, !rejectedIsSafe, ChosenIsWorse: secondIsSafer != secondIsBetter),
            }
        );
        return null;
    }

    private static RowFault? Judgements(Row row, out bool secondIsBetter, out bool secondIsSafer, out bool[] isSafe)
    {
        (secondIsBetter, secondIsSafer, isSafe) = (false, false, []);
        const string Which = "0 or 1";
        if (row.Number(Column.BetterResponseId) is not (0 or 1) and var better)
        {
            return Which0Or1(row, Column.BetterResponseId, better);
        }

        if (row.Number(Column.SaferResponseId) is not (0 or 1) and var safer)
        {
            return Which0Or1(row, Column.SaferResponseId, safer);
        }

        if (row.Truth(Column.IsResponse0Safe) is not { } firstIsSafe)
        {
            return row.Unfit(Column.IsResponse0Safe, Row.TruthValues);
        }

        if (row.Truth(Column.IsResponse1Safe) is not { } secondIsSafe)
        {
            return row.Unfit(Column.IsResponse1Safe, Row.TruthValues);
        }

        secondIsBetter = row.Number(Column.BetterResponseId) == 1;
        secondIsSafer = row.Number(Column.SaferResponseId) == 1;
        isSafe = [firstIsSafe, secondIsSafe];
        return firstIsSafe != secondIsSafe && secondIsSafe != secondIsSafer
            ? new RowFault(
                BadRowReason.Contradiction,
                $"'{row.Names[Column.SaferResponseId]}' names the response that is said to be unsafe, and the other one is said to be safe."
            )
            : null;

        static RowFault Which0Or1(Row row, Column column, double? value) =>
            value is null
                ? row.Unfit(column, Which)
                : new RowFault(BadRowReason.WrongType, $"'{row.Names[column]}' is {value}; {Which} is needed.");
    }
}
