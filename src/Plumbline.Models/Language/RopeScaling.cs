namespace Plumbline.Models.Language;

/// <summary>How rotary frequencies are changed for sequences longer than those of pretraining: Hugging Face's <c>rope_scaling</c>.</summary>
public abstract record RopeScaling
{
    /// <summary>Longer by this factor; at least 1.</summary>
    public required double Factor { get; init; }
}

/// <summary>Every frequency divided by the factor: position interpolation (arXiv 2306.15595).</summary>
public sealed record LinearRopeScaling : RopeScaling;

/// <summary>
/// A larger base once a sequence is longer than in pretraining: θ · (f·T/T₀ − (f − 1))^(d/(d−2)) with T the sequence's length and T₀ the model's positions.
/// </summary>
/// <remarks>The angles of one position depend on the length: keys cached while a sequence was shorter keep theirs, as in transformers.</remarks>
public sealed record DynamicRopeScaling : RopeScaling;

/// <summary>Llama 3.1's: low frequencies divided by the factor, high ones kept, those between blended (arXiv 2407.21783).</summary>
public sealed record LlamaRopeScaling : RopeScaling
{
    /// <summary>Wave lengths above original positions / this are divided by the factor.</summary>
    public required double LowFrequencyFactor { get; init; }

    /// <summary>Wave lengths below original positions / this are kept; above the low factor.</summary>
    public required double HighFrequencyFactor { get; init; }

    /// <summary>Positions of pretraining.</summary>
    public required int OriginalMaxPositions { get; init; }
}

/// <summary>YaRN (arXiv 2309.00071): interpolation by frequency along a ramp, and sharper attention.</summary>
public sealed record YarnRopeScaling : RopeScaling
{
    /// <summary>Positions of pretraining.</summary>
    public required int OriginalMaxPositions { get; init; }

    /// <summary>Frequencies that turn more often than this within the original positions are kept.</summary>
    /// <value>32</value>
    public double BetaFast { get; init; } = 32;

    /// <summary>Frequencies that turn less often than this are divided by the factor.</summary>
    /// <value>1</value>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Whether the ends of the ramp are rounded to whole dimensions.</summary>
    /// <value>true</value>
    public bool Truncate { get; init; } = true;

    /// <summary>Factor on queries and keys alike; null for 0.1 · ln(factor) + 1.</summary>
    public double? AttentionFactor { get; init; }
}

/// <summary>LongRoPE (arXiv 2402.13753): a divisor per frequency, one set up to the original positions and one beyond (Phi-3).</summary>
public sealed record LongRopeScaling : RopeScaling
{
    /// <summary>Positions of pretraining.</summary>
    public required int OriginalMaxPositions { get; init; }

    /// <summary>Divisors for sequences up to the original positions, one per rotated pair.</summary>
    public required IReadOnlyList<double> ShortFactors { get; init; }

    /// <summary>Divisors for longer sequences, one per rotated pair.</summary>
    public required IReadOnlyList<double> LongFactors { get; init; }

    /// <summary>Factor on queries and keys alike; null for √(1 + ln(factor) / ln(original positions)).</summary>
    public double? AttentionFactor { get; init; }
}
