using System.Numerics;
using System.Runtime.InteropServices;

namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>The two passes over dense vectors that everything here is made of.</summary>
internal static class VectorArithmetic
{
    /// <summary>Σ left_i · right_i; both of one length. The order of the sum depends on the machine's vector width alone.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var lefts = MemoryMarshal.Cast<double, Vector<double>>(left);
        var rights = MemoryMarshal.Cast<double, Vector<double>>(right);
        var (first, second, third, fourth) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var at = 0;
        // Four sums side by side: a single one would wait for itself at every step.
        for (; at + 3 < lefts.Length; at += 4)
        {
            first += lefts[at] * rights[at];
            second += lefts[at + 1] * rights[at + 1];
            third += lefts[at + 2] * rights[at + 2];
            fourth += lefts[at + 3] * rights[at + 3];
        }

        for (; at < lefts.Length; at++)
        {
            first += lefts[at] * rights[at];
        }

        var sum = Vector.Sum(first + second + (third + fourth));
        for (var i = lefts.Length * Vector<double>.Count; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary>target += scale · values; both of one length.</summary>
    public static void AddScaled(Span<double> target, double scale, ReadOnlySpan<double> values)
    {
        var targets = MemoryMarshal.Cast<double, Vector<double>>(target);
        var sources = MemoryMarshal.Cast<double, Vector<double>>(values);
        var factor = new Vector<double>(scale);
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] += factor * sources[i];
        }

        for (var i = targets.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += scale * values[i];
        }
    }
}
