using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// Rotary positions (arXiv 2104.09864) in Hugging Face's half-split layout: element j of a head is rotated with element j + size/2 by the angle
/// position · frequency[j], where frequency[j] is θ^(−2j/size), scaled as the model says.
/// </summary>
internal sealed class RotaryEmbedding
{
    private readonly int size;
    private readonly double theta;
    private readonly int maxPositions;
    private readonly RopeScaling? scaling;
    private readonly Device device;

    /// <param name="config">The decoder's shape.</param>
    /// <param name="sliding">Whether the angles are those of layers with a sliding window.</param>
    /// <param name="device">Where the angles are needed.</param>
    internal RotaryEmbedding(DecoderConfig config, bool sliding, Device device)
    {
        size = config.RotarySize;
        var local = sliding && config.SlidingRopeTheta is not null;
        (theta, scaling) = local ? (config.SlidingRopeTheta!.Value, null) : (config.RopeTheta, config.RopeScaling);
        maxPositions = config.MaxPositions;
        this.device = device;
    }

    /// <summary>The angles of tokens.</summary>
    /// <param name="positions">[tokens], position of each in its sequence.</param>
    /// <param name="lengths">[tokens], length of the sequence that each belongs to, as far as it is known.</param>
    internal RotaryAngles At(long[] positions, long[] lengths)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        // Angles in float32, as Hugging Face computes them.
        var position = tensor(Array.ConvertAll(positions, at => (float)at)).unsqueeze(1);
        var angle = position * (LengthMatters ? PerLength(lengths) : tensor(Frequencies(maxPositions)));
        Tensor Scaled(Tensor values) => (Factor == 1 ? values : values.Times(Factor)).to(device).MoveToOuterDisposeScope();
        return new RotaryAngles(Scaled(angle.cos()), Scaled(angle.sin()));
    }

    /// <summary>The frequencies for sequences of a length: [size / 2] radians per position.</summary>
    internal float[] Frequencies(long length) => RopeFrequencies.Of(size, theta, maxPositions, scaling, length);

    /// <summary>Whether the frequencies are the same for all of these sequence lengths.</summary>
    internal bool TurnsAlike(IReadOnlyList<int> lengths) =>
        !LengthMatters || lengths.Skip(1).All(length => Frequencies(length).AsSpan().SequenceEqual(Frequencies(lengths[0])));

    /// <summary>Factor on cosine and sine.</summary>
    internal double Factor => RopeFrequencies.AttentionFactor(scaling);

    private bool LengthMatters => scaling is DynamicRopeScaling or LongRopeScaling;

    // [tokens, size / 2]
    private Tensor PerLength(long[] lengths)
    {
        var distinct = lengths.Distinct().ToArray();
        var table = stack(distinct.Select(length => tensor(Frequencies(length))));
        return table.index_select(0, tensor(Array.ConvertAll(lengths, length => (long)Array.IndexOf(distinct, length))));
    }
}

/// <summary>What the rotations of some tokens need.</summary>
/// <param name="Cosine">[tokens, rotated size / 2], float32.</param>
/// <param name="Sine">[tokens, rotated size / 2], float32.</param>
internal sealed record RotaryAngles(Tensor Cosine, Tensor Sine);
