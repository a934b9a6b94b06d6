using System.Globalization;
using System.Text;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>The strings of JSON within a text, keys aside, with their escapes undone. Reads forgivingly, in one pass.</summary>
internal static class JsonStrings
{
    /// <summary>The values. Those that only commas divide, as in a list of words, become one.</summary>
    public static List<UnwrappedRun> Find(string text)
    {
        var values = new JsonValues();
        var (depth, isList) = (0, false);
        for (var at = 0; at < text.Length; )
        {
            switch (text[at])
            {
                case '{' or '[':
                    depth++;
                    isList = false;
                    at++;
                    break;
                case '}' or ']':
                    depth = Math.Max(0, depth - 1);
                    isList = false;
                    at++;
                    break;
                case '"' when depth > 0:
                    var isString = TryFindEnd(text, at, out var end);
                    if (isString && !IsKey(text, end) && IsValue(text, at))
                    {
                        values.Add(at, end, Unescape(text.AsSpan(at + 1, end - at - 2)), isList);
                        isList = true;
                    }
                    else
                    {
                        isList = false;
                    }

                    at = end;
                    break;
                default:
                    isList &= text[at] is ',' || char.IsWhiteSpace(text[at]);
                    at++;
                    break;
            }
        }

        return values.Build();
    }

    // Where there is no end, what follows up to the end of the line is none of a string either.
    private static bool TryFindEnd(string text, int start, out int end)
    {
        for (end = start + 1; end < text.Length && text[end] != '\n'; end++)
        {
            if (text[end] == '"')
            {
                end++;
                return true;
            }

            end += text[end] == '\\' ? 1 : 0;
        }

        end = Math.Min(end, text.Length);
        return false;
    }

    private static bool IsKey(string text, int end)
    {
        while (end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return end < text.Length && text[end] == ':';
    }

    private static bool IsValue(string text, int start)
    {
        var at = start - 1;
        while (at >= 0 && char.IsWhiteSpace(text[at]))
        {
            at--;
        }

        return at >= 0 && text[at] is ':' or ',' or '[';
    }

    private static string Unescape(ReadOnlySpan<char> value)
    {
        if (!value.Contains('\\'))
        {
            return value.ToString();
        }

        var read = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                read.Append(value[i]);
                continue;
            }

            i++;
            if (
                value[i] == 'u'
                && i + 4 < value.Length
                && ushort.TryParse(value.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            )
            {
                read.Append((char)unit);
                i += 4;
                continue;
            }

            read.Append(
                value[i] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' or 'f' => ' ',
                    var other => other,
                }
            );
        }

        return read.ToString();
    }

    /// <summary>Values as they are found; those of one list become one.</summary>
    private sealed class JsonValues
    {
        private readonly List<UnwrappedRun> runs = [];
        private readonly StringBuilder joined = new();
        private int start = -1;
        private int end;

        public void Add(int from, int to, string value, bool joins)
        {
            if (!joins)
            {
                Close();
                start = from;
            }

            joined.Append(joins ? " " : string.Empty).Append(value);
            end = to;
        }

        public List<UnwrappedRun> Build()
        {
            Close();
            return runs;
        }

        private void Close()
        {
            if (start >= 0)
            {
                runs.Add(new UnwrappedRun(start, end, joined.ToString()));
            }

            joined.Clear();
            start = -1;
        }
    }
}
