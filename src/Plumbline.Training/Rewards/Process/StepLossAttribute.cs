using Plumbline.Training.Losses;

namespace Plumbline.Training.Rewards.Process;

/// <summary>Declares a loss of process reward models: <c>public static Tensor Of(StepScores, RewardLossOptions)</c>, [steps].</summary>
/// <param name="name">The name in <see cref="RewardOptions.LossType"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepLossAttribute(string name) : LossAttribute(name);
