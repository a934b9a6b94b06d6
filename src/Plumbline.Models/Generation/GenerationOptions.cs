namespace Plumbline.Models.Generation;

/// <summary>How answers are sampled.</summary>
public sealed record GenerationOptions
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

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="InvalidInputException">Names the option, its value and its range.</exception>
    public void Validate()
    {
        Check(MaxNewTokens >= 1, "max_new_tokens", MaxNewTokens, "at least 1");
        Check(Temperature >= 0 && double.IsFinite(Temperature), "temperature", Temperature, "0 (most likely token) or more");
        Check(TopK >= 0, "top_k", TopK, "0 (all) or more");
        Check(TopP is > 0 and <= 1, "top_p", TopP, "in (0, 1]");
        Check(BatchSize >= 1, "batch_size", BatchSize, "at least 1");
    }

    private static void Check(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{name} is {value}.", $"It must be {range}.");
        }
    }
}

/// <summary>One sampled answer.</summary>
/// <param name="Ids">The new tokens, without the end token.</param>
/// <param name="Ended">Whether an end token was drawn; otherwise the answer was cut at the limit.</param>
public sealed record GeneratedTokens(int[] Ids, bool Ended);
