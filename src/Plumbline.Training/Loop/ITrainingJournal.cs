using Plumbline.Training.Health;

namespace Plumbline.Training.Loop;

/// <summary>Where a training run writes what it measured and keeps what it needs to go on: the run folder, seen from the loop.</summary>
public interface ITrainingJournal
{
    /// <summary>A row of metrics of one step.</summary>
    void Metrics(long step, IReadOnlyDictionary<string, double> values);

    /// <summary>Shows where the run stands.</summary>
    void Progress(TrainingProgress progress);

    /// <summary>Writes an alarm down and shows it at once.</summary>
    /// <param name="alarm">What was seen.</param>
    /// <param name="action">What is done about it.</param>
    /// <param name="weightsFrom">Steps done by the weights that the run ends with; null where it goes on.</param>
    void Alarm(HealthAlarm alarm, AlarmAction action, long? weightsFrom);

    /// <summary>Keeps a checkpoint: <paramref name="write"/> fills a folder that appears whole or not at all.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="write">Writes the files.</param>
    /// <param name="keepFrom">Checkpoints of this step and later ones must stay, however many are kept; <see cref="long.MaxValue"/> for no such wish.</param>
    void SaveCheckpoint(long step, Action<string> write, long keepFrom);

    /// <summary>The newest whole checkpoint, or null; metric rows and alarms after it are forgotten.</summary>
    (long Step, string Folder)? LatestCheckpoint();

    /// <summary>The folder of the whole checkpoint of <paramref name="step"/>, or null; nothing is forgotten.</summary>
    string? CheckpointAt(long step);
}

/// <summary>Where a run stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Tokens">Tokens computed by this process since it started or resumed.</param>
/// <param name="Loss">The loss of the last step.</param>
public sealed record TrainingProgress(long Step, long Steps, long Tokens, double Loss);
