using Microsoft.Extensions.AI;
using Plumbline.Tokenization;

namespace Plumbline.Models.ChatTemplates;

/// <summary>
/// Where in a rendered conversation the assistant speaks. Templates with <c>generation</c> blocks say it. For the others: the turn of message i
/// reaches from the end of "the messages before i, with generation prompt" to the end of "the messages up to i", provided that both are
/// beginnings of the whole text; trailing whitespace that the template writes behind the turn is left out, since generation has ended there.
/// </summary>
internal static class AssistantTurns
{
    /// <summary>The turns that the template marks.</summary>
    public static List<TextRange> Marked(RenderedChat chat)
    {
        var turns = new List<TextRange>();
        foreach (var span in chat.Spans.Where(span => span.IsGenerated))
        {
            if (turns.Count > 0 && turns[^1].End == span.Start)
            {
                turns[^1] = new TextRange(turns[^1].Start, span.End);
            }
            else
            {
                turns.Add(new TextRange(span.Start, span.End));
            }
        }

        return turns;
    }

    /// <summary>The turns found by rendering beginnings of the conversation.</summary>
    /// <exception cref="InvalidInputException">A beginning of the conversation is not written as a beginning of the text.</exception>
    public static List<TextRange> ByPrefix(
        ChatTemplate template,
        IReadOnlyList<ChatMessage> messages,
        ChatRenderOptions options,
        RenderedChat chat
    )
    {
        var turns = new List<TextRange>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatRole.Assistant)
            {
                continue;
            }

            var before = Length([.. messages.Take(i)], addGenerationPrompt: true, "before");
            var after = Length([.. messages.Take(i + 1)], addGenerationPrompt: false, "up to");
            turns.Add(new TextRange(before, Math.Max(before, WithoutTrailingSpace(chat, after))));

            int Length(List<ChatMessage> part, bool addGenerationPrompt, string which)
            {
                var text = template.Render(part, options with { AddGenerationPrompt = addGenerationPrompt }).Text;
                return chat.Text.StartsWith(text, StringComparison.Ordinal) ? text.Length : throw Mismatch(chat.Text, text, i, which);
            }
        }

        return turns;
    }

    private static int WithoutTrailingSpace(RenderedChat chat, int end)
    {
        for (var i = chat.Spans.Count - 1; i >= 0; i--)
        {
            var span = chat.Spans[i];
            if (span.Start >= end)
            {
                continue;
            }

            while (span.IsTrusted && end > span.Start && char.IsWhiteSpace(chat.Text[end - 1]))
            {
                end--;
            }

            if (!span.IsTrusted || end > span.Start)
            {
                break;
            }
        }

        return end;
    }

    private static InvalidInputException Mismatch(string whole, string part, int index, string which)
    {
        var at = whole.AsSpan().CommonPrefixLength(part);
        return new InvalidInputException(
            $"The chat template has no generation block, and writes the conversation {which} message {index + 1} differently from the whole: "
                + $"at character {at} '{Excerpt(part, at)}' instead of '{Excerpt(whole, at)}'. Which tokens the assistant wrote is not defined.",
            "Put {% generation %} and {% endgeneration %} around the assistant's text in the template, or train on single answers."
        );
    }

    private static string Excerpt(string text, int at) =>
        text.Substring(Math.Min(at, text.Length), Math.Min(24, Math.Max(0, text.Length - at)));
}
