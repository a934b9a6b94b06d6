using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Process;

/// <summary>What a loss of process reward models sees.</summary>
/// <param name="Scores">The model's score of each step, [steps], float32 or float64: the log-odds that it is right.</param>
/// <param name="Labels">What was said of each, [steps], in [0, 1], of the same type.</param>
public sealed record StepScores(Tensor Scores, Tensor Labels);
