using Plumbline.Runs;
using Plumbline.Training.Health;
using Plumbline.Training.Loop;

namespace Plumbline.Cli.Pipelines;

/// <summary>The run folder and the progress line of one training stage, as the training loop sees them.</summary>
internal sealed class RunJournal(RunFolder folder, PipelineContext context, string phase, int keep) : ITrainingJournal
{
    /// <inheritdoc/>
    public void Metrics(long step, IReadOnlyDictionary<string, double> values) => folder.AppendMetrics(step, values);

    /// <inheritdoc/>
    public void Progress(TrainingProgress state) =>
        context.Progress.Report(new ProgressUpdate(phase, state.Step, state.Steps, state.Tokens, "tokens", [new("loss", state.Loss)]));

    /// <inheritdoc/>
    public void Alarm(HealthAlarm alarm, AlarmAction action, long? weightsFrom)
    {
        folder.AppendAlarm(AlarmNotice.Row(alarm, action, weightsFrom));
        AlarmNotice.Write(context, phase, alarm, action, weightsFrom);
    }

    /// <inheritdoc/>
    public void SaveCheckpoint(long step, Action<string> write, long keepFrom) => folder.SaveCheckpoint(step, write, keep, keepFrom);

    /// <inheritdoc/>
    public (long Step, string Folder)? LatestCheckpoint()
    {
        var latest = folder.LatestCheckpoint();
        folder.RewindTo(latest?.Step ?? 0);
        return latest is null ? null : (latest.Step, latest.Path);
    }

    /// <inheritdoc/>
    public string? CheckpointAt(long step) => folder.CheckpointAt(step)?.Path;
}
