using System.Reflection;
using Plumbline.Training.Losses;
using static TorchSharp.torch;

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

    /// <summary>
    /// The loss that is to be expected of each list where orders are not certain: c·l + (1 − c)·l′, l′ being that of the two answers in the other order and without a margin.
    /// </summary>
    /// <param name="loss">A loss.</param>
    /// <param name="answers">The answers with their <see cref="RankedScores.Confidences"/> c; without them it is the loss itself.</param>
    /// <param name="options">The loss's options.</param>
    /// <returns>[lists], differentiable.</returns>
    /// <exception cref="InvalidInputException">As the loss.</exception>
    public static Tensor Expected(
        RegisteredLoss<RewardLossAttribute, RankedScores, RewardLossOptions> loss,
        RankedScores answers,
        RewardLossOptions options
    )
    {
        using var scope = NewDisposeScope();
        var asSaid = loss.Of(answers, options);
        return (
            answers.Confidences is { } confidences ? SoftLabels.Expected(confidences, asSaid, loss.Of(answers.Swapped(), options)) : asSaid
        ).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the losses of a user's assembly.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A function lacks the form of a loss, or its name is taken.</exception>
    public static int Register(Assembly assembly) => Registry.Register(assembly);
}
