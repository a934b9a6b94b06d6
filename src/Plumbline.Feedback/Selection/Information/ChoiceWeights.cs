namespace Plumbline.Feedback.Selection.Information;

/// <summary>e^u of a few utilities without overflow, and without losing the order of those that are far below the best.</summary>
internal static class ChoiceWeights
{
    /// <summary>From here on utilities are brought closer.</summary>
    private const double WidestRange = 50;

    // e^-40: what a wider gap would change of a choice is below rounding.
    private const double WidestGap = 40;

    /// <summary>Writes u − max u; where they spread widely, gaps between neighbours that decide a choice anyhow are narrowed.</summary>
    /// <param name="utilities">u [answers], at most 9.</param>
    /// <param name="logs">Where they go [answers]: from 0 down to −320.</param>
    public static void Logs(ReadOnlySpan<double> utilities, Span<double> logs)
    {
        var (highest, lowest) = (utilities[0], utilities[0]);
        foreach (var utility in utilities)
        {
            (highest, lowest) = (Math.Max(highest, utility), Math.Min(lowest, utility));
        }

        for (var i = 0; i < utilities.Length; i++)
        {
            logs[i] = utilities[i] - highest;
        }

        if (highest - lowest > WidestRange)
        {
            Narrow(logs);
        }
    }

    private static void Narrow(Span<double> logs)
    {
        // From the best down: whatever lies more than a gap below the next better one, and all below it, move up.
        var at = 0.0;
        while (true)
        {
            var next = double.NegativeInfinity;
            foreach (var value in logs)
            {
                next = value < at ? Math.Max(next, value) : next;
            }

            if (double.IsNegativeInfinity(next))
            {
                return;
            }

            var excess = Math.Max(0, at - next - WidestGap);
            foreach (ref var value in logs)
            {
                value += value <= next ? excess : 0;
            }

            at = next + excess;
        }
    }
}
