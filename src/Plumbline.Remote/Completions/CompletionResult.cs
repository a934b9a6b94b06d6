namespace Plumbline.Remote.Completions;

/// <summary>What a completions endpoint answered.</summary>
/// <param name="Choices">The answers, in order.</param>
/// <param name="PromptTokens">Tokens of the prompt as the server counts them; null where it does not.</param>
/// <param name="CompletionTokens">Tokens of all answers together; null where the server does not count them.</param>
public sealed record CompletionResult(IReadOnlyList<CompletionChoice> Choices, long? PromptTokens, long? CompletionTokens);

/// <summary>One answer.</summary>
public sealed record CompletionChoice
{
    /// <summary>Who answered.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The text; with echo it begins with the prompt.</summary>
    public required string Text { get; init; }

    /// <summary>Why it ended: <c>stop</c>, <c>length</c>, or what else the server says; null where it says nothing.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Log-probabilities per token of <see cref="Text"/>, null for a first token that nothing precedes; null where the server gave none.</summary>
    public IReadOnlyList<double?>? LogProbabilities { get; init; }

    /// <summary>Where each token of <see cref="LogProbabilities"/> begins in <see cref="Text"/>, in code points; null where the server does not tell.</summary>
    public IReadOnlyList<int>? Offsets { get; init; }

    /// <summary>The tokens of <see cref="Text"/>; null where the server does not tell.</summary>
    public IReadOnlyList<int>? Ids { get; init; }

    /// <summary>The tokens of the prompt; null where the server does not tell.</summary>
    public IReadOnlyList<int>? PromptIds { get; init; }

    /// <summary>Log-probabilities per token of the prompt, null for the first; null where they were not asked for or not given.</summary>
    public IReadOnlyList<double?>? PromptLogProbabilities { get; init; }

    /// <summary><see cref="Ids"/>, or the refusal that says what is missing.</summary>
    /// <exception cref="RemoteModelException">The server named no token ids.</exception>
    public IReadOnlyList<int> RequireIds() =>
        Ids
        ?? throw new RemoteModelException(
            Endpoint,
            "The server names no token ids in its answer.",
            "Ask for them (TokenIds), and use a server that knows return_token_ids or return_tokens_as_token_ids (vLLM does)."
        );

    /// <summary><see cref="LogProbabilities"/>, or the refusal that says what is missing.</summary>
    /// <exception cref="RemoteModelException">The server gave no log-probabilities.</exception>
    public IReadOnlyList<double?> RequireLogProbabilities() =>
        LogProbabilities
        ?? throw new RemoteModelException(
            Endpoint,
            "The server gives no log-probabilities in its answer.",
            "Ask for them (LogProbabilities), and use a server whose completions know logprobs (vLLM and SGLang do)."
        );
}
