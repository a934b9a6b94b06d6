namespace Plumbline.Training.Health.Rules;

/// <summary>
/// A rule on a run's probes: the condition holds while enough probes in a row meet it, and lasts until a probe does not. Between two probes nothing is known, so the
/// newest weights that are not blamed are those of the last probe that was well.
/// </summary>
/// <param name="probes">Probes in a row.</param>
internal abstract class ProbeRule(int probes) : HealthRule
{
    private bool isProbed;
    private long good;
    private long first;
    private long count;
    private double[] numbers = [];

    internal sealed override HealthFinding? Observe(long step, IReadOnlyDictionary<string, double> metrics)
    {
        if (Look(metrics) is { } look)
        {
            isProbed = true;
            good = look.IsWell ? step : good;
            first = count == 0 ? step : first;
            count = look.IsMet ? count + 1 : 0;
            numbers = look.IsMet ? look.Numbers : [];
        }

        if (count < probes)
        {
            return null;
        }

        var (seen, value, threshold) = Describe(numbers);
        return new HealthFinding($"{seen} ({count} probes in a row)", value, threshold, first, WeightsOf(good));
    }

    internal sealed override long GoodUntil(long step) => isProbed ? WeightsOf(good) : WeightsBefore(step + 1);

    internal sealed override IReadOnlyDictionary<string, double[]> Save() =>
        new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["row"] = [isProbed ? 1 : 0, good, first, count],
            ["numbers"] = numbers,
        };

    internal sealed override void Restore(IReadOnlyDictionary<string, double[]> state)
    {
        if (Part(state, "row") is not [0 or 1, >= 0, >= 0, >= 0] row)
        {
            throw new FormatException("'row' is no probe, step and count");
        }

        var saved = Part(state, "numbers");
        if (saved.Length != (row[3] > 0 ? Numbers : 0))
        {
            throw new FormatException($"'numbers' has {saved.Length} numbers");
        }

        (isProbed, good, first, count, numbers) = (row[0] == 1, (long)row[1], (long)row[2], (long)row[3], saved);
    }

    /// <summary>How many numbers a probe that meets the condition leaves.</summary>
    private protected abstract int Numbers { get; }

    /// <summary>What a probe shows; null where the step has none, or not what the rule reads.</summary>
    private protected abstract ProbeLook? Look(IReadOnlyDictionary<string, double> metrics);

    /// <summary>What was seen in the last probe, by its numbers.</summary>
    private protected abstract (string Seen, double Value, double Threshold) Describe(double[] numbers);

    // A probe in step s measures the weights of the step before it.
    private static long WeightsOf(long probe) => Math.Max(0, probe - 1);
}

/// <summary>What a rule makes of a probe.</summary>
/// <param name="IsMet">Whether it meets the rule's condition.</param>
/// <param name="IsWell">Whether its weights are beyond all doubt.</param>
/// <param name="Numbers">What is to be said of it.</param>
internal sealed record ProbeLook(bool IsMet, bool IsWell, double[] Numbers);
