namespace Plumbline.Training.Health;

/// <summary>
/// A condition under which a run is not well, as a small state machine over the metrics of single steps. Its state is a function of what it observed, so a
/// resumed run raises the same alarms at the same steps. A step that lacks the rule's metrics changes nothing: a condition that held still holds.
/// </summary>
internal abstract class HealthRule
{
    /// <summary>The name under which alarms, options and metrics know the rule.</summary>
    internal abstract string Name { get; }

    /// <summary>What its alarm means.</summary>
    internal abstract string Meaning { get; }

    /// <summary>What to do about it.</summary>
    internal abstract string Advice { get; }

    /// <summary>Looks at one step.</summary>
    /// <param name="step">The step, from 1, ascending.</param>
    /// <param name="metrics">The means of that step alone.</param>
    /// <returns>What was seen while the condition holds; null while all is well.</returns>
    internal abstract HealthFinding? Observe(long step, IReadOnlyDictionary<string, double> metrics);

    /// <summary>
    /// Steps done by the newest weights that no later finding of this rule will blame, after <paramref name="step"/> was observed. Never falls: checkpoints
    /// before the newest one at or before it are not needed any more.
    /// </summary>
    internal abstract long GoodUntil(long step);

    /// <summary>Everything the rule remembers.</summary>
    internal abstract IReadOnlyDictionary<string, double[]> Save();

    /// <summary>Takes back what <see cref="Save"/> gave.</summary>
    /// <exception cref="FormatException">It is no state of this rule under its present options.</exception>
    internal abstract void Restore(IReadOnlyDictionary<string, double[]> state);

    /// <summary>
    /// The newest weights before a condition on the model itself that began at <paramref name="since"/>: that step's metrics were measured on the weights of the
    /// step before, so these are blamed too.
    /// </summary>
    private protected static long WeightsBefore(long since) => Math.Max(0, since - 2);

    /// <summary>A metric of a step; null where it was not measured or is no number.</summary>
    private protected static double? Find(IReadOnlyDictionary<string, double> metrics, string name) =>
        metrics.TryGetValue(name, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>A part of a saved state.</summary>
    private protected static double[] Part(IReadOnlyDictionary<string, double[]> state, string name) =>
        state.TryGetValue(name, out var part) && part is not null ? part : throw new FormatException($"'{name}' is missing");
}
