using Plumbline.Configuration;

namespace Plumbline.Models.Generation;

/// <summary>How answers are sampled.</summary>
public sealed record GenerationOptions : IValidatedOptions
{
    /// <summary>At most so many new tokens.</summary>
    /// <value>128</value>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Divides the logits before the softmax; 0 takes the most likely token.</summary>
    /// <value>1</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the so many most likely tokens; 0 for all.</summary>
    /// <value>0</value>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of most likely tokens whose probabilities reach this sum, in (0, 1].</summary>
    /// <value>1</value>
    public double TopP { get; init; } = 1;

    /// <summary>Sequences decoded at a time.</summary>
    /// <value>64</value>
    public int BatchSize { get; init; } = 64;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (MaxNewTokens >= 1, nameof(MaxNewTokens), MaxNewTokens, "at least 1"),
            (Temperature >= 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "0 (most likely token) or more"),
            (TopK >= 0, nameof(TopK), TopK, "0 (all) or more"),
            (TopP is > 0 and <= 1, nameof(TopP), TopP, "in (0, 1]"),
            (BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>One sampled answer.</summary>
/// <param name="Ids">The new tokens, without the end token.</param>
/// <param name="Ended">Whether an end token was drawn; otherwise the answer was cut at the limit.</param>
public sealed record GeneratedTokens(int[] Ids, bool Ended);
