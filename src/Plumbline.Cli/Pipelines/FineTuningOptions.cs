using Plumbline.Configuration;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines;

/// <summary>A stage of supervised fine-tuning: the numbers of its training, and what it minimises.</summary>
public sealed record FineTuningOptions : TrainingOptions
{
    /// <summary>The loss of a target token: its cross-entropy, or that times its own probability (<c>dynamic</c>: DFT, arXiv 2508.05629).</summary>
    /// <value>cross_entropy</value>
    public SupervisedLoss LossType { get; init; } = SupervisedLoss.CrossEntropy;

    /// <summary>α of the noise on the embeddings (NEFTune, arXiv 2310.05914), 0 or more; the paper uses 5 to 15. 0 switches it off.</summary>
    /// <value>0</value>
    public double NeftuneNoiseAlpha { get; init; }

    /// <summary>The objective's options.</summary>
    internal SupervisedOptions Supervised => new() { LossType = LossType, NeftuneNoiseAlpha = NeftuneNoiseAlpha };

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() => base.Problems().Concat(Supervised.Problems());
}
