using System.Runtime.CompilerServices;
using System.Text.Json;
using Json.Schema;
using Json.Schema.Keywords;

namespace Plumbline.Rewards.Schemas;

/// <summary><c>pattern</c> matched in linear time.</summary>
internal sealed class LinearPatternKeyword : PatternKeyword
{
    /// <inheritdoc/>
    public override object? ValidateKeywordValue(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? LinearPattern.Compile(value.GetString()!)
            : throw new JsonSchemaException("'pattern' value must be a string");
}

/// <summary>
/// <c>$ref</c> that counts how often it is followed: all that can make a schema endless, or exponential in its own length, goes through a reference.
/// </summary>
internal sealed class BoundedReferenceKeyword : RefKeyword
{
    private const int MostSteps = 100_000;

    [ThreadStatic]
    private static int left;

    /// <summary>Allows the next evaluation on this thread its steps.</summary>
    public static void Restart() => left = MostSteps;

    /// <inheritdoc/>
    /// <exception cref="InsufficientExecutionStackException">References lead on and on, or are followed too often.</exception>
    public override KeywordEvaluation Evaluate(KeywordData keyword, EvaluationContext context)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return left-- > 0
            ? base.Evaluate(keyword, context)
            : throw new InsufficientExecutionStackException($"More than {MostSteps} references are followed.");
    }
}
