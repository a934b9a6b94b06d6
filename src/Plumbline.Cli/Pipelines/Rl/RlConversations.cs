using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using Plumbline.Tokenization;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>Puts an environment behind the samplers of a run, where its options ask for several turns.</summary>
internal static class RlConversations
{
    /// <summary>Refuses environments that cannot be made.</summary>
    /// <exception cref="InvalidInputException">No class has the name, or it refuses its settings.</exception>
    internal static void ThrowIfUnusable(RlOptions options) => options.Turns?.Environment.Create();

    /// <summary>Refuses rows that no conversation can begin with, and a column that none of them has.</summary>
    /// <param name="options">The run's.</param>
    /// <param name="prompts">Its prompts.</param>
    /// <exception cref="InvalidInputException">A prompt is plain text, or the environment's column is missing.</exception>
    internal static void ThrowIfUnfit(RlOptions options, IReadOnlyList<PromptExample> prompts)
    {
        if (options.Turns is not { } turns)
        {
            return;
        }

        if (prompts.FirstOrDefault(prompt => prompt.Prompt.Messages is null) is { } text)
        {
            throw new InvalidInputException(
                $"The prompt of row {text.Id} is plain text, and the option turns asks for conversations.",
                "Write prompts as lists of messages with role and content, or leave turns away.",
                new InputPosition(options.Data.Path)
            );
        }

        if (turns.Environment.ColumnInUse is { } column)
        {
            RlData.ThrowIfColumnIsMissing(prompts, column, "turns.environment", options);
        }
    }

    /// <summary>A sampler of whole conversations; the very sampler where there is one turn.</summary>
    /// <param name="sampler">Draws single answers; not owned.</param>
    /// <param name="options">The run's.</param>
    /// <param name="model">Whose answers they are.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    internal static IAnswerSampler Of(IAnswerSampler sampler, RlOptions options, Decoder model, Tokenizer tokenizer)
    {
        if (options.Turns is not { } turns)
        {
            return sampler;
        }

        var replies = new ReplyEncoder(TrainingStage.Chat(tokenizer), model.Config.EosTokenIds);
        return new ConversationSampler(
            sampler,
            turns.Environment.Create(),
            (prompt, said, last) => replies.Encode(prompt.Row.Prompt.Messages!, said, last),
            new ConversationOptions
            {
                MaxTurns = turns.MaxTurns,
                MaxLength = Math.Min(options.MaxLength, model.Config.ContextLength),
                MaxAnswerLength = options.Policy.MaxCompletionLength,
            }
        );
    }

    /// <summary>Tokens of the longest sequence that is drawn.</summary>
    /// <param name="options">The run's.</param>
    /// <param name="model">Whose answers they are.</param>
    /// <param name="longestPrompt">Tokens of the longest prompt.</param>
    internal static int Longest(RlOptions options, Decoder model, int longestPrompt) =>
        Math.Min(
            model.Config.ContextLength,
            options.Turns is null ? longestPrompt + options.Policy.MaxCompletionLength : options.MaxLength
        );

    /// <summary>What policy gradients minimise: the longest answer is that of all turns together.</summary>
    internal static PolicyOptions Objective(RlOptions options) =>
        options.Turns is { } turns
            ? options.Policy with
            {
                MaxCompletionLength = options.Policy.MaxCompletionLength * turns.MaxTurns,
            }
            : options.Policy;
}
