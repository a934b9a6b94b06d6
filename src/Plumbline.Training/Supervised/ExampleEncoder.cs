using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Tokenization;
using Plumbline.Training.Preferences;

namespace Plumbline.Training.Supervised;

/// <summary>
/// Turns examples into tokens and targets. Text: the completion and the end token are targets. Chat: the assistant's turns are (those of the completion alone where
/// there is one), as the template marks them. What does not fit into the longest sequence is left out and counted, never cut.
/// </summary>
public sealed class ExampleEncoder
{
    private readonly Tokenizer tokenizer;
    private readonly ChatEncoder chat;
    private readonly int maxLength;
    private readonly int endToken;
    private readonly SortedDictionary<string, int> dropped = new(StringComparer.Ordinal);

    /// <summary>An encoder for a model's tokenizer and chat template.</summary>
    /// <param name="tokenizer">Has an end token.</param>
    /// <param name="chat">Encodes conversations.</param>
    /// <param name="maxLength">The longest sequence in tokens.</param>
    /// <exception cref="InvalidInputException">The tokenizer has no end token.</exception>
    public ExampleEncoder(Tokenizer tokenizer, ChatEncoder chat, int maxLength)
    {
        (this.tokenizer, this.chat, this.maxLength) = (tokenizer, chat, maxLength);
        endToken =
            tokenizer.EosTokenId
            ?? throw new InvalidInputException("The tokenizer names no end token.", "Set eos_token in tokenizer_config.json.");
    }

    /// <summary>Examples left out so far, by reason.</summary>
    public IReadOnlyDictionary<string, int> Dropped => dropped;

    /// <summary>Every token is a target: pretraining.</summary>
    public IEnumerable<TokenizedExample> ForPretraining(IEnumerable<Example> examples) =>
        Encode(examples, example => Pretraining(Whole(example)));

    /// <summary>Answers are targets: supervised fine-tuning on completions, or on the assistant's turns of whole conversations.</summary>
    public IEnumerable<TokenizedExample> ForSupervision(IEnumerable<Example> examples) =>
        Encode(
            examples,
            example =>
                example switch
                {
                    PromptCompletionExample pair => Completion(pair.Prompt, pair.Completion),
                    PreferenceExample pair => Completion(pair.Prompt, pair.Chosen),
                    LanguageModelingExample { Content.Messages: { } messages } => AssistantTurns(messages),
                    LanguageModelingExample text => Pretraining(text.Content),
                    _ => throw NotTrainable(example),
                }
        );

    /// <summary>Preferred and dispreferred answers of each pair; a pair with a side that does not fit is left out whole.</summary>
    public IEnumerable<TokenizedPair> ForPreferences(IEnumerable<PreferenceExample> examples)
    {
        foreach (var example in examples)
        {
            if (
                Fitting(Completion(example.Prompt, example.Chosen)) is { } chosen
                && Fitting(Completion(example.Prompt, example.Rejected)) is { } rejected
            )
            {
                yield return new TokenizedPair(chosen, rejected);
            }
        }
    }

    /// <summary>Whether both sides of a pair fit into the longest sequence and leave something to learn.</summary>
    public bool Fits(PreferenceExample example) =>
        Misfit(Completion(example.Prompt, example.Chosen)) is null && Misfit(Completion(example.Prompt, example.Rejected)) is null;

    private IEnumerable<TokenizedExample> Encode(IEnumerable<Example> examples, Func<Example, TokenizedExample> encode)
    {
        foreach (var example in examples)
        {
            if (Fitting(encode(example)) is { } tokenized)
            {
                yield return tokenized;
            }
        }
    }

    private TokenizedExample? Fitting(TokenizedExample example)
    {
        if (Misfit(example) is not { } reason)
        {
            return example;
        }

        dropped[reason] = dropped.GetValueOrDefault(reason) + 1;
        return null;
    }

    private string? Misfit(TokenizedExample example) =>
        example.Ids.Length > maxLength ? $"longer than {maxLength} tokens"
        : example.TargetCount == 0 ? "no token to learn"
        : null;

    private static Content Whole(Example example) =>
        example switch
        {
            LanguageModelingExample text => text.Content,
            PromptCompletionExample pair => Joined(pair.Prompt, pair.Completion),
            PreferenceExample pair => Joined(pair.Prompt, pair.Chosen),
            _ => throw NotTrainable(example),
        };

    private static Content Joined(Content prompt, Content completion) =>
        prompt.Messages is null
            ? Content.FromText(prompt.Text + completion.Text)
            : Content.FromMessages(prompt.Messages.Concat(completion.Messages!));

    private TokenizedExample Pretraining(Content content)
    {
        int[] ids = content.Messages is null
            ? [.. tokenizer.Encode(content.Text!), endToken]
            : chat.Encode(content.Messages, addGenerationPrompt: false).Ids;
        var targets = new bool[ids.Length];
        targets.AsSpan(1).Fill(true);
        return new TokenizedExample(ids, targets);
    }

    private TokenizedExample AssistantTurns(IReadOnlyList<ChatMessage> messages)
    {
        var encoded = chat.Encode(messages, addGenerationPrompt: false);
        return new TokenizedExample(encoded.Ids, encoded.AssistantMask);
    }

    private TokenizedExample Completion(Content prompt, Content completion)
    {
        if (prompt.Messages is null)
        {
            var before = tokenizer.Encode(prompt.Text!);
            int[] all = [.. before, .. tokenizer.Encode(completion.Text!), endToken];
            return new TokenizedExample(all, [.. all.Select((_, i) => i >= Math.Max(1, before.Length))]);
        }

        var whole = chat.Encode([.. prompt.Messages, .. completion.Messages!], addGenerationPrompt: false);
        // Earlier answers of the prompt are context: only what follows the prompt's own tokens is learnt.
        var promptLength = chat.Encode(prompt.Messages, addGenerationPrompt: false).Ids.Length;
        var targets = (bool[])whole.AssistantMask.Clone();
        targets.AsSpan(0, Math.Min(promptLength, targets.Length)).Clear();
        return new TokenizedExample(whole.Ids, targets);
    }

    private static InvalidInputException NotTrainable(Example example) =>
        new(
            $"Row {example.Id} is a {example.GetType().Name}, which has no answer to learn.",
            "Use rows with a completion or a conversation."
        );
}
