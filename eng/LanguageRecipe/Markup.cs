using System.Text;

namespace Plumbline.LanguageRecipe;

/// <summary>Takes from texts what their programs put there: tags, templates, place holders, mnemonics.</summary>
internal static class Markup
{
    private static readonly HashSet<string> Inline = new(StringComparer.OrdinalIgnoreCase)
    {
        "a",
        "abbr",
        "acronym",
        "app",
        "b",
        "bold",
        "cmd",
        "code",
        "em",
        "emph",
        "file",
        "font",
        "gui",
        "guibutton",
        "guilabel",
        "guimenu",
        "guimenuitem",
        "guiseq",
        "i",
        "italic",
        "key",
        "keycap",
        "keyseq",
        "link",
        "output",
        "q",
        "ref",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "sys",
        "tt",
        "u",
        "var",
    };

    private static readonly (string Entity, string Text)[] Entities =
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&amp;", "&"),
    ];

    /// <summary>The lines of text between tags: an inline tag leaves nothing, any other ends a line.</summary>
    public static IEnumerable<string> Lines(string marked)
    {
        var text = new StringBuilder(marked.Length);
        for (var i = 0; i < marked.Length; i++)
        {
            var end = marked[i] == '<' ? marked.IndexOf('>', i) : -1;
            if (end < 0)
            {
                text.Append(marked[i]);
                continue;
            }

            var name = marked.AsSpan(i + 1, end - i - 1).TrimStart('/');
            var length = name.IndexOfAnyExcept(Letters);
            var tag = (length < 0 ? name : name[..length]).ToString();
            if (tag is "script" or "style")
            {
                var close = marked.IndexOf("</" + tag, end, StringComparison.OrdinalIgnoreCase);
                end = close < 0 ? marked.Length - 1 : close;
            }

            text.Append(Inline.Contains(tag) ? string.Empty : "\n");
            i = end;
        }

        foreach (var (entity, plain) in Entities)
        {
            text.Replace(entity, plain);
        }

        return text.ToString().Split('\n');
    }

    /// <summary>The text without what its program fills in: <c>{...}</c>, <c>$1</c>, <c>%s</c>, links of wikis, mnemonics.</summary>
    public static string WithoutPlaceholders(string text)
    {
        var kept = new StringBuilder(text.Length);
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '{')
            {
                depth++;
            }
            else if (value == '}')
            {
                depth = Math.Max(0, depth - 1);
                kept.Append(' ');
            }
            else if (depth == 0)
            {
                i += Skipped(text, i, kept);
            }
        }

        return kept.ToString();
    }

    private static System.Buffers.SearchValues<char> Letters { get; } =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Writes the character at <paramref name="at"/>, or what stands for it; gives how many more characters were read.</summary>
    private static int Skipped(string text, int at, StringBuilder kept)
    {
        var value = text[at];
        if (value is '%' or '$')
        {
            var end = at + 1;
            while (
                end < text.Length && end - at < 8 && !char.IsWhiteSpace(text[end]) && !(char.IsAsciiLetter(text[end - 1]) && end > at + 1)
            )
            {
                end++;
            }

            kept.Append(' ');
            return end - at - 1;
        }

        if (value == '[' && at + 1 < text.Length && text[at + 1] == '[')
        {
            var end = text.IndexOf("]]", at, StringComparison.Ordinal);
            var bar = end < 0 ? -1 : text.IndexOf('|', at, end - at);
            return bar < 0 ? 1 : bar - at;
        }

        if (value is not ('_' or '~' or '&' or '[' or ']' or '*' or '#' or '=' or '|' or '\\' or '`'))
        {
            kept.Append(value);
        }

        return 0;
    }
}
