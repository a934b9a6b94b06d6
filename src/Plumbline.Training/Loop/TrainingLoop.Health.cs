using Plumbline.Torch.Optimization;
using Plumbline.Training.Health;

namespace Plumbline.Training.Loop;

// The place of the watch in the loop: what it sees, and how an alarm ends a run.
public sealed partial class TrainingLoop<TExample>
{
    private readonly RunWatch watch;

    // Set when a checkpoint is the end of the run: whoever resumes from it must not go on.
    private HealthAlarm? stoppedBy;

    /// <summary>Shows the watch a step that is done.</summary>
    /// <returns>How the run ends; null where it goes on.</returns>
    private TrainingEnd? Watch(long done, double gradientNorm)
    {
        var means = new Dictionary<string, double>(metrics.StepMeans, StringComparer.Ordinal) { ["grad_norm"] = gradientNorm };
        var alarms = watch.Observe(done, means);
        var ending = Ending(done, alarms);
        foreach (var (alarm, endsRun) in alarms)
        {
            metrics.Add("alarm/" + alarm.Name, 1, 1);
            journal.Alarm(alarm, endsRun ? options.Health.OnAlarm : AlarmAction.Warn, endsRun ? ending!.WeightsFrom : null);
        }

        return ending;
    }

    // Of several alarms at one step the one that distrusts the most steps decides.
    private TrainingEnd? Ending(long done, IReadOnlyList<(HealthAlarm Alarm, bool EndsRun)> alarms)
    {
        if (alarms.Where(raised => raised.EndsRun).Select(raised => raised.Alarm).MinBy(alarm => alarm.LastGoodStep) is not { } alarm)
        {
            return null;
        }

        return options.Health.OnAlarm == AlarmAction.Stop
            ? new TrainingEnd(done, done, alarm)
            : new TrainingEnd(done, Scheduled(alarm.LastGoodStep), alarm);
    }

    /// <summary>Leaves the model as the run ends: as it is, or as it was before the alarm's condition began.</summary>
    /// <remarks>
    /// A stopped run says so in its last checkpoint. A run that rolled back writes nothing: killed after it, it goes on from its newest checkpoint, raises the same
    /// alarm at the same step and rolls back to the same weights.
    /// </remarks>
    private TrainingEnd End(TrainingEnd ending, AdamW optimizer)
    {
        if (options.Health.OnAlarm == AlarmAction.Stop)
        {
            stoppedBy = ending.Alarm;
            Save(ending.Step, optimizer);
        }
        else
        {
            TrainingCheckpoint.Load(LastGood(ending), objective, source, optimizer);
        }

        return ending;
    }

    /// <summary>
    /// The last step at or before <paramref name="step"/> after which a checkpoint was due. Those that a cancelled run saved in between are not rolled back to: the
    /// end of a run must not depend on where it was interrupted.
    /// </summary>
    private long Scheduled(long step) => options.SaveSteps > 0 ? step - (step % options.SaveSteps) : 0;

    private string LastGood(TrainingEnd ending) =>
        journal.CheckpointAt(ending.WeightsFrom)
        ?? throw new InvalidInputException(
            $"{ending.Alarm!.Name} asks at step {ending.Step} for the checkpoint of step {ending.WeightsFrom}, and there is none.",
            "Delete the run's folder to start again, or set health.on_alarm to stop."
        );
}
