namespace Plumbline.Training.Loop;

/// <summary>Loss or gradient stopped being a number; the weights were not touched by that step.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>States the step and the mend.</summary>
    public TrainingDivergedException(string message)
        : base(message) { }
}
