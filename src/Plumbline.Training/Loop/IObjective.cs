using static TorchSharp.torch;

namespace Plumbline.Training.Loop;

/// <summary>
/// What a trainer minimises, and the model that it moves. The loop cuts steps into passes and calls <see cref="Evaluate"/> for each with the denominators of
/// the whole step, so that the gradient does not depend on the cut.
/// </summary>
/// <typeparam name="TExample">A tokenised example.</typeparam>
public interface IObjective<TExample>
{
    /// <summary>The model in training.</summary>
    ITrainedModel Model { get; }

    /// <summary>What an example costs and weighs.</summary>
    ExampleSize Size(TExample example);

    /// <summary>
    /// Called before the first pass of a step, under the step's precision and without gradients: what a loss must know of the whole step is measured here.
    /// </summary>
    /// <param name="step">Its examples as they will be evaluated, its denominators and its seed.</param>
    void BeginStep(TrainingStep<TExample> step) { }

    /// <summary>The part of the step's loss that these examples make. Differentiable.</summary>
    /// <param name="examples">The examples of one pass.</param>
    /// <param name="normalizer">The denominators of the whole step.</param>
    /// <param name="metrics">Receives what is worth logging, under TRL's names.</param>
    /// <returns>A scalar.</returns>
    Tensor Evaluate(IReadOnlyList<TExample> examples, StepNormalizer normalizer, MetricSums metrics);

    /// <summary>Called when the weights have moved.</summary>
    /// <param name="step">Steps done.</param>
    void EndStep(long step) { }

    /// <summary>Writes what the objective itself remembers from step to step into a checkpoint's folder; most remember nothing.</summary>
    void SaveState(string folder) { }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    void LoadState(string folder) { }
}
