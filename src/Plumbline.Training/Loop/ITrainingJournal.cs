namespace Plumbline.Training.Loop;

/// <summary>Where a training run writes what it measured and keeps what it needs to go on: the run folder, seen from the loop.</summary>
public interface ITrainingJournal
{
    /// <summary>A row of metrics of one step.</summary>
    void Metrics(long step, IReadOnlyDictionary<string, double> values);

    /// <summary>Shows where the run stands.</summary>
    void Progress(TrainingProgress progress);

    /// <summary>Keeps a checkpoint: <paramref name="write"/> fills a folder that appears whole or not at all.</summary>
    void SaveCheckpoint(long step, Action<string> write);

    /// <summary>The newest whole checkpoint, or null; metric rows after it are forgotten.</summary>
    (long Step, string Folder)? LatestCheckpoint();
}

/// <summary>Where a run stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Tokens">Tokens computed by this process since it started or resumed.</param>
/// <param name="Loss">The loss of the last step.</param>
public sealed record TrainingProgress(long Step, long Steps, long Tokens, double Loss);
