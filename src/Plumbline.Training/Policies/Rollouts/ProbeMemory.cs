using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// What probes are compared with, and the comparison. Gains are means over prompts of what became of the same prompt, in standard deviations of the scores in the first
/// probe in which they differ: whatever the units of two rewards, their gains can be laid side by side.
/// </summary>
internal sealed record ProbeMemory
{
    /// <summary>The first probe; null before it.</summary>
    public ProbeMeans? First { get; init; }

    /// <summary>The probe with the highest gold.</summary>
    public ProbeMeans? Best { get; init; }

    /// <summary>The deviation of the proxy's scores; null while they are all alike.</summary>
    public double? ProxyScale { get; init; }

    /// <summary>That of the gold's.</summary>
    public double? GoldScale { get; init; }

    /// <summary>The correlation of proxy and gold in the first probe where it is defined.</summary>
    public double? Correlation { get; init; }

    /// <summary>Compares a probe with the ones before.</summary>
    /// <param name="scores">The probe.</param>
    /// <param name="metrics">
    /// Receives <c>probe/proxy</c> and <c>probe/gold</c>, the gains since the first probe; <c>probe/gap</c>, by how much the proxy's is larger; <c>probe/shortfall</c>, what
    /// the gold lacks of what the proxy's gain promised; <c>probe/fall</c>, by how much the gold is below its best; and the standard errors (<c>_error</c>).
    /// </param>
    /// <returns>What the next probe is compared with.</returns>
    internal ProbeMemory After(ProbeScores scores, MetricSums metrics)
    {
        var now = scores.Means;
        if (now.Proxy.Count(score => score is not null) < 2)
        {
            return this;
        }

        metrics.Add("probe/proxy_mean", scores.ProxyMean, 1);
        var next = this with { First = First ?? now, ProxyScale = ProxyScale ?? scores.ProxyDeviation };
        var proxy = Gain(now.Proxy, next.First.Proxy, next.ProxyScale);
        Add(metrics, "probe/proxy", proxy);
        if (!scores.HasGold)
        {
            return next;
        }

        metrics.Add("probe/gold_mean", scores.GoldMean, 1);
        if (scores.Correlation is { } correlation)
        {
            metrics.Add("probe/correlation", correlation, 1);
        }

        next = next with { GoldScale = GoldScale ?? scores.GoldDeviation, Correlation = Correlation ?? scores.Correlation };
        var gold = Gain(now.Gold, next.First.Gold, next.GoldScale);
        if (gold is { } gained)
        {
            metrics.Add("probe/gold", gained.Mean, 1);
        }

        if (proxy is { } pleased && gold is { } better)
        {
            metrics.Add("probe/gap", pleased.Mean - better.Mean, 1);
            Add(metrics, "probe/shortfall", next.Shortfall(now));
        }

        return next with
        {
            Best = next.SinceBest(now, metrics),
        };
    }

    // Two rewards that measure one thing with noise do not gain alike: of a gain of the one, the other sees their correlation's part (regressional Goodhart, arXiv
    // 2210.10760, section 4). Only what is missing of that part is missing. Where no correlation is known the whole is promised; a negative one promises nothing.
    private ProbeGain? Shortfall(ProbeMeans now)
    {
        var (promise, proxyScale, goldScale) = (Math.Max(0, Correlation ?? 1), ProxyScale!.Value, GoldScale!.Value);
        return ProbeGain.Of(
            now.Proxy.Select((proxy, i) => (promise * (proxy - First!.Proxy[i]) / proxyScale) - ((now.Gold[i] - First.Gold[i]) / goldScale))
        );
    }

    private ProbeMeans? SinceBest(ProbeMeans now, MetricSums metrics)
    {
        if (Gain(Best is null ? now.Gold : Best.Gold, now.Gold, GoldScale) is not { } fall)
        {
            return Best ?? now;
        }

        Add(metrics, "probe/fall", fall);
        Add(metrics, "probe/proxy_since_best", Gain(now.Proxy, (Best ?? now).Proxy, ProxyScale));
        return fall.Mean <= 0 ? now : Best;
    }

    private static ProbeGain? Gain(IReadOnlyList<double?> now, IReadOnlyList<double?> then, double? scale) =>
        scale is { } unit ? ProbeGain.Of(now.Zip(then, (after, before) => (after - before) / unit)) : null;

    private static void Add(MetricSums metrics, string name, ProbeGain? gain)
    {
        if (gain is { } known)
        {
            metrics.Add(name, known.Mean, 1);
            metrics.Add(name + "_error", known.Error, 1);
        }
    }
}
