using Plumbline.Scoring;

namespace Plumbline.Remote.Completions;

/// <summary>
/// Scores continuations with a remote model: prompt and continuation go out as one prompt whose log-probabilities are echoed. Needs a server whose
/// completions echo with log-probabilities (vLLM and SGLang do; llama.cpp and OpenAI's chat models do not).
/// </summary>
/// <param name="completions">The endpoint.</param>
public sealed class RemoteScorer(RemoteCompletions completions) : IScorer
{
    /// <inheritdoc/>
    /// <exception cref="RemoteModelException">The server cannot be reached, refuses, or does not echo log-probabilities.</exception>
    public async Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        IReadOnlyList<ScoringRequest> requests,
        CancellationToken cancellation = default
    )
    {
        foreach (var request in requests)
        {
            request.ThrowIfInvalid();
            if (request.Prompt.IsEmpty)
            {
                throw new InvalidInputException(
                    "A prompt is empty, so nothing predicts the first token behind it.",
                    "Give it a start token."
                );
            }
        }

        var scores = new ContinuationScore[requests.Count];
        var width = new ParallelOptions
        {
            CancellationToken = cancellation,
            MaxDegreeOfParallelism = completions.Connection.Options.MaxConcurrentRequests,
        };
        await Parallel
            .ForAsync(0, requests.Count, width, async (i, token) => scores[i] = await Score(requests[i], token).ConfigureAwait(false))
            .ConfigureAwait(false);
        return scores;
    }

    private async Task<ContinuationScore> Score(ScoringRequest request, CancellationToken cancellation)
    {
        var whole = request.Prompt.Ids is { } ids
            ? TokenText.Of([.. ids, .. request.Continuation.Ids!])
            : TokenText.Of(request.Prompt.Text + request.Continuation.Text);
        var result = await completions
            .CompleteAsync(
                whole,
                new CompletionOptions
                {
                    // Some servers refuse 0; the token that is written is left out below.
                    MaxTokens = 1,
                    Temperature = 0,
                    LogProbabilities = true,
                    TokenIds = true,
                    Echo = true,
                },
                cancellation
            )
            .ConfigureAwait(false);
        var choice = result.Choices[0];
        var (first, end) = whole.Ids is null ? RangeByText(request, choice) : RangeByTokens(request, whole.Ids, choice);
        var given = choice.RequireLogProbabilities();
        var scores = new double[end - first];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = given[first + i] ?? throw NoEcho(choice, $"token {first + i} of the prompt has no log-probability");
        }

        return new ContinuationScore(scores, choice.Ids?.Skip(first).Take(scores.Length).ToArray());
    }

    private static (int First, int End) RangeByTokens(ScoringRequest request, IReadOnlyList<int> whole, CompletionChoice choice)
    {
        if (choice.RequireLogProbabilities().Count < whole.Count)
        {
            throw NoEcho(choice, $"{choice.LogProbabilities!.Count} log-probabilities came back for {whole.Count} tokens");
        }

        return choice.Ids is { } echoed && !echoed.Take(whole.Count).SequenceEqual(whole)
            ? throw NoEcho(choice, "the tokens that came back are not those that were sent")
            : (request.Prompt.Ids!.Count, whole.Count);
    }

    // The tokens that write at least one character of the continuation.
    private static (int First, int End) RangeByText(ScoringRequest request, CompletionChoice choice)
    {
        var count = choice.RequireLogProbabilities().Count;
        var offsets = choice.Offsets ?? throw NoEcho(choice, "text_offset is missing");
        if (!choice.Text.StartsWith(request.Prompt.Text + request.Continuation.Text, StringComparison.Ordinal))
        {
            throw NoEcho(choice, "the text does not begin with what was sent");
        }

        var border = CodePoints(request.Prompt.Text!);
        var behind = border + CodePoints(request.Continuation.Text!);
        var end = Index(offset => offset >= behind);
        var first = Index(offset => offset >= border);
        if (first > 0 && (first == end || offsets[first] > border))
        {
            // No token begins at the border, so one lies across it; several may share the bytes of one character.
            var across = offsets[first - 1];
            first = Index(offset => offset >= across);
        }

        return (first, end);

        int Index(Predicate<int> holds)
        {
            var at = 0;
            while (at < count && !holds(offsets[at]))
            {
                at++;
            }

            return at;
        }
    }

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static RemoteModelException NoEcho(CompletionChoice choice, string problem) =>
        new(
            choice.Endpoint,
            $"The server does not echo the prompt with its log-probabilities: {problem}.",
            "Score with a local model, or with a server whose completions know echo and logprobs (vLLM and SGLang do)."
        );
}
