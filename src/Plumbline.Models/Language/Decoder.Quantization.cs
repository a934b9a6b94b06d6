using Plumbline.Models.Adapters;
using Plumbline.Torch.Quantization;

namespace Plumbline.Models.Language;

/// <content>The decoder with frozen weights in four bits (QLoRA, arXiv 2305.14314).</content>
public sealed partial class Decoder
{
    private DequantizationBuffer? buffer;

    /// <summary>Whether the matrices of the blocks are in four bits.</summary>
    public bool IsQuantized => buffer is not null;

    /// <summary><see cref="BaseFingerprint"/> of the weights that were quantised; null where none were.</summary>
    internal string? HashBeforeQuantization { get; private set; }

    private long QuantizedCount => Projections.Sum(projection => projection.Quantised is { } matrix ? matrix.Rows * matrix.Columns : 0);

    /// <summary>
    /// Puts the matrices of the blocks into NF4 with double quantisation, in place: 4.127 bits a weight. Embedding, norms, biases, head and the experts of a
    /// mixture stay as they are; all of the base is frozen from now on. Train an adapter on it.
    /// </summary>
    /// <returns>What that takes.</returns>
    /// <exception cref="InvalidInputException">A weight is not finite; the decoder is of no more use then.</exception>
    /// <exception cref="InvalidOperationException">It is quantised already, has adapters, or its weights are not float32 on the CPU.</exception>
    public QuantizedMemory QuantizeProjections()
    {
        if (IsQuantized || Adapters.All.Count > 0 || Projections.Any(projection => projection.Dtype != TorchSharp.torch.ScalarType.Float32))
        {
            throw new InvalidOperationException(
                "Only float32 weights without adapters are quantised, once: quantise first, then add adapters."
            );
        }

        if (Device.type != TorchSharp.DeviceType.CPU)
        {
            throw new InvalidOperationException("Weights in four bits are built for the CPU.");
        }

        HashBeforeQuantization = BaseFingerprint.Of(this);
        buffer = new DequantizationBuffer();
        var matrices = Projections.Select(projection => projection.Weight).ToHashSet();
        foreach (var projection in Projections)
        {
            projection.Quantize(buffer);
        }

        Parameters = [.. Parameters.Where(parameter => !matrices.Contains(parameter))];
        foreach (var parameter in Parameters)
        {
            parameter.Value.requires_grad = false;
        }

        return new QuantizedMemory(
            QuantizedCount,
            Projections.Sum(projection => projection.Quantised!.Bytes),
            Parameters.Sum(parameter => parameter.Value.numel() * parameter.Value.element_size()),
            DequantizationBuffer.PanelValues * sizeof(float)
        );
    }

    private void DisposeQuantized()
    {
        buffer?.Dispose();
        foreach (var projection in Projections)
        {
            projection.Quantised?.Dispose();
        }
    }
}

/// <summary>The memory of a decoder in four bits.</summary>
/// <param name="QuantizedWeights">Weights in four bits.</param>
/// <param name="QuantizedBytes">Bytes they take, block sizes included.</param>
/// <param name="OtherBytes">Bytes of everything that stayed in float32.</param>
/// <param name="BufferBytes">Bytes that multiplies widen weights into, at most, for each dtype they run in (rows above 4 million values excepted).</param>
public sealed record QuantizedMemory(long QuantizedWeights, long QuantizedBytes, long OtherBytes, long BufferBytes)
{
    /// <summary>Bytes of one quantised weight.</summary>
    public double BytesPerWeight => (double)QuantizedBytes / QuantizedWeights;
}
