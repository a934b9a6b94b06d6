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
public sealed record AnswerDraw(int Answers, Seed Seed, bool IsGreedy = false);
