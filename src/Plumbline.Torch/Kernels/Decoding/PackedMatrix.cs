using System.Diagnostics.CodeAnalysis;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>How a decode engine keeps the weights of its matrix multiplies.</summary>
public enum DecodeWeights
{
    /// <summary>Two bytes: each weight rounded to bfloat16; activations and sums in float32.</summary>
    BFloat16,

    /// <summary>
    /// One byte, symmetric, with one scale per output; activations are rounded to int16 (to 15 bits of a row's largest for up to 512 inputs, to 10 for 16,384),
    /// sums are exact integers.
    /// </summary>
    [SuppressMessage("Naming", "CA1720", Justification = "What the field calls it.")]
    Int8,
}

/// <summary>
/// A weight matrix and its bias as the decode kernels read them: panels of 32 outputs, one after the other; in a panel, for each pair of inputs, the two
/// weights of output 0, of output 1 and so on. A vector register then holds the pairs of neighbouring outputs, and a product never sums across lanes.
/// Outputs and inputs that fill up the last panel and the last pair weigh 0.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Outputs of a panel.</summary>
    internal const int PanelOutputs = 32;

    private const int LargestInt8 = 127;

    private readonly NativeBuffer<byte> weights;
    private readonly NativeBuffer<float> scales;
    private readonly NativeBuffer<float> bias;

    /// <param name="outputs">Rows of the matrix.</param>
    /// <param name="inputs">Columns of the matrix.</param>
    /// <param name="kind">How weights are kept.</param>
    internal PackedMatrix(int outputs, int inputs, DecodeWeights kind)
    {
        (Outputs, Inputs, Kind) = (outputs, inputs, kind);
        weights = new NativeBuffer<byte>(Panels * PanelBytes);
        scales = new NativeBuffer<float>(kind == DecodeWeights.Int8 ? Panels * PanelOutputs : 0);
        bias = new NativeBuffer<float>(Panels * PanelOutputs);
    }

    internal int Outputs { get; }

    internal int Inputs { get; }

    internal DecodeWeights Kind { get; }

    /// <summary>Pairs of inputs.</summary>
    internal int Pairs => (Inputs + 1) / 2;

    internal int Panels => (Outputs + PanelOutputs - 1) / PanelOutputs;

    internal long PanelBytes => (long)Pairs * 2 * PanelOutputs * (Kind == DecodeWeights.Int8 ? 1 : 2);

    internal long Bytes => weights.Bytes + scales.Bytes + bias.Bytes;

    /// <summary>The largest int16 that an input may become: the sum of all products stays inside int32.</summary>
    internal int LargestInput => Math.Min(short.MaxValue, int.MaxValue / (LargestInt8 * Pairs * 2));

    /// <summary>Scales of the panels' outputs (int8).</summary>
    internal float* Scales => scales.Start;

    /// <summary>Bias of the panels' outputs; zeros where there is none.</summary>
    internal float* Bias => bias.Start;

    /// <summary>The first weight of a panel.</summary>
    internal byte* Panel(int panel) => weights.Start + (panel * PanelBytes);

    /// <summary>Packs some of the panels; panels may be packed at the same time on several threads.</summary>
    /// <param name="matrix">[outputs, inputs], float32.</param>
    /// <param name="addend">[outputs], or null for no bias.</param>
    /// <param name="firstPanel">First panel.</param>
    /// <param name="endPanel">Panel after the last.</param>
    internal void Pack(float* matrix, float* addend, int firstPanel, int endPanel)
    {
        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            var outputs = Math.Min(PanelOutputs, Outputs - (panel * PanelOutputs));
            for (var output = 0; output < outputs; output++)
            {
                var index = (panel * PanelOutputs) + output;
                var row = matrix + ((long)index * Inputs);
                if (Kind == DecodeWeights.Int8)
                {
                    PackInt8((sbyte*)Panel(panel) + (output * 2), row, scales.Start + index);
                }
                else
                {
                    PackBFloat16((ushort*)Panel(panel) + (output * 2), row);
                }

                bias.Start[index] = addend is null ? 0 : addend[index];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        weights.Dispose();
        scales.Dispose();
        bias.Dispose();
    }

    private void PackBFloat16(ushort* target, float* row)
    {
        for (var input = 0; input < Inputs; input++)
        {
            BFloat16Element.StoreOne(row[input], target + Place(input), 0);
        }
    }

    private void PackInt8(sbyte* target, float* row, float* scale)
    {
        var largest = 0f;
        for (var input = 0; input < Inputs; input++)
        {
            largest = MathF.Max(largest, MathF.Abs(row[input]));
        }

        // A row of zeros has any scale; a row with a NaN gets a NaN, which shows in every product.
        *scale = largest == 0 ? 1 : largest / LargestInt8;
        var inverse = 1 / *scale;
        for (var input = 0; input < Inputs; input++)
        {
            target[Place(input)] = (sbyte)MathF.Round(row[input] * inverse);
        }
    }

    // Where an input's weight lies behind that of input 0 of the same output.
    private static long Place(int input) => ((long)(input / 2) * 2 * PanelOutputs) + (input & 1);
}
