namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Looks for few votes without which another item leads.</summary>
internal sealed class FragilitySearch
{
    // How often influences are computed anew at what is left, for one challenger.
    private const int MostRounds = 8;

    private readonly IStrengthData data;
    private readonly StrengthOptions options;
    private readonly int challengers;
    private readonly double[] all;

    public FragilitySearch(IStrengthData data, StrengthOptions options, int challengers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(challengers, 1);
        (this.data, this.options, this.challengers) = (data, options, challengers);
        all = [.. data.Counts];
    }

    /// <summary>The best certificate over all challengers; null where nobody leads.</summary>
    public FragilityCertificate? Run()
    {
        var full = StrengthEstimation.Estimate(data, all, options, []);
        if (Leader(full) is not { } leader)
        {
            return null;
        }

        var strengths = full.Maximum.At;
        var (best, found) = (double.PositiveInfinity, (double[]?)null);
        foreach (
            var challenger in Enumerable
                .Range(0, data.Items)
                .Where(item => item != leader)
                .OrderByDescending(item => strengths[item])
                .Take(challengers)
        )
        {
            if (Overturn(full, leader, challenger) is { } weights && Dropped(weights) < best)
            {
                (best, found) = (Dropped(weights), weights);
            }
        }

        var votes = data.Counts.Sum(count => (long)count);
        if (found is null)
        {
            return new FragilityCertificate(leader, null, [], votes);
        }

        DroppedVotes[] dropped =
        [
            .. all.Select((count, at) => new DroppedVotes(at, (int)(count - found[at]))).Where(drop => drop.Count > 0),
        ];
        return new FragilityCertificate(
            leader,
            Leader(StrengthEstimation.Estimate(data, found, options, strengths.AsSpan(0, data.Items))),
            dropped,
            votes
        );
    }

    // The item that is stronger than all others; null where they cannot all be compared, or two share the place.
    private int? Leader(EstimatedStrengths estimated)
    {
        var at = estimated.Maximum.At;
        if (!estimated.Maximum.IsFound || (options.PriorDeviation is null && estimated.Grouping.Groups.Count > 1) || data.Items < 2)
        {
            return null;
        }

        var order = Enumerable.Range(0, data.Items).OrderByDescending(item => at[item]).Take(2).ToArray();
        return at[order[0]] - at[order[1]] > 1e-9 ? order[0] : null;
    }

    // Leaves out the votes that most hold the challenger down, as many as the first order asks for, fits, and goes on from there until another leads; then looks for the fewest of those votes that do.
    private double[]? Overturn(EstimatedStrengths full, int leader, int challenger)
    {
        var (fit, order) = (full, new List<int>());
        for (var round = 0; round < MostRounds; round++)
        {
            var (before, weights) = (order.Count, Without(order, order.Count));
            var gap = fit.Maximum.At[leader] - fit.Maximum.At[challenger];
            var gains = Gains(fit, leader, challenger);
            foreach (var vote in Votes(weights, gains))
            {
                order.Add(vote);
                gap -= gains[vote];
                if (gap < 0)
                {
                    break;
                }
            }

            // Without so many votes items may fall apart, as when the challenger has no loss left: fewer will do, for strengths rise steeply before.
            for (; order.Count > before; order.RemoveRange((before + order.Count) / 2, order.Count - ((before + order.Count) / 2)))
            {
                fit = Fit(order, order.Count, full);
                if (Leader(fit) is { } now)
                {
                    if (now != leader)
                    {
                        return Fewest(order, leader, full);
                    }

                    break;
                }
            }

            if (order.Count == before)
            {
                return null;
            }
        }

        return null;
    }

    // To first order, leaving out a vote moves strengths by −C⁻¹·(its gradient).
    private double[] Gains(EstimatedStrengths fit, int leader, int challenger)
    {
        var contrast = new double[fit.Maximum.At.Length];
        (contrast[challenger], contrast[leader]) = (1, -1);
        var direction = ConjugateGradients.Solve(fit.Maximum.Curvature, contrast);
        var slopes = new double[data.Counts.Count];
        fit.Likelihood.AddSlopes(fit.Maximum.At, direction, slopes);
        return [.. slopes.Select(slope => -slope)];
    }

    private static IEnumerable<int> Votes(double[] weights, double[] gains) =>
        Enumerable
            .Range(0, gains.Length)
            .Where(at => gains[at] > 0 && weights[at] > 0)
            .OrderByDescending(at => gains[at])
            .ToArray()
            .SelectMany(at => Enumerable.Repeat(at, (int)weights[at]));

    // By halving, the shortest beginning of the order that overturns: each bound is fitted, so what comes out is true even where more votes would do less.
    private double[] Fewest(List<int> order, int leader, EstimatedStrengths full)
    {
        var (low, high) = (0, order.Count);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (Leader(Fit(order, middle, full)) is { } now && now != leader)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return Without(order, high);
    }

    private EstimatedStrengths Fit(List<int> order, int count, EstimatedStrengths full) =>
        StrengthEstimation.Estimate(data, Without(order, count), options, full.Maximum.At.AsSpan(0, data.Items));

    private double[] Without(List<int> order, int count)
    {
        var weights = all.ToArray();
        foreach (var vote in order.Take(count))
        {
            weights[vote]--;
        }

        return weights;
    }

    private double Dropped(double[] weights) => all.Zip(weights, (before, after) => before - after).Sum();
}
