using Plumbline.Training.Losses;

namespace Plumbline.Training.Policies.Advantages;

/// <summary>
/// Declares an advantage estimator: a function <c>public static Tensor Of(RewardedAnswers answers, AdvantageOptions options)</c> that gives [tokens].
/// </summary>
/// <param name="name">The estimator's name.</param>
public sealed class AdvantageAttribute(string name) : LossAttribute(name)
{
    /// <summary>Whether answers are compared with others to the same prompt: each group must have two at least.</summary>
    public bool NeedsGroups { get; init; }

    /// <summary>Whether a critic's values are read.</summary>
    public bool NeedsValues { get; init; }

    /// <summary>Whether the reward of another answer to the same prompt, usually the greedy one, is read.</summary>
    public bool NeedsBaselines { get; init; }
}
