using Plumbline.Models.Language;
using static TorchSharp.torch;

namespace Plumbline.Training.Loop;

/// <summary>
/// What a trainer minimises. The loop cuts steps into passes and calls <see cref="Evaluate"/> for each with the weight of the whole step, so that the gradient
/// does not depend on the cut.
/// </summary>
/// <typeparam name="TExample">A tokenised example.</typeparam>
public interface IObjective<TExample>
{
    /// <summary>Tokens that this example makes the model compute.</summary>
    int TokenCount(TExample example);

    /// <summary>The example's share of the loss's denominator: its target tokens for a token-normalised loss, 1 for a loss per example.</summary>
    double Weight(TExample example);

    /// <summary>The part of the step's loss that these examples make: their sum over the weight of the whole step. Differentiable.</summary>
    /// <param name="policy">The model in training.</param>
    /// <param name="examples">The examples of one pass.</param>
    /// <param name="stepWeight">Sum of <see cref="Weight"/> over all examples of the optimiser step.</param>
    /// <param name="metrics">Receives what is worth logging, under TRL's names.</param>
    /// <returns>A scalar.</returns>
    Tensor Evaluate(Decoder policy, IReadOnlyList<TExample> examples, double stepWeight, MetricSums metrics);
}
