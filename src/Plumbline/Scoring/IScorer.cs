namespace Plumbline.Scoring;

/// <summary>
/// Gives the log-probabilities of given continuations after given prompts: what multiple-choice evaluation, preference by likelihood and rewards by
/// likelihood are made of. Local models always can; endpoints can when they return log-probabilities of what they were sent.
/// </summary>
public interface IScorer
{
    /// <summary>One score per request, in order.</summary>
    /// <param name="requests">Prompts with continuations.</param>
    /// <param name="cancellation">Stops between passes or requests.</param>
    /// <exception cref="InvalidInputException">A request is empty or of mixed kinds.</exception>
    /// <exception cref="ContextExceededException">A request is longer than the model.</exception>
    Task<IReadOnlyList<ContinuationScore>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation = default);
}
