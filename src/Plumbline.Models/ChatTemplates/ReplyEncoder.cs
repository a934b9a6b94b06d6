using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.ChatTemplates;

/// <summary>
/// The tokens that a chat template puts between an answer that a model drew and its next one: the end of the assistant's turn, the messages that reply, and the generation prompt.
/// The drawn tokens stay as they are; only what others said becomes tokens here, and what it says can never become a special token. Thread-safe.
/// </summary>
/// <param name="chat">The model's tokenizer and template.</param>
/// <param name="endTokens">The tokens with which the model ends an answer.</param>
public sealed class ReplyEncoder(ChatEncoder chat, IReadOnlyCollection<int> endTokens)
{
    // What stands for an answer. It ends in a letter, so that no tokenizer joins it to the line break or mark that ends a turn.
    private const string Answer = "Plumb and level";

    // Many templates leave out what a model thought as soon as somebody replies; the drawn tokens hold it all the same.
    private const string Thoughtful = "<think>\nplumb\n</think>\n\n" + Answer;

    private readonly ConcurrentDictionary<string, bool> checkedRoles = new(StringComparer.Ordinal);

    /// <summary>The tokens that follow the last answer of a conversation.</summary>
    /// <param name="prompt">What the model was asked at first.</param>
    /// <param name="turns">
    /// What followed: answers (role assistant) and replies, at least one reply behind the last answer. What the answers say does not count: their tokens are there already.
    /// </param>
    /// <param name="lastToken">The last token that was drawn. An end token that the template writes too is not repeated; behind another one the template ends the turn all the same.</param>
    /// <exception cref="InvalidInputException">
    /// The template refuses the conversation, writes what stands before a reply otherwise than without it, or lets an answer's tokens run into what follows.
    /// </exception>
    public int[] Encode(IReadOnlyList<ChatMessage> prompt, IReadOnlyList<ChatMessage> turns, int lastToken)
    {
        if (turns.Count < 2 || turns[^1].Role == ChatRole.Assistant)
        {
            throw new ArgumentException("Nothing replies to the last answer.", nameof(turns));
        }

        var roles = string.Join(' ', turns.Select(turn => turn.Role.Value));
        if (!checkedRoles.ContainsKey(roles))
        {
            Following(prompt, turns, Thoughtful);
            checkedRoles[roles] = true;
        }

        var followed = Following(prompt, turns, Answer);
        var ids = chat.Encode(followed);
        var first = Array.BinarySearch(ids.Starts, Answer.Length);
        if (first < 0)
        {
            throw new InvalidInputException(
                $"The chat template ends an answer with '{Excerpt(followed.Text[Answer.Length..])}', and the tokenizer joins that to the answer: what the model drew cannot be told from it.",
                "Use a template that ends the assistant's turn with a token of its own."
            );
        }

        while (first > 0 && ids.Starts[first - 1] == Answer.Length)
        {
            first--;
        }

        return WithoutEnd(ids.Ids[first..], lastToken);
    }

    // The rendered conversation from its last answer on, which stands as the given text.
    private RenderedChat Following(IReadOnlyList<ChatMessage> prompt, IReadOnlyList<ChatMessage> turns, string answer)
    {
        List<ChatMessage> said =
        [
            .. prompt,
            .. turns.Select(turn => turn.Role == ChatRole.Assistant ? new ChatMessage(ChatRole.Assistant, answer) : turn),
        ];
        var last = said.FindLastIndex(message => message.Role == ChatRole.Assistant);
        var (before, whole) = (chat.RenderPrompt(said[..last]).Text, chat.RenderPrompt(said));
        // What separates the generation prompt from an answer the model draws itself.
        var start = before.Length;
        while (start < whole.Text.Length && char.IsWhiteSpace(whole.Text[start]))
        {
            start++;
        }

        if (
            !whole.Text.StartsWith(before, StringComparison.Ordinal)
            || string.CompareOrdinal(whole.Text, start, answer, 0, answer.Length) != 0
        )
        {
            throw Rewritten(whole.Text, before + answer, turns[^1].Role);
        }

        return whole.From(start);
    }

    private int[] WithoutEnd(int[] ids, int lastToken)
    {
        if (!endTokens.Contains(lastToken))
        {
            return ids;
        }

        // Some templates write a line break before the token that ends the turn; the model drew its own, if any.
        var end = Array.IndexOf(ids, lastToken);
        return end >= 0 && string.IsNullOrWhiteSpace(chat.Tokenizer.Decode(ids.AsSpan(0, end), skipSpecialTokens: false))
            ? ids[(end + 1)..]
            : ids;
    }

    private static InvalidInputException Rewritten(string whole, string expected, ChatRole role)
    {
        var at = whole.AsSpan().CommonPrefixLength(expected);
        return new InvalidInputException(
            $"The chat template writes the beginning of a conversation otherwise when a message of the role {role.Value} follows an answer: at character {at} "
                + $"'{Excerpt(whole[at..])}' instead of '{Excerpt(expected[at..])}'. What the model would see is not what it drew.",
            "Give the model a chat template that leaves earlier turns as they were, thoughts included (chat_template in tokenizer_config.json, or chat_template.jinja), or use single answers."
        );
    }

    private static string Excerpt(string text) => text.Length > 24 ? text[..24] + "…" : text;
}
