using Plumbline.Training.Losses;

namespace Plumbline.Training.Preferences.Unpaired;

/// <summary>
/// Declares a loss of answers judged each for itself: a function <c>public static Tensor Of(UnpairedLogProbabilities answers, UnpairedLossOptions options)</c> that
/// gives [answers].
/// </summary>
/// <param name="name">The loss's name.</param>
public sealed class UnpairedLossAttribute(string name) : LossAttribute(name)
{
    /// <summary>Whether the loss reads <see cref="UnpairedLogProbabilities.Kl"/>, which costs passes over mismatched answers.</summary>
    public bool NeedsKl { get; init; }

    /// <summary>Whether the loss reads <see cref="UnpairedLogProbabilities.Shift"/>.</summary>
    public bool NeedsShift { get; init; }
}
