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
    /// <returns>[size / 2] radians per position.</returns>
    internal static float[] Of(int size, double theta, int maxPositions, RopeScaling? scaling, long length)
    {
        var plain = Plain(size, scaling is DynamicRopeScaling dynamic ? DynamicTheta(dynamic, size, theta, maxPositions, length) : theta);
        return scaling switch
        {
            LinearRopeScaling linear => Array.ConvertAll(plain, frequency => (float)(frequency / linear.Factor)),
            LlamaRopeScaling llama => Array.ConvertAll(plain, frequency => Llama(frequency, llama)),
            YarnRopeScaling yarn => Yarn(plain, yarn, size, theta),
            LongRopeScaling longRope => [.. plain.Zip(Divisors(longRope, length), (frequency, divisor) => (float)(frequency / divisor))],
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

    // In float32, as Hugging Face computes them: the same weights must give the same logits.
    private static float[] Plain(int size, double theta) =>
        [.. Enumerable.Range(0, size / 2).Select(pair => 1 / MathF.Pow((float)theta, 2f * pair / size))];

    private static double DynamicTheta(DynamicRopeScaling scaling, int size, double theta, int maxPositions, long length)
    {
        var reached = Math.Max(length, maxPositions);
        return theta * Math.Pow((scaling.Factor * reached / maxPositions) - (scaling.Factor - 1), size / (size - 2.0));
    }

    private static float Llama(float frequency, LlamaRopeScaling scaling)
    {
        var waveLength = 2 * Math.PI / frequency;
        var kept = Math.Clamp(
            ((scaling.OriginalMaxPositions / waveLength) - scaling.LowFrequencyFactor)
                / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor),
            0,
            1
        );
        return (float)(((1 - kept) * frequency / scaling.Factor) + (kept * frequency));
    }

    private static float[] Yarn(float[] plain, YarnRopeScaling scaling, int size, double theta)
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
        float Interpolated(float frequency, int pair)
        {
            var ramp = Math.Clamp((pair - low) / width, 0, 1);
            return (float)((frequency / scaling.Factor * ramp) + (frequency * (1 - ramp)));
        }

        return [.. plain.Select(Interpolated)];
    }

    private static IReadOnlyList<double> Divisors(LongRopeScaling scaling, long length) =>
        length > scaling.OriginalMaxPositions ? scaling.LongFactors : scaling.ShortFactors;
}
