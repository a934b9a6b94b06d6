using Plumbline.Models.Adapters;
using Plumbline.Torch.Quantization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Language;

/// <summary>One matrix multiply of a decoder, y = x Wᵀ + b, under the name that Hugging Face gives the module (or that of our joined matrix).</summary>
/// <param name="name">The module's name, without <c>.weight</c>.</param>
/// <param name="weight">[outputs, inputs]; its parts name the modules that are joined in it.</param>
/// <param name="bias">[outputs]; null for none.</param>
internal sealed class Projection(string name, DecoderParameter weight, DecoderParameter? bias)
{
    private const string WeightSuffix = ".weight";

    private NormalFloat4Matrix? quantised;
    private DequantizationBuffer? buffer;

    /// <summary>The module's name, without <c>.weight</c>.</summary>
    internal string Name => name;

    /// <summary>[outputs, inputs].</summary>
    /// <exception cref="InvalidOperationException">The weights are quantised.</exception>
    internal DecoderParameter Weight =>
        quantised is null
            ? weight
            : throw new InvalidOperationException(
                $"The weights of {name} are in four bits: take {nameof(EffectiveWeight)}, or a merged copy of the decoder."
            );

    /// <summary>[outputs], or null.</summary>
    internal DecoderParameter? Bias => bias;

    /// <summary>The modules that Hugging Face knows, each with its rows of the output.</summary>
    internal IReadOnlyList<ProjectionModule> Modules { get; } =
    [
        .. weight
            .Parts.Where(part => part.Name.EndsWith(WeightSuffix, StringComparison.Ordinal))
            .Select(part => new ProjectionModule(part.Name[..^WeightSuffix.Length], part.Start, part.Rows, RowLayout(part))),
    ];

    /// <summary>Width of the input.</summary>
    internal long Inputs { get; } = weight.Value.shape[1];

    /// <summary>The dtype of the weight before it was quantised, if it was.</summary>
    internal ScalarType Dtype { get; } = weight.Value.dtype;

    /// <summary>Where the weight lives.</summary>
    internal Device Device { get; } = weight.Value.device;

    /// <summary>The weight in four bits; null where it stands as it is.</summary>
    internal NormalFloat4Matrix? Quantised => quantised;

    /// <summary>What the active adapters add, in the order in which they were activated; set by <see cref="AdapterSet"/>.</summary>
    internal IReadOnlyList<ActiveUpdate> Updates { get; set; } = [];

    /// <summary>x Wᵀ + b, and what the active adapters add to it.</summary>
    /// <param name="input">[…, inputs].</param>
    /// <returns>[…, outputs].</returns>
    internal Tensor Forward(Tensor input)
    {
        var ofBase = Multiply(input, bias?.Value);
        var output = ofBase;
        foreach (var (update, share) in Updates)
        {
            output = update.AddTo(output, ofBase, input, share);
        }

        return output;
    }

    /// <summary>x Wᵀ: the base alone, without bias.</summary>
    internal Tensor MultiplyBase(Tensor input) => Multiply(input, null);

    /// <summary>The base's weight, [outputs, inputs], for reading: a view, or widened into new memory where it is quantised.</summary>
    internal Tensor BaseWeight() => quantised is null ? weight.Value.detach() : quantised.Dequantize();

    /// <summary>Replaces the weight by its four-bit form; its memory is freed.</summary>
    /// <param name="sharedBuffer">Where the weight is widened for multiplies.</param>
    internal void Quantize(DequantizationBuffer sharedBuffer)
    {
        quantised = NormalFloat4Matrix.Quantize(weight.Value, name);
        buffer = sharedBuffer;
        weight.Value.Dispose();
    }

    /// <summary>
    /// The weight that the projection multiplies with when its active adapters are counted in: W + Σ share · ΔW. What engines of their own pack, and what
    /// merging writes.
    /// </summary>
    /// <returns>[outputs, inputs], not to be written to.</returns>
    internal Tensor EffectiveWeight()
    {
        using var noGradients = no_grad();
        var ofBase = BaseWeight();
        var result = ofBase;
        foreach (var (update, share) in Updates)
        {
            result = result + (update.WeightChange(ofBase) * share);
        }

        return result;
    }

    private Tensor Multiply(Tensor input, Tensor? offset) =>
        quantised is null ? F.linear(input, weight.Value, offset) : QuantizedLinear.Apply(input, quantised, offset, buffer!);

    // A transposed file keeps the outputs in order.
    private static PartLayout RowLayout(ParameterPart part) =>
        part.Layout == PartLayout.HeadByHead ? PartLayout.HeadByHead : PartLayout.Rows;
}

/// <summary>A module of Hugging Face's inside a projection.</summary>
/// <param name="Name">Its name, without <c>.weight</c>.</param>
/// <param name="Start">Its first row of the projection's output.</param>
/// <param name="Rows">Its width.</param>
/// <param name="Layout">How files lay out what has one entry or row for each of its outputs.</param>
internal sealed record ProjectionModule(string Name, long Start, long Rows, PartLayout Layout);

/// <summary>An adapter's part on one projection, and how much of it counts.</summary>
/// <param name="Update">The part.</param>
/// <param name="Share">Factor on what it adds; 1 in training.</param>
internal sealed record ActiveUpdate(LowRankUpdate Update, double Share);
