using Plumbline.Runs;
using Plumbline.Training.Health;

namespace Plumbline.Cli.Pipelines;

/// <summary>Tells the user of an alarm while the run goes on, and puts it into the form of the run folder.</summary>
internal static class AlarmNotice
{
    internal static AlarmRow Row(HealthAlarm alarm, AlarmAction action, long? weightsFrom) =>
        new(
            alarm.Name,
            alarm.Step,
            alarm.Since,
            alarm.Seen,
            alarm.Value,
            alarm.Threshold,
            alarm.Meaning,
            alarm.Advice,
            Name(action),
            weightsFrom
        );

    internal static void Write(PipelineContext context, string phase, HealthAlarm alarm, AlarmAction action, long? weightsFrom)
    {
        // The live line of the progress ends where it stands.
        context.Notices.WriteLine();
        context.Notices.WriteLine($"ALARM {alarm.Name} in {phase}, step {alarm.Step}: {alarm.Seen}");
        context.Notices.WriteLine($"  {alarm.Meaning}");
        context.Notices.WriteLine($"  {alarm.Advice}");
        if (action != AlarmAction.Warn)
        {
            context.Notices.WriteLine($"  {Ending(Name(action), alarm.Step, weightsFrom)}");
        }
    }

    /// <summary>How an alarm ended the run.</summary>
    internal static string Ending(string action, long step, long? weightsFrom) =>
        action == Name(AlarmAction.RollBack)
            ? $"The run ended at step {step} and rolled back: its weights are those of step {weightsFrom}."
            : $"The run was stopped; its weights are those of step {weightsFrom}.";

    private static string Name(AlarmAction action) =>
        action switch
        {
            AlarmAction.Stop => "stop",
            AlarmAction.RollBack => "roll_back",
            _ => "warn",
        };
}
