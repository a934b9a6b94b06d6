using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary><c>chosen</c> and <c>rejected</c>, with <c>prompt</c> or with the prompt as what both begin with.</summary>
internal sealed class PreferenceLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        Content? rejected = null;
        Content? prompt = null;
        var fault =
            ContentReader.Read(row, Column.Chosen, BadRowReason.EmptyAnswer, out var chosen)
            ?? ContentReader.Read(row, Column.Rejected, BadRowReason.EmptyAnswer, out rejected)
            ?? Compare(row, chosen!, rejected!, out prompt)
            ?? (
                prompt is null ? CommonPrompt.Split(ref chosen!, ref rejected!, out prompt) : Align(ref prompt, ref chosen!, ref rejected!)
            );
        Content? gold = null;
        fault ??= row.IsGiven(Column.Gold) ? ReadGold(row, prompt!, out gold) : null;
        return fault ?? PreferenceAnnotations.Add(row, prompt!, chosen!, rejected!, gold, examples);
    }

    /// <summary>Reads the third answer, in the form of the others; it may repeat the prompt, as they do where no column states it.</summary>
    private static RowFault? ReadGold(Row row, Content prompt, out Content? gold)
    {
        if (ContentReader.Read(row, Column.Gold, BadRowReason.EmptyAnswer, out gold) is { } fault)
        {
            return fault;
        }

        if (CommonPrompt.After(prompt, gold!) is { } rest)
        {
            gold = rest;
        }

        var same = prompt;
        return ContentReader.Align(ref same, ref gold!)
            ?? (same.Equals(prompt) ? null : new RowFault(BadRowReason.WrongType, "gold is messages, and chosen and rejected are text."));
    }

    /// <summary>Checks the pair and reads the prompt column; the prompt stays null where it has to be found in the pair.</summary>
    private static RowFault? Compare(Row row, Content chosen, Content rejected, out Content? prompt)
    {
        prompt = null;
        if (chosen.Text is null != rejected.Text is null)
        {
            return new RowFault(BadRowReason.WrongType, "of chosen and rejected one is text and the other messages.");
        }

        if (chosen.Equals(rejected))
        {
            return new RowFault(BadRowReason.IdenticalAnswers, "chosen and rejected are the same.");
        }

        if (!row.Has(Column.Prompt))
        {
            return null;
        }

        var fault = ContentReader.Read(row, Column.Prompt, BadRowReason.EmptyPrompt, out prompt);
        if (prompt?.Text is { } text && ContentReader.BeginsWithPrompt(chosen, text) && ContentReader.BeginsWithPrompt(rejected, text))
        {
            // UltraFeedback's layout: a text prompt beside conversations that contain it.
            prompt = null;
        }

        return fault;
    }

    private static RowFault? Align(ref Content prompt, ref Content chosen, ref Content rejected)
    {
        var same = prompt;
        return ContentReader.Align(ref prompt, ref chosen) ?? ContentReader.Align(ref same, ref rejected);
    }
}
