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
    /// <exception cref="InvalidInputException">The options cannot be told apart, or the model cannot be asked so.</exception>
    /// <exception cref="ContextExceededException">The conversation is longer than the model.</exception>
    /// <exception cref="ModelFailureException">The model did not answer.</exception>
    Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default);
}

/// <summary>A question with a few possible answers.</summary>
/// <param name="Messages">The conversation, ending with the user.</param>
/// <param name="Options">The options, at least two; none begins another, but where they are <see cref="Whole"/>.</param>
public sealed record OptionQuestion(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<string> Options)
{
    /// <summary>
    /// Whether an option is to be all of the answer, so that 1 is told from the beginning of 10, however a tokenizer cuts them; otherwise what the answer begins with.
    /// </summary>
    /// <value>false</value>
    public bool Whole { get; init; }

    /// <summary>
    /// How much of what is likely among the options may lie where a scorer knows only a bound, in [0, 1]: with more there is no score. Scorers that know all of it do not read it.
    /// </summary>
    /// <value>1</value>
    public double Tolerance { get; init; } = 1;

    /// <summary>Refuses options of which one begins another, which a scorer of beginnings cannot tell apart.</summary>
    /// <exception cref="InvalidInputException">One does.</exception>
    public void ThrowIfOneBeginsAnother()
    {
        foreach (var option in Options)
        {
            if (Options.FirstOrDefault(other => other != option && other.StartsWith(option, StringComparison.Ordinal)) is { } longer)
            {
                throw new InvalidInputException(
                    $"The option '{option}' is the beginning of '{longer}', and only the beginning of an answer is looked at.",
                    "Ask for options of which none begins another, such as the digits 0 to 9."
                );
            }
        }
    }
}
