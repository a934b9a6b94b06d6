using Plumbline.Randomness;

namespace Plumbline.Training.Loop;

/// <summary>A step before its first pass.</summary>
/// <typeparam name="TExample">A tokenised example.</typeparam>
/// <param name="Passes">The step's examples as they will be evaluated, pass after pass.</param>
/// <param name="Positions">Of each example of <see cref="Passes"/>, where it stands in the step, from 0; the cut into passes does not change it.</param>
/// <param name="Normalizer">The step's denominators.</param>
/// <param name="Seed">
/// The step's own, a function of the run's seed and the step. What is drawn for an example should derive from it and the example's position, so that neither the
/// cut into passes nor a killed run changes it.
/// </param>
public sealed record TrainingStep<TExample>(
    IReadOnlyList<IReadOnlyList<TExample>> Passes,
    IReadOnlyList<IReadOnlyList<int>> Positions,
    StepNormalizer Normalizer,
    Seed Seed
)
{
    /// <summary>Cuts a step's examples into passes.</summary>
    /// <param name="examples">In the step's order.</param>
    /// <param name="size">What an example costs and weighs.</param>
    /// <param name="budget">Tokens of a pass.</param>
    /// <param name="seed">The step's.</param>
    internal static TrainingStep<TExample> Of(IReadOnlyList<TExample> examples, Func<TExample, ExampleSize> size, int budget, Seed seed)
    {
        ExampleSize[] sizes = [.. examples.Select(size)];
        var positions = BatchPlan.Passes(Enumerable.Range(0, examples.Count), position => sizes[position].Computed, budget);
        return new TrainingStep<TExample>(
            [.. positions.Select(pass => pass.ConvertAll(position => examples[position]))],
            positions,
            StepNormalizer.Of(sizes),
            seed
        );
    }
}
