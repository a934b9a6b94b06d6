using Plumbline.Configuration;

namespace Plumbline.Training.Supervised;

/// <summary>What supervised fine-tuning minimises.</summary>
public sealed record SupervisedOptions : IValidatedOptions
{
    /// <summary>The loss of a target token.</summary>
    /// <value>cross_entropy</value>
    public SupervisedLoss LossType { get; init; } = SupervisedLoss.CrossEntropy;

    /// <summary>
    /// α of the noise on the embeddings while training (NEFTune, arXiv 2310.05914), uniform within ±α/√(length · hidden size), 0 or more; the paper uses 5 to 15. 0
    /// switches it off.
    /// </summary>
    /// <value>0</value>
    public double NeftuneNoiseAlpha { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!Enum.IsDefined(LossType))
        {
            yield return new OptionProblem(nameof(LossType), LossType, "cross_entropy or dynamic");
        }

        if (!(NeftuneNoiseAlpha >= 0 && double.IsFinite(NeftuneNoiseAlpha)))
        {
            yield return new OptionProblem(nameof(NeftuneNoiseAlpha), NeftuneNoiseAlpha, "0 (no noise) or more, and finite");
        }
    }
}

/// <summary>The loss of a target token of probability p.</summary>
public enum SupervisedLoss
{
    /// <summary>−log p.</summary>
    CrossEntropy,

    /// <summary>−sg(p)·log p, with sg(p) a constant of the gradient: DFT (<see cref="DynamicFineTuning"/>).</summary>
    Dynamic,
}
