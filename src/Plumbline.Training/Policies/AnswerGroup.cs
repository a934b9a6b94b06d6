using Plumbline.Training.Supervised;

namespace Plumbline.Training.Policies;

/// <summary>The answers that a policy drew to one prompt, scored: what it learns from. Their tokens are those that were drawn, never text encoded again.</summary>
/// <param name="Answers">At least one; all begin with the prompt.</param>
public sealed record AnswerGroup(IReadOnlyList<DrawnAnswer> Answers);

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
    /// A constant weight of each target: what corrects for a sampler that drew by other numbers than the training engine's (truncated importance weights);
    /// null for 1.
    /// </summary>
    public float[]? Weights { get; init; }
}
