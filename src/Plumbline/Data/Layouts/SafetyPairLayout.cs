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

        bool secondIsSafer = false,
            firstIsSafe = false,
            secondIsSafe = false;
        fault =
            ReadWhich(row, Column.BetterResponseId, out var secondIsBetter)
            ?? ReadWhich(row, Column.SaferResponseId, out secondIsSafer)
            ?? row.ReadTruth(Column.IsResponse0Safe, out firstIsSafe)
            ?? row.ReadTruth(Column.IsResponse1Safe, out secondIsSafe);
        if (fault is not null)
        {
            return fault;
        }

        if (firstIsSafe != secondIsSafe && secondIsSafe != secondIsSafer)
        {
            return new RowFault(
                BadRowReason.Contradiction,
                $"'{row.Names[Column.SaferResponseId]}' names the response that is said to be unsafe, and the other one is said to be safe."
            );
        }

        var (chosen, rejected) = secondIsBetter ? (second!, first) : (first, second!);
        var (chosenIsSafe, rejectedIsSafe) = secondIsBetter ? (secondIsSafe, firstIsSafe) : (firstIsSafe, secondIsSafe);
        examples.Add(
            new PreferenceExample(ExampleId.Preference(prompt, chosen, rejected), prompt, chosen, rejected)
            {
                Harm = new PairHarm(!chosenIsSafe, !rejectedIsSafe, ChosenIsWorse: secondIsSafer != secondIsBetter),
            }
        );
        return null;
    }

    private static RowFault? ReadWhich(Row row, Column column, out bool isSecond)
    {
        const string needed = "0 or 1";
        var value = row.Number(column);
        isSecond = value == 1;
        return value is 0 or 1 ? null
            : value is null ? row.Unfit(column, needed)
            : new RowFault(BadRowReason.WrongType, $"'{row.Names[column]}' is {value}; {needed} is needed.");
    }
}
