using System.Reflection;
using Plumbline.Training.Losses;

namespace Plumbline.Training.Rewards;

/// <summary>The losses of reward and cost models, by name.</summary>
public static class RewardLosses
{
    private static readonly LossRegistry<RewardLossAttribute, RankedScores, RewardLossOptions> Registry = new("reward loss");

    /// <summary>All losses, by name.</summary>
    public static IReadOnlyList<RegisteredLoss<RewardLossAttribute, RankedScores, RewardLossOptions>> All => Registry.All;

    /// <summary>The loss of that name.</summary>
    /// <param name="name">Its name: <c>bradley_terry</c>.</param>
    /// <exception cref="InvalidInputException">There is none; the message lists the known ones.</exception>
    public static RegisteredLoss<RewardLossAttribute, RankedScores, RewardLossOptions> Find(string name) => Registry.Find(name);

    /// <summary>Adds the losses of a user's assembly.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A function lacks the form of a loss, or its name is taken.</exception>
    public static int Register(Assembly assembly) => Registry.Register(assembly);
}
