namespace Plumbline.Scoring;

/// <summary>A continuation to be scored after a prompt. Both are texts, or both are tokens.</summary>
/// <param name="Prompt">What comes before.</param>
/// <param name="Continuation">What is scored; not empty.</param>
/// <remarks>
/// Two texts are put together and then cut into tokens; what is scored are the tokens that write at least one character of the continuation, so
/// a token across the border counts.
/// </remarks>
public sealed record ScoringRequest(TokenText Prompt, TokenText Continuation)
{
    /// <summary>Refuses what no scorer can answer.</summary>
    /// <exception cref="InvalidInputException">The continuation is empty, or one part is text and the other tokens.</exception>
    public void ThrowIfInvalid()
    {
        if (Continuation.IsEmpty)
        {
            throw new InvalidInputException("A continuation to be scored is empty.", "Give it at least one token.");
        }

        if (Prompt.Ids is null != Continuation.Ids is null)
        {
            throw new InvalidInputException(
                "A prompt and its continuation are of different kinds, text and tokens.",
                "Give both as text, or both as tokens."
            );
        }
    }
}

/// <summary>The log-probabilities of a continuation's tokens.</summary>
/// <param name="LogProbabilities">Per token, in nats. [tokens]</param>
/// <param name="Ids">The tokens; null where an endpoint does not tell.</param>
public sealed record ContinuationScore(IReadOnlyList<double> LogProbabilities, IReadOnlyList<int>? Ids)
{
    /// <summary>The log-probability of the whole continuation, in nats.</summary>
    public double Total => LogProbabilities.Sum();
}
