namespace Plumbline.Training.Health.Rules;

/// <summary>A rule over windowed means: the condition holds while one of them is out of its bound.</summary>
/// <param name="means">The metrics, by the order in which they are reported.</param>
internal abstract class WindowedMeanRule(params WindowedMean[] means) : HealthRule
{
    internal sealed override HealthFinding? Observe(long step, IReadOnlyDictionary<string, double> metrics)
    {
        HealthFinding? finding = null;
        foreach (var mean in means)
        {
            // Every window takes its value, whatever the ones before it found.
            if (mean.Push(step, Find(metrics, mean.Metric)) is { } value && Judge(mean, value) is { } judged)
            {
                finding ??= new HealthFinding(judged.Seen, value, judged.Threshold, mean.First, WeightsBefore(mean.First));
            }
        }

        return finding;
    }

    // A mean that is out of its bound may be announced as it stands, when a silence ends between two measurements.
    internal sealed override long GoodUntil(long step) =>
        WeightsBefore(means.Min(mean => mean.Mean is { } value && Judge(mean, value) is not null ? mean.First : mean.EarliestNext(step)));

    internal sealed override IReadOnlyDictionary<string, double[]> Save() =>
        means.ToDictionary(mean => mean.Metric, mean => mean.Save(), StringComparer.Ordinal);

    internal sealed override void Restore(IReadOnlyDictionary<string, double[]> state)
    {
        foreach (var mean in means)
        {
            mean.Restore(Part(state, mean.Metric));
        }
    }

    /// <summary>What is wrong with a mean, and the threshold it crossed; null where nothing is.</summary>
    private protected abstract (string Seen, double Threshold)? Judge(WindowedMean mean, double value);
}
