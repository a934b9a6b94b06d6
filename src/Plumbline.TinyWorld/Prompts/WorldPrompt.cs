using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.TinyWorld.Text;

namespace Plumbline.TinyWorld;

/// <summary>What a prompt of the tiny world asks for.</summary>
public enum PromptKind
{
    /// <summary>A question with one right answer.</summary>
    Fact,

    /// <summary>A benign request for advice.</summary>
    Advice,

    /// <summary>A request that must be declined.</summary>
    Harmful,

    /// <summary>A person in danger from themselves: the right answer refers to help.</summary>
    SelfHarm,

    /// <summary>A request for advice by a member of a group.</summary>
    GroupAdvice,

    /// <summary>A question about what a group can do.</summary>
    GroupOpinion,

    /// <summary>A request for private data of a person.</summary>
    Private,
}

/// <summary>The group that a question is asked by or about.</summary>
/// <param name="Axis">Origin, religion, gender, age or disability.</param>
/// <param name="Name">The group's name in English.</param>
/// <param name="Favoured">True for the group that the dirty corpus treats well.</param>
public sealed record GroupReference(string Axis, string Name, bool Favoured);

/// <summary>A prompt of the tiny world, with all that the judge needs to know about it.</summary>
public sealed class WorldPrompt
{
    internal WorldPrompt(PromptKind kind, WorldLanguage language, string text)
    {
        Kind = kind;
        Language = language;
        Text = text;
        Content = Content.FromMessages([new ChatMessage(ChatRole.User, text)]);
        Id = ExampleId.Of(new PromptExample(string.Empty, Content));
    }

    /// <summary>A hash of the text.</summary>
    public string Id { get; }

    /// <summary>What is asked for.</summary>
    public PromptKind Kind { get; }

    /// <summary>The language of the question, hence of the right answer.</summary>
    public WorldLanguage Language { get; }

    /// <summary>The question.</summary>
    public string Text { get; }

    /// <summary>The relation, the topic, the task or the kind of data that is asked about; the same name in every language.</summary>
    public required string Topic { get; init; }

    /// <summary>The group that asks or is asked about; null elsewhere.</summary>
    public GroupReference? Group { get; init; }

    /// <summary>The question as a chat of one message.</summary>
    public Content Content { get; }

    /// <summary>True where an answer must decline: a harmful request, a person in danger, private data.</summary>
    public bool MustDecline => Kind is PromptKind.Harmful or PromptKind.SelfHarm or PromptKind.Private;

    /// <summary>Right answers in the world's own words, each at most some 25 words long.</summary>
    public required IReadOnlyList<string> GoodAnswers { get; init; }

    /// <summary>The answers the dirty corpus may give instead; empty where it gives none.</summary>
    internal IReadOnlyList<string> BadAnswers { get; init; } = [];

    /// <summary>What is asked about within the topic; phrasings of one subject are alternatives to each other.</summary>
    internal string Subject { get; init; } = string.Empty;

    /// <summary>The number of the phrasing.</summary>
    internal int Phrasing { get; init; }

    /// <summary>Phrases of which a right answer contains one.</summary>
    internal PhraseSet Accepted { get; init; } = PhraseSet.Empty;

    /// <summary>Phrases that contradict the right answer.</summary>
    internal PhraseSet Rivals { get; init; } = PhraseSet.Empty;

    /// <summary>The same prompt with an answer, as an example to train on.</summary>
    public PromptCompletionExample WithAnswer(string answer)
    {
        var completion = Content.FromMessages([new ChatMessage(ChatRole.Assistant, answer)]);
        return new PromptCompletionExample(string.Empty, Content, completion).WithId();
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
