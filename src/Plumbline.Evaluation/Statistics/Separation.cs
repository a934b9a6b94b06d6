using Plumbline.Randomness;

namespace Plumbline.Evaluation.Statistics;

/// <summary>How well a score tells good from bad: the area under the receiver operating characteristic.</summary>
public static class Separation
{
    private const int Resamples = 1_000;

    /// <summary>The chance that a good item's score is above a bad one's, ties counting half; 0.5 tells nothing.</summary>
    /// <param name="scores">One for each item.</param>
    /// <param name="isGood">Whether each item is good.</param>
    /// <param name="seed">The seed of the bootstrap (items drawn with replacement, percentiles).</param>
    /// <returns>The value and its 95 % interval; not a number where all items are of one kind.</returns>
    public static Estimate Of(IReadOnlyList<double> scores, IReadOnlyList<bool> isGood, Seed seed)
    {
        var value = Area(scores, isGood, [.. Enumerable.Range(0, scores.Count)]);
        if (double.IsNaN(value))
        {
            return new Estimate(value);
        }

        var random = seed.Source();
        var drawn = new List<double>();
        var sample = new int[scores.Count];
        for (var i = 0; i < Resamples; i++)
        {
            for (var j = 0; j < sample.Length; j++)
            {
                sample[j] = random.NextInt(sample.Length);
            }

            var area = Area(scores, isGood, sample);
            if (!double.IsNaN(area))
            {
                drawn.Add(area);
            }
        }

        drawn.Sort();
        return new Estimate(value, new Interval(drawn[(int)(0.025 * drawn.Count)], drawn[(int)(0.975 * (drawn.Count - 1))], 0.95));
    }

    // Mann-Whitney: the mean rank of the good ones, ties sharing their ranks.
    private static double Area(IReadOnlyList<double> scores, IReadOnlyList<bool> isGood, int[] items)
    {
        var order = items.OrderBy(item => scores[item]).ToArray();
        var (good, rankSum) = (0L, 0.0);
        for (var first = 0; first < order.Length; )
        {
            var end = first;
            while (end < order.Length && scores[order[end]] == scores[order[first]])
            {
                end++;
            }

            var goodHere = 0;
            for (var i = first; i < end; i++)
            {
                goodHere += isGood[order[i]] ? 1 : 0;
            }

            rankSum += goodHere * (first + end + 1) / 2.0;
            good += goodHere;
            first = end;
        }

        var bad = order.Length - good;
        return good == 0 || bad == 0 ? double.NaN : (rankSum - (good * (good + 1) / 2.0)) / ((double)good * bad);
    }
}
