using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Rewards.Schemas;

namespace Plumbline.Rewards;

/// <summary>
/// 1 for an answer that is JSON and fits a schema, 0 for any other: also for one that is longer than 256 Ki characters or deeper than 64 levels, repeats a name,
/// or has a number of 29 digits or more. Null where the schema in the row is missing or cannot be used, or needs more than 100,000 references to judge the answer.
/// </summary>
public sealed class JsonSchemaMatch : FunctionReward
{
    private const string Fence = "```";

    private readonly JsonSchemaMatchOptions options;
    private readonly BoundedSchema? everyRow;
    private Built? latest;

    /// <summary>Makes the check.</summary>
    /// <param name="options">The schema.</param>
    /// <exception cref="InvalidInputException">There is no schema, or it cannot be used.</exception>
    public JsonSchemaMatch(JsonSchemaMatchOptions options)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options);
        everyRow = options.Schema is null ? null : BoundedSchema.Build(options.Schema, out _);
    }

    /// <inheritdoc/>
    protected override double? Score(AnswerToReward answer)
    {
        if ((everyRow ?? OfRow(answer)) is not { } schema)
        {
            return null;
        }

        var text = answer.Answer.AsSpan().Trim();
        text = options.AllowFence ? WithoutFence(text) : text;
        if (JsonBounds.Read(text) is not { } value)
        {
            return 0;
        }

        return schema.Fits(value) switch
        {
            true => 1,
            false => 0,
            null => null,
        };
    }

    private BoundedSchema? OfRow(AnswerToReward answer)
    {
        if (!answer.Columns.TryGetValue(options.Column!, out var column))
        {
            return null;
        }

        var text = column.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False
            ? column.GetRawText()
            : RewardColumn.Text(column);
        if (text is null)
        {
            return null;
        }

        // The answers to one prompt stand side by side, and building costs more than judging.
        var known = latest;
        if (known?.Text != text)
        {
            known = new Built(text, BoundedSchema.Build(text, out _));
            latest = known;
        }

        return known.Schema;
    }

    private static ReadOnlySpan<char> WithoutFence(ReadOnlySpan<char> text)
    {
        var firstLine = text.IndexOf('\n');
        var isBlock =
            firstLine > 0
            && text.Length >= firstLine + Fence.Length
            && text.StartsWith(Fence, StringComparison.Ordinal)
            && text.EndsWith(Fence, StringComparison.Ordinal);
        return isBlock ? text[(firstLine + 1)..^Fence.Length] : text;
    }

    private sealed record Built(string Text, BoundedSchema? Schema);
}
