using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plumbline.Models.Generation;

/// <summary>The numerator and denominator of a softmax, in float64.</summary>
internal static class Exponentials
{
    /// <summary>The largest score; NaN where one is no number.</summary>
    internal static float Maximum(ReadOnlySpan<float> scores)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(scores);
        var best = Vector512.Create(float.NegativeInfinity);
        foreach (var vector in vectors)
        {
            best = Vector512.Max(best, vector);
        }

        var value = float.NegativeInfinity;
        for (var lane = 0; lane < Vector512<float>.Count; lane++)
        {
            value = MathF.Max(value, best[lane]);
        }

        foreach (var score in scores[(vectors.Length * Vector512<float>.Count)..])
        {
            value = MathF.Max(value, score);
        }

        return value;
    }

    /// <summary>Writes exp((score − maximum) / temperature) for each score and returns their sum.</summary>
    internal static double Write(ReadOnlySpan<float> scores, double maximum, double temperature, Span<double> weights)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(scores);
        var targets = MemoryMarshal.Cast<double, Vector512<double>>(weights);
        var (shift, divisor) = (Vector512.Create(maximum), Vector512.Create(temperature));
        var sums = Vector512<double>.Zero;
        for (var i = 0; i < vectors.Length; i++)
        {
            var (lower, upper) = Vector512.Widen(vectors[i]);
            lower = Vector512.Exp((lower - shift) / divisor);
            upper = Vector512.Exp((upper - shift) / divisor);
            (targets[2 * i], targets[(2 * i) + 1]) = (lower, upper);
            sums += lower + upper;
        }

        var sum = Vector512.Sum(sums);
        for (var id = vectors.Length * Vector512<float>.Count; id < scores.Length; id++)
        {
            weights[id] = Math.Exp((scores[id] - maximum) / temperature);
            sum += weights[id];
        }

        return sum;
    }
}
