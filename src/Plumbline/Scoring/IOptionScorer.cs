using Microsoft.Extensions.AI;

namespace Plumbline.Scoring;

/// <summary>Says how likely a model is to begin its answer with each of a few options, such as A and B: what soft judgements are made of.</summary>
public interface IOptionScorer
{
    /// <summary>What the model is called; part of what its judgements are kept under.</summary>
    string Name { get; }

    /// <summary>The log-probability of each option, in nats; they need not sum to 1. Null where the model would begin with none of them.</summary>
    /// <param name="question">The conversation, ending with the user, and the options.</param>
    /// <param name="cancellation">Gives the question up.</param>
    /// <exception cref="ModelFailureException">The model did not answer.</exception>
    Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default);
}

/// <summary>A question with a few possible answers.</summary>
/// <param name="Messages">The conversation, ending with the user.</param>
/// <param name="Options">The options, at least two; each differs from the others in its first token.</param>
public sealed record OptionQuestion(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<string> Options);
