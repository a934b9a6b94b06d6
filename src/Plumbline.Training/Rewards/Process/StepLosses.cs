using System.Reflection;
using Plumbline.Training.Losses;

namespace Plumbline.Training.Rewards.Process;

/// <summary>The losses of process reward models, by name.</summary>
public static class StepLosses
{
    private static readonly LossRegistry<StepLossAttribute, StepScores, RewardLossOptions> Registry = new("loss of judged steps");

    /// <summary>All losses, by name.</summary>
    public static IReadOnlyList<RegisteredLoss<StepLossAttribute, StepScores, RewardLossOptions>> All => Registry.All;

    /// <summary>The loss of that name.</summary>
    /// <param name="name">Its name: <c>process</c>.</param>
    /// <exception cref="InvalidInputException">There is none; the message lists the known ones.</exception>
    public static RegisteredLoss<StepLossAttribute, StepScores, RewardLossOptions> Find(string name) => Registry.Find(name);

    /// <summary>Adds the losses of a user's assembly.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A function lacks the form of a loss, or its name is taken.</exception>
    public static int Register(Assembly assembly) => Registry.Register(assembly);
}
