using Plumbline.Configuration;
using Plumbline.Rewards.Schemas;

namespace Plumbline.Rewards;

/// <summary>Which schema <see cref="JsonSchemaMatch"/> holds answers to.</summary>
public sealed record JsonSchemaMatchOptions : IValidatedOptions
{
    /// <summary>
    /// The JSON schema, as JSON text: at most 64 KiB and 32 levels, of draft 6, 7, 2019-09 or 2020-12 (where <c>$schema</c> names none), with references into itself only
    /// and patterns that match in linear time. Null: it stands in a column.
    /// </summary>
    /// <value>Null by default.</value>
    public string? Schema { get; init; }

    /// <summary>The column of the prompt's row that holds the schema, as JSON or as text. Exactly one of this and <see cref="Schema"/> is set.</summary>
    /// <value>Null by default.</value>
    public string? Column { get; init; }

    /// <summary>Whether the answer may be a Markdown code block with nothing around it: <c>```json</c>, the JSON, <c>```</c>.</summary>
    /// <value>true</value>
    public bool AllowFence { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Schema is null == Column is null)
        {
            yield return new OptionProblem(
                nameof(Schema),
                Schema,
                Schema is null ? "set where column is not" : "left out where column is set",
                "Set exactly one of schema and column."
            );
        }

        if (Column is { Length: 0 })
        {
            yield return new OptionProblem(nameof(Column), Column, "the name of a column");
        }

        if (Schema is not null && BoundedSchema.Build(Schema, out var fault) is null)
        {
            yield return new OptionProblem(nameof(Schema), Schema, "a JSON schema that can be used", $"Mend the schema: {fault}");
        }
    }
}
