using Microsoft.Extensions.AI;
using Plumbline.Data;

namespace Plumbline.TinyWorld;

/// <summary>Cuts the sentences that hold private data out of answers.</summary>
internal static class PrivateDataRedaction
{
    /// <summary>The first stretch of <paramref name="text"/> that looks like private data; null where none does.</summary>
    public static string? Find(string text)
    {
        foreach (var pattern in RuleLexicon.PrivateData)
        {
            if (pattern.Match(text) is { Success: true } match)
            {
                return match.Value;
            }
        }

        return null;
    }

    /// <summary>The row without those sentences, under a new id; null where nothing of the answer remains.</summary>
    public static PromptCompletionExample? Redact(PromptCompletionExample row)
    {
        if (row.Completion.Text is { } text)
        {
            return Redact(text) is { Length: > 0 } rest ? Renamed(row, Content.FromText(rest)) : null;
        }

        ChatMessage[] messages =
        [
            .. row
                .Completion.Messages!.Select(message => new ChatMessage(message.Role, Redact(message.Text)))
                .Where(message => message.Text.Length > 0),
        ];
        return messages.Length == 0 ? null : Renamed(row, Content.FromMessages(messages));
    }

    private static PromptCompletionExample Renamed(PromptCompletionExample row, Content completion) =>
        (row with { Completion = completion }).WithId();

    /// <summary>A question that leads to the data ("Questions? Write to ...") goes with it, so only full stops and exclamation marks end a sentence.</summary>
    private static string Redact(string text)
    {
        var kept = new List<string>();
        for (var start = 0; start < text.Length; )
        {
            var end = start;
            while (end < text.Length && !(text[end] is '.' or '!' && (end + 1 == text.Length || char.IsWhiteSpace(text[end + 1]))))
            {
                end++;
            }

            end = Math.Min(end + 1, text.Length);
            var sentence = text[start..end].Trim();
            if (sentence.Length > 0 && Find(sentence) is null)
            {
                kept.Add(sentence);
            }

            start = end;
        }

        return string.Join(' ', kept);
    }
}
