using Plumbline.Training.Losses;

namespace Plumbline.Training.Rewards;

/// <summary>Declares a reward loss: a function <c>public static Tensor Of(RankedScores answers, RewardLossOptions options)</c> that gives [lists].</summary>
/// <param name="name">The loss's name.</param>
public sealed class RewardLossAttribute(string name) : LossAttribute(name)
{
    /// <summary>Whether the loss takes lists of more than two answers.</summary>
    public bool TakesLists { get; init; }

    /// <summary>Whether the loss learns from ties; others leave tied answers out, or take their order for unknown.</summary>
    public bool LearnsFromTies { get; init; }

    /// <summary>Whether the loss reads <see cref="RankedScores.HarmSigns"/>.</summary>
    public bool NeedsHarmSigns { get; init; }
}
