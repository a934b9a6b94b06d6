using System.Runtime.InteropServices;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Statistics;

/// <summary>
/// Percentile bootstrap intervals (Efron 1979): the spread of a statistic over samples drawn with replacement from the data. One value has to be one
/// independent unit: average the answers to one prompt before.
/// </summary>
public static class Bootstrap
{
    private const int DefaultResamples = 10_000;

    /// <summary>The mean with its interval.</summary>
    /// <param name="values">Finite values, one of each unit. None gives NaN; fewer than two give an interval without bounds.</param>
    /// <param name="seed">The seed of the draws: the same seed gives the same interval.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="resamples">How many samples are drawn, at least 100; time is their product with the number of values.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static Estimate Mean(ReadOnlySpan<double> values, Seed seed, double confidence = 0.95, int resamples = DefaultResamples)
    {
        var copy = values.ToArray();
        foreach (var value in copy)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"The value {value} is not finite.", nameof(values));
            }
        }

        return Of(
            copy.Length,
            rows =>
            {
                var sum = 0.0;
                foreach (var row in rows)
                {
                    sum += copy[row];
                }

                return sum / rows.Length;
            },
            seed,
            confidence,
            resamples
        );
    }

    /// <summary>Any statistic with its interval.</summary>
    /// <param name="count">How many units there are.</param>
    /// <param name="statistic">The statistic of the units whose numbers it is given, in [0, <paramref name="count"/>), some repeated.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="resamples">How many samples are drawn, at least 100.</param>
    public static Estimate Of(
        int count,
        Func<ReadOnlySpan<int>, double> statistic,
        Seed seed,
        double confidence = 0.95,
        int resamples = DefaultResamples
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        Interval.CheckConfidence(confidence);
        var rows = Enumerable.Range(0, count).ToArray();
        var value = count == 0 ? double.NaN : statistic(rows);
        if (count < 2)
        {
            return new Estimate(value, new Interval(double.NegativeInfinity, double.PositiveInfinity, confidence));
        }

        var random = seed.Derive("bootstrap").Source();
        var drawn = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            for (var j = 0; j < rows.Length; j++)
            {
                rows[j] = random.NextInt(count);
            }

            drawn[i] = statistic(rows);
        }

        Array.Sort(drawn);
        var tail = (1 - confidence) / 2;
        return new Estimate(value, new Interval(Percentile(drawn, tail), Percentile(drawn, 1 - tail), confidence));
    }

    /// <summary>A figure of units with its interval, where samples may lack the figure, such as those in which all values are the same.</summary>
    /// <param name="count">How many units there are.</param>
    /// <param name="figure">The figure, given how often each unit was drawn.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="resamples">How many samples are drawn, at least 100.</param>
    /// <returns>
    /// What the figure is of all units once each. The interval is over the samples that have the figure; where a tenth or more lack it there is no interval, as the rest would be a selection.
    /// </returns>
    public static Figure OfFigure(
        int count,
        Func<ReadOnlySpan<int>, Figure> figure,
        Seed seed,
        double confidence = 0.95,
        int resamples = DefaultResamples
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        Interval.CheckConfidence(confidence);
        var times = new int[count];
        Array.Fill(times, 1);
        var whole = figure(times);
        if (whole.Value is not { } value)
        {
            return whole;
        }

        var random = seed.Derive("bootstrap").Source();
        var drawn = new List<double>(resamples);
        for (var i = 0; i < resamples; i++)
        {
            Array.Clear(times);
            for (var j = 0; j < count; j++)
            {
                times[random.NextInt(count)]++;
            }

            if (figure(times).Value is { } one)
            {
                drawn.Add(one);
            }
        }

        if (drawn.Count * 10L <= resamples * 9L)
        {
            return Figure.Of(value);
        }

        drawn.Sort();
        var sorted = CollectionsMarshal.AsSpan(drawn);
        var tail = (1 - confidence) / 2;
        return new Figure(new Estimate(value, new Interval(Percentile(sorted, tail), Percentile(sorted, 1 - tail), confidence)), null);
    }

    /// <summary>The value at a share of the way through sorted values, linear between neighbours (Hyndman and Fan 1996, type 7).</summary>
    /// <param name="sorted">At least one value, in ascending order.</param>
    /// <param name="share">In [0, 1].</param>
    public static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
