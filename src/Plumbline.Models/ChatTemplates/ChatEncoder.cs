using Microsoft.Extensions.AI;
using Plumbline.Tokenization;

namespace Plumbline.Models.ChatTemplates;

/// <summary>A conversation as tokens.</summary>
/// <param name="Ids">The tokens. [time]</param>
/// <param name="AssistantMask">Per token, whether the assistant wrote it: what training is to learn. [time]</param>
public sealed record EncodedChat(int[] Ids, bool[] AssistantMask);

/// <summary>
/// Turns conversations into tokens with a model's own template. What users type can never become a special token: those are recognised only
/// where the template wrote every character. For conversations without such text the tokens are those of Hugging Face. Thread-safe.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">The model's template.</param>
public sealed class ChatEncoder(Tokenizer tokenizer, ChatTemplate template)
{
    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; } = tokenizer;

    /// <summary>The template.</summary>
    public ChatTemplate Template { get; } = template;

    /// <summary>The encoder of a model with its own chat template.</summary>
    /// <exception cref="InvalidInputException">The tokenizer has no chat template, or a malformed one.</exception>
    public static ChatEncoder For(Tokenizer tokenizer) =>
        new(
            tokenizer,
            ChatTemplate.Parse(
                tokenizer.ChatTemplate
                    ?? throw new InvalidInputException(
                        "The model has no chat template.",
                        "Give one, for instance ChatTemplate.Plumbline, or use an instruction-tuned model."
                    )
            )
        );

    /// <summary>The tokens of a conversation, with what the assistant wrote marked.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="addGenerationPrompt">Whether to end where the assistant's next turn begins.</param>
    /// <param name="options">Tools and variables for the template; its tokens and generation prompt are set here.</param>
    /// <exception cref="InvalidInputException">
    /// The template fails or refuses the conversation; or it has no <c>generation</c> block and does not write a conversation's beginning as
    /// the beginning of the conversation, so that nobody can say which tokens the assistant wrote.
    /// </exception>
    public EncodedChat Encode(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt = false, ChatRenderOptions? options = null)
    {
        if (options?.ContinueFinalMessage == true)
        {
            throw new ArgumentException("What the assistant wrote is only known of whole messages: use EncodePrompt.", nameof(options));
        }

        var settings = Complete(options, addGenerationPrompt);
        var chat = Template.Render(messages, settings);
        var turns = Template.MarksGeneration ? AssistantTurns.Marked(chat) : AssistantTurns.ByPrefix(Template, messages, settings, chat);
        var encoded = Encode(chat);
        var mask = new bool[encoded.Ids.Length];
        var turn = 0;
        for (var i = 0; i < mask.Length; i++)
        {
            while (turn < turns.Count && turns[turn].End <= encoded.Starts[i])
            {
                turn++;
            }

            mask[i] = turn < turns.Count && encoded.Starts[i] >= turns[turn].Start;
        }

        return new EncodedChat(encoded.Ids, mask);
    }

    /// <summary>
    /// The tokens that ask the model for the assistant's next turn, or, with <see cref="ChatRenderOptions.ContinueFinalMessage"/>, for the rest of the
    /// last message.
    /// </summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">Tools and variables for the template; its tokens and generation prompt are set here.</param>
    /// <exception cref="InvalidInputException">The template fails or refuses the conversation.</exception>
    public int[] EncodePrompt(IReadOnlyList<ChatMessage> messages, ChatRenderOptions? options = null) =>
        Encode(Template.Render(messages, Complete(options, addGenerationPrompt: options?.ContinueFinalMessage != true))).Ids;

    /// <summary>A whole conversation as text and as tokens.</summary>
    internal (string Text, TokenizedText Tokens) EncodeWithText(IReadOnlyList<ChatMessage> messages)
    {
        var chat = Template.Render(messages, Complete(null, addGenerationPrompt: false));
        return (chat.Text, Encode(chat));
    }

    /// <summary>The text of <see cref="EncodePrompt"/>.</summary>
    internal RenderedChat RenderPrompt(IReadOnlyList<ChatMessage> messages) =>
        Template.Render(messages, Complete(null, addGenerationPrompt: true));

    /// <summary>The tokens of a rendered conversation, or of a part of one.</summary>
    internal TokenizedText Encode(RenderedChat chat)
    {
        var trusted = chat.Spans.Where(span => span.IsTrusted).Select(span => new TextRange(span.Start, span.End)).ToArray();
        return Tokenizer.Encode(chat.Text, new TrustedRanges(trusted));
    }

    private ChatRenderOptions Complete(ChatRenderOptions? options, bool addGenerationPrompt)
    {
        options ??= new ChatRenderOptions();
        return options with
        {
            AddGenerationPrompt = addGenerationPrompt,
            BosToken = options.BosToken ?? Token(Tokenizer.BosTokenId),
            EosToken = options.EosToken ?? Token(Tokenizer.EosTokenId),
            PadToken = options.PadToken ?? Token(Tokenizer.PadTokenId),
        };
    }

    private string? Token(int? id) => id is { } known ? Tokenizer.IdToToken(known) : null;
}
