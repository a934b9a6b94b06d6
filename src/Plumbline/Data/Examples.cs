namespace Plumbline.Data;

/// <summary>A row of training data, of one of TRL's data set types or a ranked list.</summary>
/// <param name="Id">Stable id: a hash of the row's content, so the same row has the same id in every file and order.</param>
public abstract record Example(string Id);

/// <summary>Text or a whole conversation to model (TRL: language modelling).</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Content">The text or the conversation.</param>
public sealed record LanguageModelingExample(string Id, Content Content) : Example(Id);

/// <summary>A prompt without an answer (TRL: prompt-only).</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Prompt">What is asked.</param>
public sealed record PromptExample(string Id, Content Prompt) : Example(Id);

/// <summary>A prompt with the answer to learn (TRL: prompt-completion).</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="Completion">The answer.</param>
public sealed record PromptCompletionExample(string Id, Content Prompt, Content Completion) : Example(Id);

/// <summary>A prompt with a preferred and a dispreferred answer (TRL: preference, with the prompt explicit).</summary>
/// <param name="Id">Stable id, of prompt and answers alone: what a rater said beside the preference does not make it another pair.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="Chosen">The preferred answer.</param>
/// <param name="Rejected">The dispreferred answer.</param>
public sealed record PreferenceExample(string Id, Content Prompt, Content Chosen, Content Rejected) : Example(Id)
{
    /// <summary>By how much the preferred answer leads, 0 or more (Llama 2, arXiv 2307.09288; TRL's <c>margin</c>); null where nobody said.</summary>
    public double? Margin { get; init; }

    /// <summary>A third answer, to be learnt as it stands (triple preference optimisation, arXiv 2405.16681); null where there is none.</summary>
    public Content? Gold { get; init; }

    /// <summary>Which of the answers do harm; null where nobody said.</summary>
    public PairHarm? Harm { get; init; }
}

/// <summary>What a rater said of the harm in two answers, which need not follow from which one is preferred (Safe RLHF, arXiv 2310.12773).</summary>
/// <param name="Chosen">Whether the preferred answer does harm.</param>
/// <param name="Rejected">Whether the dispreferred answer does.</param>
/// <param name="ChosenIsWorse">Whether the preferred answer is the more harmful of the two.</param>
public sealed record PairHarm(bool Chosen, bool Rejected, bool ChosenIsWorse);

/// <summary>A prompt with one answer labelled good or bad (TRL: unpaired preference).</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="Completion">The answer.</param>
/// <param name="Label">True where the answer is desirable.</param>
public sealed record UnpairedPreferenceExample(string Id, Content Prompt, Content Completion, bool Label) : Example(Id);

/// <summary>A prompt with several answers in order of preference.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="Answers">The answers, best first.</param>
/// <param name="Ranks">The rank of each answer, from 1; equal numbers are ties. Ascending.</param>
public sealed record RankedExample(string Id, Content Prompt, IReadOnlyList<Content> Answers, IReadOnlyList<int> Ranks) : Example(Id);
