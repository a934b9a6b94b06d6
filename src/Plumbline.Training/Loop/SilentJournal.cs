using Plumbline.Training.Health;

namespace Plumbline.Training.Loop;

/// <summary>Writes nothing and keeps nothing: for a training whose result is all that matters, and that begins anew where it was interrupted.</summary>
public sealed class SilentJournal : ITrainingJournal
{
    /// <inheritdoc/>
    public void Metrics(long step, IReadOnlyDictionary<string, double> values) { }

    /// <inheritdoc/>
    public void Progress(TrainingProgress progress) { }

    /// <inheritdoc/>
    public void Alarm(HealthAlarm alarm, AlarmAction action, long? weightsFrom) { }

    /// <inheritdoc/>
    public void SaveCheckpoint(long step, Action<string> write, long keepFrom) { }

    /// <inheritdoc/>
    public (long Step, string Folder)? LatestCheckpoint() => null;

    /// <inheritdoc/>
    public string? CheckpointAt(long step) => null;
}
