using System.Text;
using System.Text.Json;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>
/// <c>prompt</c>, <c>completions</c> (the steps of one answer) and <c>labels</c>: true or false for each step, or a number in [0, 1]. Csv has no arrays: its fields hold them
/// as JSON.
/// </summary>
internal sealed class StepwiseLayout : RowLayout
{
    private readonly List<string> steps = [];
    private readonly List<double> labels = [];

    /// <summary>Reads the element that the reader stands on into a list.</summary>
    private delegate RowFault? ElementReader(ref Utf8JsonReader reader);

    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        steps.Clear();
        labels.Clear();
        var fault =
            ContentReader.Read(row, Column.Prompt, BadRowReason.EmptyPrompt, out var prompt)
            ?? ReadArray(row, Column.Completions, "an array of steps", ReadStep)
            ?? ReadArray(row, Column.Labels, "an array of true or false, or of numbers in [0, 1]", ReadLabel)
            ?? Misfit();
        if (fault is not null)
        {
            return fault;
        }

        string[] ordered = [.. steps];
        double[] judged = [.. labels];
        examples.Add(new StepwiseExample(ExampleId.Stepwise(prompt!, ordered, judged), prompt!, ordered, judged));
        return null;
    }

    private static RowFault? ReadArray(Row row, Column column, string needed, ElementReader element)
    {
        var json = row.Json(column);
        if (row.Kind(column) == FieldKind.Text)
        {
            if (row.ReadText(column, out var text) is { } broken)
            {
                return broken;
            }

            json = Encoding.UTF8.GetBytes(text);
        }
        else if (row.Kind(column) != FieldKind.Array)
        {
            return row.Unfit(column, needed);
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return NoArray(row, column, needed);
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (element(ref reader) is { } fault)
                {
                    return fault;
                }
            }

            // What follows the array, as text may have it, is no JSON.
            return reader.Read() ? NoArray(row, column, needed) : null;
        }
        catch (JsonException)
        {
            return NoArray(row, column, needed);
        }
    }

    private RowFault? ReadStep(ref Utf8JsonReader reader)
    {
        var number = steps.Count + 1;
        if (reader.TokenType != JsonTokenType.String)
        {
            return new RowFault(BadRowReason.WrongType, $"step {number} is no text.");
        }

        if (!JsonText.TryRead(ref reader, out var step))
        {
            return new RowFault(
                BadRowReason.InvalidText,
                $"step {number} holds an escaped surrogate (\\ud800 to \\udfff) without its partner."
            );
        }

        steps.Add(step);
        return string.IsNullOrWhiteSpace(step) ? new RowFault(BadRowReason.EmptyAnswer, $"step {number} is empty.") : null;
    }

    private RowFault? ReadLabel(ref Utf8JsonReader reader)
    {
        var number = labels.Count + 1;
        double label;
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                label = reader.TokenType == JsonTokenType.True ? 1 : 0;
                break;
            case JsonTokenType.Number when reader.TryGetDouble(out label):
                break;
            default:
                return new RowFault(BadRowReason.WrongType, $"label {number} is neither true, false nor a number.");
        }

        labels.Add(label);
        return label is >= 0 and <= 1
            ? null
            : new RowFault(
                BadRowReason.UnfitLabels,
                FormattableString.Invariant($"label {number} is {label}; it must lie between 0 and 1.")
            );
    }

    private RowFault? Misfit() =>
        steps.Count == 0 ? new RowFault(BadRowReason.EmptyAnswer, "the answer has no steps.")
        : labels.Count != steps.Count ? new RowFault(BadRowReason.UnfitLabels, $"there are {labels.Count} labels for {steps.Count} steps.")
        : null;

    private static RowFault NoArray(Row row, Column column, string needed) =>
        new(BadRowReason.WrongType, $"'{row.Names[column]}' is text, and not the JSON of {needed}.");
}
