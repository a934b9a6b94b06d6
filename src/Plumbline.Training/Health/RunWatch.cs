namespace Plumbline.Training.Health;

/// <summary>
/// Watches a run: hands every step's metrics to the rules and raises an alarm where a condition begins. While it lasts there is no second one, and after an alarm a
/// rule is silent for a while.
/// </summary>
internal sealed class RunWatch
{
    private readonly HealthOptions options;
    private readonly List<Watched> rules;

    internal RunWatch(HealthOptions options)
    {
        this.options = options;
        rules = [.. options.Rules().Select(entry => new Watched(entry.Rule, entry.IsSerious && options.OnAlarm != AlarmAction.Warn))];
    }

    /// <summary>
    /// Steps done by the newest weights that no later alarm can roll back behind; null where no alarm rolls back. The newest checkpoint at or before it must stay, and so must later ones.
    /// </summary>
    internal long? GoodUntil(long step) =>
        options.OnAlarm != AlarmAction.RollBack
            ? null
            : rules.Where(watched => watched.EndsRun).Select(watched => (long?)watched.Rule.GoodUntil(step)).Min();

    /// <summary>Looks at one step.</summary>
    /// <param name="step">The step, from 1, ascending.</param>
    /// <param name="metrics">The means of that step alone.</param>
    /// <returns>The alarms that it raised, in the rules' order, and whether each ends the run.</returns>
    internal IReadOnlyList<(HealthAlarm Alarm, bool EndsRun)> Observe(long step, IReadOnlyDictionary<string, double> metrics)
    {
        var alarms = new List<(HealthAlarm, bool)>();
        foreach (var watched in rules)
        {
            if (watched.Rule.Observe(step, metrics) is not { } finding)
            {
                watched.IsAnnounced = false;
                continue;
            }

            // A condition that began in the silence after an alarm and outlasts it is announced when the silence ends.
            var isSilent = watched.LastAlarm > 0 && step - watched.LastAlarm <= options.QuietSteps;
            if (!watched.IsAnnounced && !isSilent)
            {
                (watched.IsAnnounced, watched.LastAlarm) = (true, step);
                alarms.Add((Alarm(watched.Rule, step, finding), watched.EndsRun));
            }
        }

        return alarms;
    }

    /// <summary>What the rules remember, by name.</summary>
    internal Dictionary<string, RuleState> Save() =>
        rules.ToDictionary(
            watched => watched.Rule.Name,
            watched => new RuleState(watched.IsAnnounced, watched.LastAlarm, watched.Rule.Save()),
            StringComparer.Ordinal
        );

    /// <summary>Takes back what <see cref="Save"/> gave; a rule without a state starts afresh.</summary>
    /// <exception cref="FormatException">A state does not fit its rule.</exception>
    internal void Restore(IReadOnlyDictionary<string, RuleState> states)
    {
        foreach (var watched in rules)
        {
            if (states.TryGetValue(watched.Rule.Name, out var state))
            {
                watched.Rule.Restore(state?.Memory ?? throw new FormatException($"'{watched.Rule.Name}' has no memory"));
                (watched.IsAnnounced, watched.LastAlarm) = (state.IsAnnounced, state.LastAlarm);
            }
        }
    }

    private static HealthAlarm Alarm(HealthRule rule, long step, HealthFinding finding) =>
        new(
            rule.Name,
            step,
            finding.Since,
            finding.LastGoodStep,
            finding.Seen,
            finding.Value,
            finding.Threshold,
            rule.Meaning,
            rule.Advice
        );

    private sealed class Watched(HealthRule rule, bool endsRun)
    {
        internal HealthRule Rule => rule;

        internal bool EndsRun => endsRun;

        internal bool IsAnnounced { get; set; }

        internal long LastAlarm { get; set; }
    }
}

/// <summary>What is remembered of a rule.</summary>
/// <param name="IsAnnounced">Whether its condition holds and was announced.</param>
/// <param name="LastAlarm">The step of its last alarm; 0 for none.</param>
/// <param name="Memory">Its own state.</param>
internal sealed record RuleState(bool IsAnnounced, long LastAlarm, IReadOnlyDictionary<string, double[]> Memory);
