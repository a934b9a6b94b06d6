using Plumbline.Training.Losses;

namespace Plumbline.Training.Preferences;

/// <summary>
/// Declares a loss of pairs: a function <c>public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)</c> that gives [pairs].
/// </summary>
/// <param name="name">The loss's name.</param>
public sealed class PreferenceLossAttribute(string name) : LossAttribute(name)
{
    /// <summary>Whether the loss compares with a reference.</summary>
    public bool NeedsReference { get; init; }

    /// <summary>
    /// Whether a pair's loss depends on the other pairs (sorting): the function must see all pairs of a step at once, its values belong to no single pair, and
    /// pairs cannot be weighed.
    /// </summary>
    public bool WholeBatch { get; init; }

    /// <summary>Whether the loss reads <see cref="PairLogProbabilities.Gold"/>, a third answer to each prompt.</summary>
    public bool NeedsGold { get; init; }

    /// <summary>The weight of the token-mean cross-entropy of the chosen answers that belongs to the method, where a mixture does not say <c>sft</c> itself.</summary>
    public double SftWeight { get; init; }
}
