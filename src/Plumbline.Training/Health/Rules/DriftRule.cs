namespace Plumbline.Training.Health.Rules;

/// <summary>A rule over drifts from the start: the condition holds while one of them is out of its bound.</summary>
/// <param name="drifts">The metrics, by the order in which they are reported.</param>
internal abstract class DriftRule(params DriftFromStart[] drifts) : HealthRule
{
    /// <summary>Probes compared: the first one alone is the start, as the same prompts are asked with the same seeds, and the last two are the present.</summary>
    internal const int FirstProbes = 1;

    /// <inheritdoc cref="FirstProbes"/>
    internal const int LastProbes = 2;

    internal sealed override HealthFinding? Observe(long step, IReadOnlyDictionary<string, double> metrics)
    {
        HealthFinding? finding = null;
        foreach (var drift in drifts)
        {
            if (Find(metrics, drift.Metric) is { } value)
            {
                drift.Push(step, value);
            }

            if (drift.IsFull && Judge(drift) is { } judged)
            {
                finding ??= new HealthFinding(judged.Seen, drift.Present, judged.Threshold, drift.First, drift.WeightsBefore);
            }
        }

        return finding;
    }

    internal sealed override long GoodUntil(long step) =>
        drifts.Min(drift => drift.IsFull && Judge(drift) is not null ? drift.WeightsBefore : drift.GoodUntil(step));

    internal sealed override IReadOnlyDictionary<string, double[]> Save()
    {
        var state = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var drift in drifts)
        {
            (state[drift.Metric + "_start"], state[drift.Metric], state[drift.Metric + "_before"]) = drift.Save();
        }

        return state;
    }

    internal sealed override void Restore(IReadOnlyDictionary<string, double[]> state)
    {
        foreach (var drift in drifts)
        {
            drift.Restore(Part(state, drift.Metric + "_start"), Part(state, drift.Metric), Part(state, drift.Metric + "_before"));
        }
    }

    /// <summary>What is wrong with a drift, and the threshold it crossed; null where nothing is.</summary>
    private protected abstract (string Seen, double Threshold)? Judge(DriftFromStart drift);

    private protected static string Of(DriftFromStart drift) =>
        $"{(drift.Metric.StartsWith("probe/", StringComparison.Ordinal) ? "on held-out prompts, " : "")}mean of {drift.Size}";
}
