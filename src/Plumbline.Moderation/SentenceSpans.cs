using Plumbline.Findings;

namespace Plumbline.Moderation;

/// <summary>Cuts texts into sentences.</summary>
internal static class SentenceSpans
{
    /// <summary>The sentences of a text, end to end: a sentence ends with its mark or its line.</summary>
    public static IEnumerable<TextSpan> Of(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !IsEnd(text, i))
            {
                continue;
            }

            var end = Math.Min(i + 1, text.Length);
            if (end > start)
            {
                yield return TextSpan.Between(start, end);
            }

            start = end;
        }
    }

    private static bool IsEnd(string text, int at) =>
        text[at] is '!' or '?' or '\n' or '。' or '！' or '？' or '؟' or '।'
        || (text[at] == '.' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));
}
