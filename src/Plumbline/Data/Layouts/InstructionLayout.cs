using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Alpaca: <c>instruction</c>, optionally <c>input</c>, and <c>output</c>, as one turn of the user and one of the assistant.</summary>
internal sealed class InstructionLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        var input = string.Empty;
        var fault =
            row.ReadText(Column.Instruction, out var instruction)
            ?? (row.Has(Column.Input) ? row.ReadText(Column.Input, out input) : null)
            ?? row.ReadText(Column.Output, out var output)
            ?? Add(instruction, input, output, row.Names[Column.Output], examples);
        return fault;
    }

    /// <summary>Adds the example of one instruction; the input follows it after an empty line.</summary>
    internal static RowFault? Add(string instruction, string input, string output, string outputName, List<Example> examples)
    {
        if (string.IsNullOrWhiteSpace(instruction))
        {
            return new RowFault(BadRowReason.EmptyPrompt, "the instruction is empty.");
        }

        if (string.IsNullOrWhiteSpace(output))
        {
            return new RowFault(BadRowReason.EmptyAnswer, $"'{outputName}' is empty.");
        }

        var question = string.IsNullOrWhiteSpace(input) ? instruction : $"{instruction}\n\n{input}";
        var prompt = Content.FromMessages([new ChatMessage(ChatRole.User, question)]);
        var completion = Content.FromMessages([new ChatMessage(ChatRole.Assistant, output)]);
        examples.Add(new PromptCompletionExample(ExampleId.PromptCompletion(prompt, completion), prompt, completion));
        return null;
    }
}

/// <summary>Self-Instruct: <c>instruction</c> and <c>instances</c>, each of which is an example with its own input and output.</summary>
internal sealed class InstructionInstancesLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        if (row.ReadText(Column.Instruction, out var instruction) is { } unread)
        {
            return unread;
        }

        if (row.Kind(Column.Instances) != FieldKind.Array)
        {
            return row.Unfit(Column.Instances, "an array of objects with 'input' and 'output'");
        }

        var found = new List<Example>();
        var reader = new Utf8JsonReader(row.Json(Column.Instances));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var fault =
                ReadInstance(ref reader, out var input, out var output)
                ?? InstructionLayout.Add(instruction, input, output, $"output of instance {found.Count + 1}", found);
            if (fault is not null)
            {
                return fault;
            }
        }

        examples.AddRange(found);
        return found.Count > 0 ? null : new RowFault(BadRowReason.EmptyAnswer, $"'{row.Names[Column.Instances]}' has no instances.");
    }

    private static RowFault? ReadInstance(ref Utf8JsonReader reader, out string input, out string output)
    {
        (input, output) = (string.Empty, string.Empty);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new RowFault(BadRowReason.WrongType, "an instance is no object with 'input' and 'output'.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _ = JsonText.TryRead(ref reader, out var name);
            reader.Read();
            if (name is not ("input" or "output"))
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType != JsonTokenType.String)
            {
                return new RowFault(BadRowReason.WrongType, $"the {name} of an instance is no text.");
            }

            if (!JsonText.TryRead(ref reader, out var text))
            {
                return new RowFault(BadRowReason.InvalidText, $"the {name} of an instance holds an escaped surrogate without its partner.");
            }

            (input, output) = name == "input" ? (text, output) : (input, text);
        }

        return null;
    }
}
