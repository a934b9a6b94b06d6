using System.Text.Json;

namespace Plumbline.Training.Health;

/// <summary>The watch's part of a checkpoint: <c>health.json</c>, with what the rules remember and the alarm that stopped the run, if one did.</summary>
internal static class HealthCheckpoint
{
    private const string Name = "health.json";

    internal static void Save(string folder, RunWatch watch, HealthAlarm? stoppedBy) =>
        File.WriteAllText(Path.Combine(folder, Name), JsonSerializer.Serialize(new HealthState(watch.Save(), stoppedBy)));

    /// <summary>Takes the state back; a checkpoint without one leaves the watch as it is.</summary>
    /// <returns>The alarm that stopped the run at this checkpoint, or null.</returns>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    internal static HealthAlarm? Load(string folder, RunWatch watch)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var state = JsonSerializer.Deserialize<HealthState>(File.ReadAllText(path));
            watch.Restore(state?.Rules ?? throw new FormatException("the rules are missing"));
            return state.StoppedBy;
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new InvalidInputException(
                $"What the watch remembers is damaged: {failure.Message}.",
                "Delete this checkpoint folder to go on from an older one, or from the start.",
                new InputPosition(path, (failure as JsonException)?.LineNumber + 1),
                failure
            );
        }
    }

    private sealed record HealthState(IReadOnlyDictionary<string, RuleState> Rules, HealthAlarm? StoppedBy);
}
