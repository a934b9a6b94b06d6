using Plumbline.Configuration;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>How much a decode engine holds at a time, and how it computes.</summary>
public sealed record DecodeEngineOptions : IValidatedOptions
{
    /// <summary>Sequences decoded at a time.</summary>
    /// <value>64</value>
    public int Slots { get; init; } = 64;

    /// <summary>Tokens of the longest sequence, prompt and answer together; null for all of the model's positions. The cache is as large as this says.</summary>
    /// <value>null</value>
    public int? SequenceCapacity { get; init; }

    /// <summary>
    /// Whether the log-probabilities must be those of training: the sequences then run through the same layers in the same dtype, and engines with kernels of
    /// their own are not chosen.
    /// </summary>
    /// <value>false</value>
    public bool Exact { get; init; }

    /// <summary>The dtype of the matrix multiplies and of the cache: float32, or bfloat16 for models that are trained under autocast.</summary>
    /// <value>float32</value>
    public ScalarType ComputeDtype { get; init; } = ScalarType.Float32;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Slots is >= 1 and <= 1 << 16, nameof(Slots), Slots, "between 1 and 65536"),
            (SequenceCapacity is null or >= 1, nameof(SequenceCapacity), SequenceCapacity, "at least 1"),
            (ComputeDtype is ScalarType.Float32 or ScalarType.BFloat16, nameof(ComputeDtype), ComputeDtype, "float32 or bfloat16"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
