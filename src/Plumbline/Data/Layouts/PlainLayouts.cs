using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary><c>text</c> or <c>messages</c>.</summary>
internal sealed class LanguageModelingLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        var column = row.Has(Column.Text) ? Column.Text : Column.Messages;
        if (ContentReader.Read(row, column, BadRowReason.EmptyAnswer, out var content) is { } fault)
        {
            return fault;
        }

        examples.Add(new LanguageModelingExample(ExampleId.LanguageModeling(content!), content!));
        return null;
    }
}

/// <summary><c>prompt</c>.</summary>
internal sealed class PromptOnlyLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        if (ContentReader.Read(row, Column.Prompt, BadRowReason.EmptyPrompt, out var prompt) is { } fault)
        {
            return fault;
        }

        examples.Add(new PromptExample(ExampleId.Prompt(prompt!), prompt!));
        return null;
    }
}

/// <summary><c>prompt</c> and <c>completion</c>.</summary>
internal sealed class PromptCompletionLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        if (ReadPair(row, out var prompt, out var completion) is { } fault)
        {
            return fault;
        }

        examples.Add(new PromptCompletionExample(ExampleId.PromptCompletion(prompt!, completion!), prompt!, completion!));
        return null;
    }

    /// <summary>Reads prompt and completion, in the same form.</summary>
    internal static RowFault? ReadPair(Row row, out Content? prompt, out Content? completion)
    {
        completion = null;
        return ContentReader.Read(row, Column.Prompt, BadRowReason.EmptyPrompt, out prompt)
            ?? ContentReader.Read(row, Column.Completion, BadRowReason.EmptyAnswer, out completion)
            ?? ContentReader.Align(ref prompt!, ref completion!);
    }
}

/// <summary><c>prompt</c>, <c>completion</c> and <c>label</c>.</summary>
internal sealed class UnpairedPreferenceLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        var label = false;
        var fault = PromptCompletionLayout.ReadPair(row, out var prompt, out var completion) ?? row.ReadTruth(Column.Label, out label);
        if (fault is not null)
        {
            return fault;
        }

        examples.Add(new UnpairedPreferenceExample(ExampleId.Unpaired(prompt!, completion!, label), prompt!, completion!, label));
        return null;
    }
}
