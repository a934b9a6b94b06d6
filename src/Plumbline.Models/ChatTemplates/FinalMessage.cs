using Microsoft.Extensions.AI;

namespace Plumbline.Models.ChatTemplates;

/// <summary>Cuts a rendered conversation where its last message's text ends, by transformers' rule for <c>continue_final_message</c>.</summary>
internal static class FinalMessage
{
    /// <summary>The text up to the end of the last message; trailing whitespace stays if the template kept it.</summary>
    /// <exception cref="InvalidInputException">The last message has no text, or the template does not write it as it is.</exception>
    public static RenderedChat Open(RenderedChat chat, IReadOnlyList<ChatMessage> messages)
    {
        var text = messages.Count > 0 ? messages[^1].Text : string.Empty;
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            throw new InvalidInputException(
                "There is no last message with text to go on with.",
                "End the conversation with the beginning of the answer, or ask for a new turn."
            );
        }

        var start = chat.Text.LastIndexOf(trimmed, StringComparison.Ordinal);
        if (start < 0)
        {
            throw new InvalidInputException(
                "The chat template does not write the last message as it is, so the model cannot go on with it.",
                "The template may leave out or rewrite parts of it (thoughts, for instance): leave those parts out of the message."
            );
        }

        var whole = text.TrimStart();
        var keepsSpace = chat.Text.AsSpan(start).StartsWith(whole, StringComparison.Ordinal);
        return chat.Until(start + (keepsSpace ? whole.Length : trimmed.Length));
    }
}
