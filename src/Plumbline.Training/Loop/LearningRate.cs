namespace Plumbline.Training.Loop;

/// <summary>The learning rate of each step: a linear warm-up, then the schedule.</summary>
internal static class LearningRate
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="options">Peak, warm-up and schedule.</param>
    /// <param name="step">From 0.</param>
    /// <param name="steps">Steps of the whole run.</param>
    internal static double At(TrainingOptions options, long step, long steps)
    {
        var warmup = (long)Math.Ceiling(options.WarmupRatio * steps);
        if (step < warmup)
        {
            return options.LearningRate * (step + 1) / warmup;
        }

        var progress = (step - warmup) / (double)Math.Max(1, steps - warmup);
        return options.LearningRate
            * options.Schedule switch
            {
                LearningRateSchedule.Constant => 1,
                LearningRateSchedule.Linear => 1 - progress,
                LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
                _ => throw new InvalidInputException($"schedule is {options.Schedule}.", "It must be constant, linear or cosine."),
            };
    }
}
