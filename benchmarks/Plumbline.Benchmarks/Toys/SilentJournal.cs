using Plumbline.Training.Health;
using Plumbline.Training.Loop;

namespace Plumbline.Benchmarks.Toys;

/// <summary>Keeps nothing of a run but what it leaves in the model.</summary>
internal sealed class SilentJournal : ITrainingJournal
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
