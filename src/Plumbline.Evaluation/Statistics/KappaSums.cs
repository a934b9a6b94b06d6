namespace Plumbline.Evaluation.Statistics;

/// <summary>What κ of two raters needs (<see cref="CohenKappa"/>): O(v) memory for v different values, O(1) a pair of values, O(v) for κ.</summary>
/// <param name="values">The different values, rising.</param>
/// <param name="weights">How much disagreements weigh.</param>
internal sealed class KappaSums(double[] values, KappaWeights weights)
{
    private readonly double[] first = new double[values.Length];
    private readonly double[] second = new double[values.Length];
    private double observed;
    private double count;

    public void Clear()
    {
        Array.Clear(first);
        Array.Clear(second);
        observed = count = 0;
    }

    /// <summary>Counts two values of a unit, given by their places.</summary>
    public void Add(int one, int other, double times)
    {
        first[one] += times;
        second[other] += times;
        count += times;
        var difference = values[one] - values[other];
        observed +=
            times
            * weights switch
            {
                KappaWeights.None => one == other ? 0 : 1,
                KappaWeights.Linear => Math.Abs(difference),
                _ => difference * difference,
            };
    }

    public Figure Kappa()
    {
        if (count == 0)
        {
            return Figure.Without(UndefinedReason.NothingShared);
        }

        var both = 0;
        for (var value = 0; value < values.Length; value++)
        {
            both += first[value] + second[value] > 0 ? 1 : 0;
        }

        return both == 1 ? Figure.Without(UndefinedReason.Unanimous) : Figure.Of(1 - (observed / (Expected() / count)));
    }

    // Σ w(i, j)·a_i·b_j over the two raters' counts.
    private double Expected() =>
        weights switch
        {
            KappaWeights.None => (count * count) - first.Zip(second, (one, other) => one * other).Sum(),
            KappaWeights.Linear => Distances(),
            _ => Squares(),
        };

    // |x − y| is the sum of the gaps between x and y: each gap is crossed by those with one value below and one above.
    private double Distances()
    {
        var (sum, below, otherBelow) = (0.0, 0.0, 0.0);
        for (var value = 1; value < values.Length; value++)
        {
            below += first[value - 1];
            otherBelow += second[value - 1];
            sum += (values[value] - values[value - 1]) * ((below * (count - otherBelow)) + (otherBelow * (count - below)));
        }

        return sum;
    }

    // Σ (x − y)² = n Σ (x − x̄)² + n Σ (y − ȳ)² + n² (x̄ − ȳ)².
    private double Squares()
    {
        var (mean, otherMean) = (Mean(first), Mean(second));
        var sum = count * count * (mean - otherMean) * (mean - otherMean);
        for (var value = 0; value < values.Length; value++)
        {
            sum += count * first[value] * (values[value] - mean) * (values[value] - mean);
            sum += count * second[value] * (values[value] - otherMean) * (values[value] - otherMean);
        }

        return sum;
    }

    private double Mean(double[] counts)
    {
        var sum = 0.0;
        for (var value = 0; value < values.Length; value++)
        {
            sum += counts[value] / count * values[value];
        }

        return sum;
    }
}
