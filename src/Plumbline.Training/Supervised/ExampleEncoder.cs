using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Tokenization;
using Plumbline.Training.Preferences;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Process;

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
    /// <param name="examples">The pairs.</param>
    /// <param name="withGold">Whether their gold answers come along; a pair whose gold answer does not fit, or that has none, is left out too.</param>
    public IEnumerable<TokenizedPair> ForPreferences(IEnumerable<PreferenceExample> examples, bool withGold = false)
    {
        foreach (var example in examples)
        {
            if (
                Fitting(Completion(example.Prompt, example.Chosen)) is not { } chosen
                || Fitting(Completion(example.Prompt, example.Rejected)) is not { } rejected
            )
            {
                continue;
            }

            var pair = new TokenizedPair(chosen, rejected) { Confidence = example.Confidence };
            if (!withGold)
            {
                yield return pair;
            }
            else if (example.Gold is null)
            {
                Drop("no gold answer");
            }
            else if (Fitting(Completion(example.Prompt, example.Gold)) is { } gold)
            {
                yield return pair with
                {
                    Gold = gold,
                };
            }
        }
    }

    /// <summary>Answers to one prompt in order of preference. An answer that does not fit is left out of its ranking; a ranking of fewer than two, whole.</summary>
    public IEnumerable<TokenizedRanking> ForRankings(IEnumerable<RankedExample> examples)
    {
        foreach (var example in examples)
        {
            var (answers, ranks) = (new List<TokenizedExample>(), new List<int>());
            for (var i = 0; i < example.Answers.Count; i++)
            {
                if (Fitting(Completion(example.Prompt, example.Answers[i])) is { } answer)
                {
                    answers.Add(answer);
                    ranks.Add(example.Ranks[i]);
                }
            }

            if (answers.Count > 1)
            {
                yield return new TokenizedRanking(answers, ranks);
            }
            else
            {
                Drop("a ranking of fewer than two answers that fit");
            }
        }
    }

    /// <summary>Answers in judged steps. An answer that does not fit is left out whole: without its beginning or its end its labels would mean something else.</summary>
    public IEnumerable<TokenizedSteps> ForSteps(IEnumerable<StepwiseExample> examples)
    {
        foreach (var example in examples)
        {
            if (Steps(example) is not { } steps)
            {
                Drop("a step that the tokenizer has no token for");
            }
            else if (steps.Ids.Length > maxLength)
            {
                Drop($"longer than {maxLength} tokens");
            }
            else
            {
                yield return steps;
            }
        }
    }

    /// <summary>
    /// Judged answers, each with a mismatched one: the answer of the next row (wrapping around) whose prompt is another and which fits. The rows should be
    /// shuffled, or the mismatch is that of neighbours.
    /// </summary>
    /// <param name="examples">The rows; at least two prompts among those that fit.</param>
    /// <exception cref="InvalidInputException">A row finds no mismatched answer: all prompts are the same.</exception>
    public IEnumerable<TokenizedAnswer> ForUnpaired(IReadOnlyList<UnpairedPreferenceExample> examples)
    {
        for (var i = 0; i < examples.Count; i++)
        {
            var (row, answer) = (examples[i], Fitting(Completion(examples[i].Prompt, examples[i].Completion)));
            if (answer is null)
            {
                continue;
            }

            var mismatched =
                Enumerable
                    .Range(1, examples.Count - 1)
                    .Select(step => examples[(i + step) % examples.Count])
                    .Where(other => !other.Prompt.Equals(row.Prompt))
                    .Select(other => Completion(row.Prompt, other.Completion))
                    .FirstOrDefault(other => Misfit(other) is null)
                ?? throw new InvalidInputException(
                    $"Row {row.Id} finds no answer to another prompt that fits into {maxLength} tokens after its own.",
                    "Give rows of several prompts, or raise max_length."
                );
            yield return new TokenizedAnswer(answer, row.Label, mismatched);
        }
    }

    /// <summary>Whether both sides of a pair fit into the longest sequence and leave something to learn.</summary>
    /// <param name="example">The pair.</param>
    /// <param name="withGold">Whether its gold answer must be there and fit too.</param>
    public bool Fits(PreferenceExample example, bool withGold = false) =>
        Misfit(Completion(example.Prompt, example.Chosen)) is null
        && Misfit(Completion(example.Prompt, example.Rejected)) is null
        && (!withGold || (example.Gold is { } gold && Misfit(Completion(example.Prompt, gold)) is null));

    /// <summary>Whether a judged answer fits into the longest sequence and leaves something to learn.</summary>
    public bool Fits(UnpairedPreferenceExample example) => Misfit(Completion(example.Prompt, example.Completion)) is null;

    /// <summary>Writes the tokenizer into a model's folder.</summary>
    public void SaveTokenizer(string folder) => tokenizer.Save(folder);

    /// <summary>The tokens up to where an answer begins: what a model is asked.</summary>
    /// <param name="prompt">Text, or a conversation.</param>
    public int[] Prompt(Content prompt) => prompt.Messages is { } messages ? chat.EncodePrompt(messages) : tokenizer.Encode(prompt.Text!);

    /// <summary>A prompt and an answer to it, as in training on both; null where they do not fit into the longest sequence.</summary>
    /// <param name="prompt">Text, or a conversation.</param>
    /// <param name="answer">What was answered.</param>
    public TokenizedExample? Answered(Content prompt, string answer) =>
        Whole(
            Completion(
                prompt,
                prompt.Messages is null ? Content.FromText(answer) : Content.FromMessages([new ChatMessage(ChatRole.Assistant, answer)])
            )
        );

    /// <summary>A conversation and what it went on with, as in training on both; null where they do not fit into the longest sequence.</summary>
    /// <param name="prompt">A conversation.</param>
    /// <param name="turns">The messages that followed, at least one.</param>
    public TokenizedExample? Answered(Content prompt, IReadOnlyList<ChatMessage> turns) =>
        Whole(Completion(prompt, Content.FromMessages(turns)));

    private TokenizedExample? Whole(TokenizedExample example) => example.Ids.Length <= maxLength ? example : null;

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

        Drop(reason);
        return null;
    }

    private void Drop(string reason) => dropped[reason] = dropped.GetValueOrDefault(reason) + 1;

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
            RankedExample ranked => Joined(ranked.Prompt, ranked.Answers[0]),
            UnpairedPreferenceExample answer => Joined(answer.Prompt, answer.Completion),
            StepwiseExample steps => Joined(steps.Prompt, steps.Answer),
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

    // Prompt and steps are encoded piece by piece, each step with the line break that ends it. So a step ends where a token ends whatever merges a tokenizer knows: in a text
    // encoded whole, a line break may be one token with what follows it, and the judged token would see the next step. And the tokens up to a step are the same whether the
    // answer goes on or not: a step that was just written scores as it did in training. Nothing follows the last step, for no score could see it.
    private TokenizedSteps? Steps(StepwiseExample example)
    {
        List<int> ids = [.. example.Prompt.Messages is { } messages ? chat.EncodePrompt(messages) : tokenizer.Encode(example.Prompt.Text!)];
        var ends = new int[example.Steps.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            var step = tokenizer.Encode(example.Steps[i] + StepwiseExample.StepEnd);
            if (step.Length == 0)
            {
                return null;
            }

            ids.AddRange(step);
            ends[i] = ids.Count - 1;
        }

        return new TokenizedSteps([.. ids], ends, example.Labels);
    }

    private static InvalidInputException NotTrainable(Example example) =>
        new(
            $"Row {example.Id} is a {example.GetType().Name}, which has no answer to learn.",
            "Use rows with a completion or a conversation."
        );
}
