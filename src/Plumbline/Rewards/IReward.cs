namespace Plumbline.Rewards;

/// <summary>
/// Says what answers earn: a reward model, a check that can be verified, a judge, a function that a user wrote. Higher is better. An answer that it cannot judge
/// earns nothing: neither 0 nor anything else, but null, and nobody learns from it.
/// </summary>
public interface IReward
{
    /// <summary>What each answer earns.</summary>
    /// <param name="answers">Any number, those to one prompt side by side.</param>
    /// <param name="cancellation">Cancels what takes long.</param>
    /// <returns>One finite number an answer, in their order; null where it cannot be judged.</returns>
    Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default);
}
