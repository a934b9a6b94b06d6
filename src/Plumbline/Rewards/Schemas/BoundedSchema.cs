using System.Text.Json;
using Json.Schema;
using Json.Schema.Keywords;

namespace Plumbline.Rewards.Schemas;

/// <summary>A JSON schema of drafts 6, 7, 2019-09 or 2020-12 (the default) that reaches nothing outside itself and ends in bounded time. Thread-safe.</summary>
internal sealed class BoundedSchema
{
    private static readonly Dialect[] Dialects =
    [
        Bounded(Dialect.Draft202012),
        Bounded(Dialect.Draft201909),
        Bounded(Dialect.Draft07),
        Bounded(Dialect.Draft06),
    ];

    private static readonly EvaluationOptions Evaluation = new() { OutputFormat = OutputFormat.Flag };

    private readonly JsonSchema schema;

    private BoundedSchema(JsonSchema schema) => this.schema = schema;

    /// <summary>Builds a schema.</summary>
    /// <param name="text">The schema, as JSON.</param>
    /// <param name="fault">What is wrong with it; null where it was built.</param>
    public static BoundedSchema? Build(string text, out string? fault)
    {
        fault = SchemaGate.Read(text, out var root);
        if (fault is not null)
        {
            return null;
        }

        try
        {
            var dialects = new DialectRegistry();
            foreach (var dialect in Dialects)
            {
                dialects.Register(dialect);
            }

            // A registry of its own: two rows may give their schemas the same $id.
            var options = new BuildOptions
            {
                SchemaRegistry = new SchemaRegistry(),
                DialectRegistry = dialects,
                Dialect = Dialects[0],
            };
            return new BoundedSchema(JsonSchema.Build(root, options));
        }
        catch (Exception failure) when (IsSchemaFailure(failure))
        {
            fault = failure.Message;
            return null;
        }
    }

    /// <summary>Whether a value fits; null where finding out asks for more than 100,000 references or runs in a circle.</summary>
    /// <param name="value">Found usable by <see cref="JsonBounds"/>.</param>
    public bool? Fits(JsonElement value)
    {
        BoundedReferenceKeyword.Restart();
        try
        {
            return schema.Evaluate(value, Evaluation).IsValid;
        }
        catch (Exception failure) when (failure is InsufficientExecutionStackException or JsonSchemaException or RefResolutionException)
        {
            return null;
        }
    }

    private static bool IsSchemaFailure(Exception failure) =>
        failure
            is JsonSchemaException
                or RefResolutionException
                or InsufficientExecutionStackException
                or ArgumentException
                or NotSupportedException
                or FormatException
                or OverflowException
                or InvalidOperationException;

    private static Dialect Bounded(Dialect dialect) =>
        dialect
            .Without([PatternKeyword.Instance, RefKeyword.Instance])
            .With(
                [new LinearPatternKeyword(), new BoundedReferenceKeyword()],
                dialect.Id,
                dialect.RefIgnoresSiblingKeywords,
                dialect.AllowUnknownKeywords
            );
}
