namespace Plumbline.Training.Health;

/// <summary>Something that the watch saw, in words for whoever runs the training.</summary>
/// <param name="Name">The rule's name, such as <c>likelihood_displacement</c>.</param>
/// <param name="Step">The step whose metrics completed the condition, from 1.</param>
/// <param name="Since">The step at which the condition began, from 1: the first of the window or of the steps in a row that it was seen in.</param>
/// <param name="LastGoodStep">Steps done by the newest weights that this alarm does not blame; 0 for the start of the run.</param>
/// <param name="Seen">What was seen, with its numbers and units.</param>
/// <param name="Value">The value that crossed the threshold.</param>
/// <param name="Threshold">The threshold, in the value's unit.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Advice">What to do.</param>
public sealed record HealthAlarm(
    string Name,
    long Step,
    long Since,
    long LastGoodStep,
    string Seen,
    double Value,
    double Threshold,
    string Meaning,
    string Advice
);

/// <summary>What a rule saw at a step; <see cref="RunWatch"/> makes an alarm of it.</summary>
/// <param name="Seen">In words, with numbers and units.</param>
/// <param name="Value">The value that crossed the threshold.</param>
/// <param name="Threshold">The threshold.</param>
/// <param name="Since">The step at which the condition began.</param>
/// <param name="LastGoodStep">Steps done by the newest weights that are not blamed.</param>
internal sealed record HealthFinding(string Seen, double Value, double Threshold, long Since, long LastGoodStep);
