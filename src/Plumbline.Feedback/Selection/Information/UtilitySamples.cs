using Plumbline.Feedback.Selection.Rewards;

namespace Plumbline.Feedback.Selection.Information;

/// <summary>Utilities of a task's answers drawn from the posterior with the same random numbers for every task, so that scores can be compared.</summary>
/// <remarks>
/// Only differences count in a ranking, so the last answer's utility is set to 0. Answers are put into an order of their own (mean, variance, covariances) before, so that the
/// order in which a task has them does not change the score.
/// </remarks>
internal sealed class UtilitySamples
{
    private readonly int count;
    private readonly double[] points;
    private readonly int[] order;
    private readonly double[] factor;
    private readonly double[] sums;

    /// <summary>Room for tasks of <paramref name="count"/> answers.</summary>
    public UtilitySamples(int count, int samples)
    {
        this.count = count;
        Samples = samples;
        points = NormalPoints.Of(samples, count - 1);
        (order, sums, factor) = (new int[count], new double[count], new double[(count - 1) * (count - 1)]);
        Utilities = new double[samples * count];
    }

    /// <summary>How many draws there are.</summary>
    public int Samples { get; }

    /// <summary>The utilities of each draw times the skill [samples, answers], answers in their own order.</summary>
    public double[] Utilities { get; }

    /// <summary>Draws for a task.</summary>
    public void Draw(ReadOnlySpan<double> means, ReadOnlySpan<double> covariance, double skill)
    {
        Order(means, covariance);
        var (free, last) = (count - 1, order[^1]);
        for (var i = 0; i < free; i++)
        {
            for (var j = 0; j < free; j++)
            {
                var (first, second) = (order[i] * count, order[j]);
                factor[(i * free) + j] =
                    covariance[first + second]
                    - covariance[first + last]
                    - covariance[(last * count) + second]
                    + covariance[(last * count) + last];
            }
        }

        Cholesky.FactorSemidefinite(factor, free);
        for (var sample = 0; sample < Samples; sample++)
        {
            for (var i = 0; i < free; i++)
            {
                var difference = means[order[i]] - means[last];
                for (var k = 0; k <= i; k++)
                {
                    difference += factor[(i * free) + k] * points[(sample * free) + k];
                }

                Utilities[(sample * count) + i] = skill * difference;
            }
        }
    }

    // Insertion: there are at most nine, and Array.Sort with a comparison would allocate.
    private void Order(ReadOnlySpan<double> means, ReadOnlySpan<double> covariance)
    {
        for (var i = 0; i < count; i++)
        {
            sums[i] = 0;
            foreach (var value in covariance.Slice(i * count, count))
            {
                sums[i] += value;
            }

            var at = i;
            for (; at > 0 && Precedes(i, order[at - 1], means, covariance); at--)
            {
                order[at] = order[at - 1];
            }

            order[at] = i;
        }
    }

    private bool Precedes(int first, int second, ReadOnlySpan<double> means, ReadOnlySpan<double> covariance)
    {
        var difference = means[first] - means[second];
        difference = difference != 0 ? difference : covariance[(first * count) + first] - covariance[(second * count) + second];
        return (difference != 0 ? difference : sums[first] - sums[second]) > 0;
    }
}
