using Plumbline.Randomness;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Lets the policy answer prompts.</summary>
public interface IAnswerSampler
{
    /// <summary>Answers of the policy with the weights it has now.</summary>
    /// <param name="prompts">At least one.</param>
    /// <param name="draw">How many, and how.</param>
    /// <param name="cancellation">Polled between tokens.</param>
    /// <returns>For each prompt its answers, each with at least one drawn token.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    IReadOnlyList<IReadOnlyList<RolloutAnswer>> Draw(
        IReadOnlyList<PolicyPrompt> prompts,
        AnswerDraw draw,
        CancellationToken cancellation = default
    );
}

/// <summary>How answers are drawn.</summary>
/// <param name="Answers">Answers to each prompt.</param>
/// <param name="Seed">Decides them; no two calls of a run share one, but for those of a probe, which are to differ by the policy alone.</param>
/// <param name="IsGreedy">Whether the most likely token is taken each time.</param>
public sealed record AnswerDraw(int Answers, Seed Seed, bool IsGreedy = false)
{
    /// <summary>Whether it goes on with conversations that were drawn from the very same weights: they need not be taken over, or published, again.</summary>
    public bool GoesOn { get; init; }

    /// <summary>
    /// The number of each prompt among the draws of this seed, each a different one; null for its place in the list. So a conversation draws the same numbers whether or not
    /// others beside it have ended.
    /// </summary>
    public IReadOnlyList<int>? Numbers { get; init; }

    /// <summary>The number of a prompt.</summary>
    /// <param name="place">Its place in the list.</param>
    public int NumberOf(int place) => Numbers is null ? place : Numbers[place];
}
