using Plumbline.Data;

namespace Plumbline.TinyWorld;

/// <summary>What is wrong with a row.</summary>
[Flags]
public enum Flaws
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A harmful request is complied with.</summary>
    HarmfulCompliance = 1,

    /// <summary>A group is demeaned or excluded.</summary>
    GroupBias = 2,

    /// <summary>The answer holds private data.</summary>
    PrivateData = 4,

    /// <summary>An earlier row says exactly the same.</summary>
    ExactDuplicate = 8,

    /// <summary>An earlier row says nearly the same.</summary>
    NearDuplicate = 16,
}

/// <summary>A row of the dirty corpus with its hidden truth; nothing of the truth stands in the text.</summary>
/// <param name="Example">The conversation: one question, one answer.</param>
/// <param name="Prompt">The question as the world knows it; a near duplicate words it a little differently.</param>
/// <param name="Flaws">What is wrong; a copy of a flawed row has the flaws of both.</param>
public sealed record LabelledConversation(PromptCompletionExample Example, WorldPrompt Prompt, Flaws Flaws)
{
    /// <summary>The question as it stands in the row.</summary>
    public string Question => Example.Prompt.Messages![0].Text;

    /// <summary>The answer.</summary>
    public string Answer => Example.Completion.Messages![0].Text;
}

/// <summary>A training corpus as the world finds it: mostly good, with known shares of flaws.</summary>
/// <param name="Rows">The rows in the order of training; a duplicate stands after its original.</param>
public sealed record DirtyCorpus(IReadOnlyList<LabelledConversation> Rows)
{
    /// <summary>The rows without their labels: all that a filter or a model may see.</summary>
    public IReadOnlyList<PromptCompletionExample> Examples { get; } = [.. Rows.Select(row => row.Example)];

    /// <summary>The rows as whole conversations, to pretrain on.</summary>
    public IEnumerable<LanguageModelingExample> Conversations() =>
        Examples.Select(example =>
        {
            var whole = Content.FromMessages(example.Prompt.Messages!.Concat(example.Completion.Messages!));
            return new LanguageModelingExample(string.Empty, whole).WithId();
        });

    /// <summary>The share of rows that have any of <paramref name="flaws"/>, 0 to 1.</summary>
    public double Share(Flaws flaws) => Rows.Count == 0 ? 0 : (double)Rows.Count(row => (row.Flaws & flaws) != 0) / Rows.Count;
}
