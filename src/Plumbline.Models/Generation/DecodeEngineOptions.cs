using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Torch.Kernels.Decoding;
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

    /// <summary>
    /// How kernels of their own keep the weights: bfloat16, or int8, whose effect on log-probabilities <c>./bench decode</c> measures. Engines on libtorch's
    /// operators read the decoder's own weights.
    /// </summary>
    /// <value>BFloat16</value>
    public DecodeWeights Weights { get; init; } = DecodeWeights.BFloat16;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Slots is >= 1 and <= 1 << 16, nameof(Slots), Slots, "between 1 and 65536"),
            (SequenceCapacity is null or >= 1, nameof(SequenceCapacity), SequenceCapacity, "at least 1"),
            (Enum.IsDefined(Weights), nameof(Weights), Weights, "bfloat16 or int8"),
            (ComputeDtype is ScalarType.Float32 or ScalarType.BFloat16, nameof(ComputeDtype), ComputeDtype, "float32 or bfloat16"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }

    /// <summary>Tokens of the longest sequence for a model.</summary>
    /// <exception cref="InvalidInputException"><see cref="SequenceCapacity"/> is more than the model's positions.</exception>
    internal int CapacityFor(DecoderConfig config) =>
        SequenceCapacity is not { } wanted ? config.ContextLength
        : wanted <= config.ContextLength ? wanted
        : throw new InvalidInputException(
            $"Sequences of {wanted} tokens are longer than the model's {config.ContextLength}.",
            $"Set sequence_capacity to {config.ContextLength} or less, or use a model with more positions."
        );
}
