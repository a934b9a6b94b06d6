using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Loop;

/// <summary>
/// The denominators of one optimiser step, counted over all its examples before the first of them is computed. A loss divides its sums by these and by nothing
/// else, so its gradient does not depend on how the step is cut into passes, accumulated, packed or spread over ranks (whose counts add up with +).
/// </summary>
/// <param name="Tokens">Target tokens: the denominator of token-normalised losses.</param>
/// <param name="Examples">Examples: the denominator of losses per pair, ranking or answer.</param>
public readonly record struct StepNormalizer(double Tokens, double Examples)
{
    /// <summary>The counts of some examples.</summary>
    public static StepNormalizer Of(IEnumerable<ExampleSize> sizes)
    {
        var (tokens, examples) = (0L, 0L);
        foreach (var size in sizes)
        {
            tokens += size.Targets;
            examples++;
        }

        return new StepNormalizer(tokens, examples);
    }

    /// <summary>The counts of two parts of a step together.</summary>
    public static StepNormalizer operator +(StepNormalizer left, StepNormalizer right) =>
        new(left.Tokens + right.Tokens, left.Examples + right.Examples);

    /// <summary>sum / <see cref="Tokens"/>; 0, with a gradient of 0, where the step has no target.</summary>
    public Tensor PerToken(Tensor sum) => sum.Over(Math.Max(Tokens, 1));

    /// <summary>sum / <see cref="Examples"/>.</summary>
    public Tensor PerExample(Tensor sum) => sum.Over(Math.Max(Examples, 1));
}

/// <summary>What an example costs and what it weighs.</summary>
/// <param name="Computed">Tokens that the model computes for it, those that its sequences share once.</param>
/// <param name="Targets">Tokens that its loss looks at.</param>
public readonly record struct ExampleSize(int Computed, long Targets);
