using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>
/// Finds the prompt that a preferred and a dispreferred answer share where no column states it: the longest common beginning, cut so that both
/// answers keep something. Messages are cut where the assistant's answers part ways; text is cut before a white space, never inside a word.
/// </summary>
internal static class CommonPrompt
{
    /// <summary>Splits two different contents of the same form.</summary>
    /// <returns>Null, or why they have no common prompt.</returns>
    public static RowFault? Split(ref Content chosen, ref Content rejected, out Content? prompt)
    {
        prompt = null;
        if (chosen.Messages is { } left && rejected.Messages is { } right)
        {
            var count = CommonTurns(left, right);
            if (count == 0)
            {
                return None("messages");
            }

            prompt = Content.FromMessages(left.Take(count));
            chosen = Content.FromMessages(left.Skip(count));
            rejected = Content.FromMessages(right.Skip(count));
            return null;
        }

        var length = CommonText(chosen.Text, rejected.Text);
        if (string.IsNullOrWhiteSpace(chosen.Text![..length]))
        {
            return None("words");
        }

        prompt = Content.FromText(chosen.Text[..length]);
        chosen = Content.FromText(chosen.Text[length..]);
        rejected = Content.FromText(rejected.Text![length..]);
        return string.IsNullOrWhiteSpace(chosen.Text) || string.IsNullOrWhiteSpace(rejected.Text)
            ? new RowFault(BadRowReason.EmptyAnswer, "one of the answers is empty after the common prompt.")
            : null;
    }

    /// <summary>What follows the prompt in a content that begins with it; null where it does not, or ends there.</summary>
    public static Content? After(Content prompt, Content whole)
    {
        if (prompt.Messages is { } before && whole.Messages is { } messages)
        {
            var begins =
                messages.Count > before.Count
                && before.Zip(messages).All(pair => pair.First.Role == pair.Second.Role && pair.First.Text == pair.Second.Text);
            return begins ? Content.FromMessages(messages.Skip(before.Count)) : null;
        }

        return
            prompt.Text is { } start
            && whole.Text is { } text
            && text.Length > start.Length
            && text.StartsWith(start, StringComparison.Ordinal)
            ? Content.FromText(text[start.Length..])
            : null;
    }

    /// <summary>How many messages make up the prompt; 0 where there is none.</summary>
    private static int CommonTurns(IReadOnlyList<ChatMessage> left, IReadOnlyList<ChatMessage> right)
    {
        var shortest = Math.Min(left.Count, right.Count) - 1;
        var count = 0;
        while (count < shortest && left[count].Role == right[count].Role && left[count].Text == right[count].Text)
        {
            count++;
        }

        // Where the user's words differ, the answers are the turns from the assistant's last common one on.
        while (count > 0 && !(left[count].Role == ChatRole.Assistant && right[count].Role == ChatRole.Assistant))
        {
            count--;
        }

        return count;
    }

    private static int CommonText(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var count = Math.Min(left.CommonPrefixLength(right), Math.Min(left.Length, right.Length) - 1);
        while (count > 0 && !(char.IsWhiteSpace(left[count]) && char.IsWhiteSpace(right[count])))
        {
            count--;
        }

        return count;
    }

    private static RowFault None(string what) =>
        new(
            BadRowReason.NoCommonPrompt,
            $"there is no prompt column, and chosen and rejected have no first {what} in common that could be the prompt."
        );
}
