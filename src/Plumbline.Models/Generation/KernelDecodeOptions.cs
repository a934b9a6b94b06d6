using Plumbline.Configuration;
using Plumbline.Torch.Kernels.Decoding;

namespace Plumbline.Models.Generation;

/// <summary>What a <see cref="KernelDecodeEngine"/> sets aside before it runs.</summary>
public sealed record KernelDecodeOptions : IValidatedOptions
{
    /// <summary>Sequences decoded at a time.</summary>
    /// <value>64</value>
    public int Slots { get; init; } = 64;

    /// <summary>Tokens of all sequences together whose keys and values are kept; rounded up to pages of sixteen.</summary>
    /// <value>16384</value>
    public long CacheTokens { get; init; } = 16_384;

    /// <summary>Tokens of the longest sequence, prompt and answer together; null for all of the model's positions.</summary>
    /// <value>null</value>
    public int? SequenceCapacity { get; init; }

    /// <summary>How weights are kept.</summary>
    /// <value>BFloat16</value>
    public DecodeWeights Weights { get; init; } = DecodeWeights.BFloat16;

    /// <summary>Threads of a step, the caller's included; no more than free cores. Results do not depend on it.</summary>
    /// <value>the cores of the machine</value>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether long prompts are computed in float32 even where the processor is faster in bfloat16.</summary>
    /// <value>false</value>
    public bool Float32Prefill { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Slots is >= 1 and <= 4096, nameof(Slots), Slots, "1 to 4096"),
            (CacheTokens is >= 1 and <= 1L << 34, nameof(CacheTokens), CacheTokens, "1 to 2^34"),
            (SequenceCapacity is null or >= 1, nameof(SequenceCapacity), SequenceCapacity ?? 0, "at least 1"),
            (Enum.IsDefined(Weights), nameof(Weights), Weights, "bfloat16 or int8"),
            (Threads is >= 1 and <= 1024, nameof(Threads), Threads, "1 to 1024"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
