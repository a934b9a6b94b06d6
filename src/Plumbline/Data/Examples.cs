using System.Collections.ObjectModel;
using System.Text.Json;
using Microsoft.Extensions.AI;

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
public sealed record PromptExample(string Id, Content Prompt) : Example(Id)
{
    /// <summary>
    /// What else the row says, by the file's column names: a right answer, a schema. Part of neither id nor equality; not written by <see cref="DatasetWriter"/>.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, JsonElement> Columns { get; init; } = ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>Whether two prompts ask the same; what else their rows say does not count.</summary>
    public bool Equals(PromptExample? other) => base.Equals(other) && Prompt.Equals(other.Prompt);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Prompt);
}

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

    /// <summary>
    /// How likely it is that <see cref="Chosen"/> really is the better answer, in [0.5, 1]: a soft label (conservative DPO; arXiv 2212.08073, 4.3); null where nobody said, which
    /// trainers take for certain.
    /// </summary>
    public double? Confidence { get; init; }

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

/// <summary>A prompt with one answer whose steps are judged one by one (TRL: stepwise supervision).</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="Steps">The steps of the answer in order, at least one; each is a text of its own, without the line break that ends it.</param>
/// <param name="Labels">For each step 1 for right and 0 for wrong, or something between: the share of continuations from there that succeed (arXiv 2312.08935).</param>
public sealed record StepwiseExample(string Id, Content Prompt, IReadOnlyList<string> Steps, IReadOnlyList<double> Labels) : Example(Id)
{
    /// <summary>What ends a step.</summary>
    public const string StepEnd = "\n";

    /// <summary>The steps as one answer in the prompt's form, a line each.</summary>
    public Content Answer
    {
        get
        {
            var text = string.Join(StepEnd, Steps);
            return Prompt.Messages is null ? Content.FromText(text) : Content.FromMessages([new ChatMessage(ChatRole.Assistant, text)]);
        }
    }

    /// <summary>Whether every step is right.</summary>
    public bool IsRight => Labels.All(IsRightLabel);

    /// <summary>Whether a label calls a step right: more than one half does.</summary>
    /// <param name="label">In [0, 1].</param>
    public static bool IsRightLabel(double label) => label > 0.5;
}
