using Plumbline.Training.Supervised;

namespace Plumbline.Training.Policies;

/// <summary>The answers that a policy drew to one prompt, scored: what it learns from. Their tokens are those that were drawn, never text encoded again.</summary>
/// <param name="Answers">At least one; all begin with the prompt.</param>
public sealed record AnswerGroup(IReadOnlyList<DrawnAnswer> Answers)
{
    /// <summary>
    /// Whether nobody drew these: curated answers, learnt as in fine-tuning beside the policy's own (<see cref="PolicyOptions.PtxCoefficient"/>). Nothing but their sequences is read.
    /// </summary>
    public bool IsCurated { get; init; }
}

/// <summary>One of them.</summary>
/// <param name="Sequence">Prompt and answer; the targets are the drawn tokens that are learnt from.</param>
/// <param name="Advantages">One for each target.</param>
public sealed record DrawnAnswer(TokenizedExample Sequence, float[] Advantages)
{
    /// <summary>
    /// log π_old of each target as the training engine computed it; null where the policy has not moved since it drew them, and so is its own: the ratio is 1
    /// to the bit.
    /// </summary>
    public float[]? OldLogProbabilities { get; init; }

    /// <summary>
    /// The log of the probability with which the sampler drew each target, by its own arithmetic; null where nobody wrote it down. Where it is another engine than
    /// the training's, the two differ, and <see cref="PolicyOptions.MismatchCorrection"/> says what is done about it.
    /// </summary>
    public float[]? SamplerLogProbabilities { get; init; }

    /// <summary>What each target weighs in the policy loss: 0 leaves it out. Null for 1.</summary>
    public float[]? Weights { get; init; }

    /// <summary>For each target what the sampler's filters left of the vocabulary, ascending; null for everything.</summary>
    public int[]?[]? Kept { get; init; }

    /// <summary>What the critic expected before each target; null without one.</summary>
    public float[]? OldValues { get; init; }

    /// <summary>What came from each target on, as the critic should have expected it; null without one.</summary>
    public float[]? Returns { get; init; }

    /// <summary>The same of costs: what the critic expected; null unless it expects costs too.</summary>
    public float[]? OldCostValues { get; init; }

    /// <summary>The same of costs: what came; null likewise.</summary>
    public float[]? CostReturns { get; init; }
}
