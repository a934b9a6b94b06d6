using System.Numerics;

namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>
/// The probability that the items of a tie all come before the rest, in any order, by dynamic programming over subsets: with F(U) for the items U of the tie being what is left to draw,
/// F(U) = Σ_{i∈U} w_i / (w(U) + w(rest)) · F(U without i), F(∅) = 1. All terms are positive, so nothing cancels. 2^n subsets, in logarithms.
/// </summary>
internal sealed class TiedLevel
{
    /// <summary>The most items that may share a level above the last.</summary>
    public const int MostTied = 12;

    private readonly double[] chances = new double[MostTied];
    private double[] values = [];
    private double[] gradients = [];
    private double[] hessians = [];
    private int size;

    /// <summary>By each tied item's utility and, last, by the logarithm of the rest's weight.</summary>
    public ReadOnlySpan<double> Gradient => gradients.AsSpan(((1 << size) - 1) * (size + 1), size + 1);

    /// <summary>The second derivative by two of the same.</summary>
    public double Hessian(int i, int j) => hessians[((((1 << size) - 1) * (size + 1)) + i) * (size + 1) + j];

    /// <summary>The logarithm of the probability; derivatives are made where they are asked for.</summary>
    public double Evaluate(ReadOnlySpan<double> utilities, double logRest, bool derive)
    {
        size = utilities.Length;
        var (sets, width) = (1 << size, size + 1);
        if (values.Length < sets)
        {
            values = new double[sets];
        }

        if (derive && hessians.Length < sets * width * width)
        {
            gradients = new double[sets * width];
            hessians = new double[sets * width * width];
        }

        if (derive)
        {
            Array.Clear(gradients, 0, sets * width);
            Array.Clear(hessians, 0, sets * width * width);
        }

        var rest = Math.Exp(logRest);
        values[0] = 0;
        for (var set = 1; set < sets; set++)
        {
            var total = rest;
            for (var left = set; left != 0; left &= left - 1)
            {
                total += Math.Exp(utilities[BitOperations.TrailingZeroCount(left)]);
            }

            values[set] = Mix(set, utilities, Math.Log(total));
            if (derive)
            {
                Derive(set, utilities, rest, total);
            }
        }

        return values[sets - 1];
    }

    // log F(U), and the chance that each item is the first of U given that U comes before the rest.
    private double Mix(int set, ReadOnlySpan<double> utilities, double logTotal)
    {
        var largest = double.NegativeInfinity;
        for (var left = set; left != 0; left &= left - 1)
        {
            var item = BitOperations.TrailingZeroCount(left);
            chances[item] = utilities[item] - logTotal + values[set ^ (1 << item)];
            largest = Math.Max(largest, chances[item]);
        }

        var sum = 0.0;
        for (var left = set; left != 0; left &= left - 1)
        {
            var item = BitOperations.TrailingZeroCount(left);
            chances[item] = Math.Exp(chances[item] - largest);
            sum += chances[item];
        }

        for (var left = set; left != 0; left &= left - 1)
        {
            chances[BitOperations.TrailingZeroCount(left)] /= sum;
        }

        return largest + Math.Log(sum);
    }

    // The second derivative of a logarithm of a sum: the mean of the terms' second derivatives plus the covariance of their first ones.
    private void Derive(int set, ReadOnlySpan<double> utilities, double rest, double total)
    {
        var width = size + 1;
        var slope = gradients.AsSpan(set * width, width);
        var bend = hessians.AsSpan(set * width * width, width * width);
        Span<double> share = stackalloc double[width];
        share[size] = rest / total;
        for (var left = set; left != 0; left &= left - 1)
        {
            var item = BitOperations.TrailingZeroCount(left);
            share[item] = Math.Exp(utilities[item]) / total;
            var (chance, before) = (chances[item], set ^ (1 << item));
            var past = gradients.AsSpan(before * width, width);
            var pastBend = hessians.AsSpan(before * width * width, width * width);
            for (var i = 0; i < width; i++)
            {
                var here = past[i] + (i == item ? 1 : 0);
                slope[i] += chance * here;
                for (var j = 0; j < width; j++)
                {
                    bend[(i * width) + j] += chance * (pastBend[(i * width) + j] + (here * (past[j] + (j == item ? 1 : 0))));
                }
            }
        }

        for (var i = 0; i < width; i++)
        {
            for (var j = 0; j < width; j++)
            {
                bend[(i * width) + j] += (share[i] * share[j]) - (slope[i] * slope[j]) - (i == j ? share[i] : 0);
            }
        }

        for (var i = 0; i < width; i++)
        {
            slope[i] -= share[i];
        }
    }
}
