using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>The rotary frequencies of every kind of <see cref="RopeScaling"/>, as pure functions.</summary>
internal static class RopeFrequencies
{
    /// <summary>The frequencies of the rotated pairs of a head.</summary>
    /// <param name="size">Rotated values of a head.</param>
    /// <param name="theta">The base.</param>
    /// <param name="maxPositions">The longest sequence the model was made for.</param>
    /// <param name="scaling">How they are stretched.</param>
    /// <param name="length">Length of the sequence in question.</param>
    /// <returns>[size / 2], float32 on the CPU.</returns>
    internal static Tensor Of(int size, double theta, int maxPositions, RopeScaling? scaling, long length)
    {
        var plain = Plain(size, theta);
        return scaling switch
        {
            LinearRopeScaling linear => plain / linear.Factor,
            DynamicRopeScaling dynamic => Plain(size, DynamicTheta(dynamic, size, theta, maxPositions, length)),
            LlamaRopeScaling llama => Llama(plain, llama),
            YarnRopeScaling yarn => Yarn(plain, yarn, size, theta),
            LongRopeScaling longRope => plain / Divisors(longRope, length),
            _ => plain,
        };
    }

    /// <summary>The factor on queries and keys that goes with a scaling.</summary>
    internal static double AttentionFactor(RopeScaling? scaling) =>
        scaling switch
        {
            YarnRopeScaling yarn => yarn.AttentionFactor ?? (yarn.Factor <= 1 ? 1 : (0.1 * Math.Log(yarn.Factor)) + 1),
            LongRopeScaling longRope => longRope.AttentionFactor
                ?? (longRope.Factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(longRope.Factor) / Math.Log(longRope.OriginalMaxPositions)))),
            _ => 1,
        };

    private static Tensor Plain(int size, double theta)
    {
        var exponent = arange(0, size, 2, ScalarType.Int64).to(ScalarType.Float32) / size;
        return 1.0 / pow(theta, exponent);
    }

    private static double DynamicTheta(DynamicRopeScaling scaling, int size, double theta, int maxPositions, long length)
    {
        var reached = Math.Max(length, maxPositions);
        return theta * Math.Pow((scaling.Factor * reached / maxPositions) - (scaling.Factor - 1), size / (size - 2.0));
    }

    private static Tensor Llama(Tensor plain, LlamaRopeScaling scaling)
    {
        var waveLength = 2 * Math.PI / plain;
        var share =
            ((scaling.OriginalMaxPositions / waveLength) - scaling.LowFrequencyFactor)
            / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        var kept = share.clamp(0, 1);
        return ((1 - kept) * plain / scaling.Factor) + (kept * plain);
    }

    private static Tensor Yarn(Tensor plain, YarnRopeScaling scaling, int size, double theta)
    {
        // The dimension whose frequency turns so many times within the original positions.
        double Dimension(double turns) => size * Math.Log(scaling.OriginalMaxPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        var (low, high) = (Dimension(scaling.BetaFast), Dimension(scaling.BetaSlow));
        if (scaling.Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, size - 1));
        var width = high == low ? 0.001 : high - low;
        var interpolated = ((arange(size / 2, dtype: ScalarType.Float32) - low) / width).clamp(0, 1);
        return (plain / scaling.Factor * interpolated) + (plain * (1 - interpolated));
    }

    private static Tensor Divisors(LongRopeScaling scaling, long length)
    {
        var factors = length > scaling.OriginalMaxPositions ? scaling.LongFactors : scaling.ShortFactors;
        return tensor(factors.Select(factor => (float)factor).ToArray());
    }
}
