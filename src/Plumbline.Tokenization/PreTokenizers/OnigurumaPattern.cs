using System.Text;

namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>
/// Turns a pattern in Oniguruma's syntax, which Hugging Face's tokenizers match with, into .NET's. The languages agree in what tokenizers use
/// except for: possessive quantifiers (here atomic groups), an interval followed by <c>+</c> (in Oniguruma's own syntax a repeated repetition,
/// not a possessive one), <c>\h</c> (a hexadecimal digit), <c>\w</c> (all marks and numbers belong to it) and sets inside sets (refused).
/// </summary>
internal static class OnigurumaPattern
{
    private const string WordCategories = @"\p{L}\p{M}\p{N}\p{Pc}";

    /// <summary>The pattern for <see cref="System.Text.RegularExpressions.Regex"/>.</summary>
    /// <exception cref="InvalidInputException">The pattern uses a construct whose meaning would change.</exception>
    public static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        var groups = new Stack<int>();
        var atomStart = 0;
        for (var i = 0; i < pattern.Length; )
        {
            var character = pattern[i];
            if (char.IsSurrogate(character))
            {
                throw Refused(pattern, "a character beyond U+FFFF");
            }

            if (character is '*' or '+' or '?' or '{' && QuantifierLength(pattern, i) is var length and > 0)
            {
                i = CopyQuantifier(pattern, i, length, result, atomStart);
                continue;
            }

            switch (character)
            {
                case '(':
                    groups.Push(result.Length);
                    i = CopyGroupOpening(pattern, i, result);
                    continue;
                case ')':
                    atomStart = groups.Count > 0 ? groups.Pop() : throw Refused(pattern, "a closing parenthesis without an opening one");
                    result.Append(')');
                    i++;
                    continue;
                default:
                    atomStart = result.Length;
                    i = CopyAtom(pattern, i, result);
                    continue;
            }
        }

        return result.ToString();
    }

    private static int CopyAtom(string pattern, int at, StringBuilder result)
    {
        switch (pattern[at])
        {
            case '\\':
                return CopyEscape(pattern, at, result, insideSet: false);
            case '[':
                return CopySet(pattern, at, result);
            default:
                result.Append(pattern[at]);
                return at + 1;
        }
    }

    private static int CopyGroupOpening(string pattern, int at, StringBuilder result)
    {
        result.Append('(');
        at++;
        // The question mark of (?:, (?=, (?!, (?<=, (?> or (?i: is no quantifier.
        if (at < pattern.Length && pattern[at] == '?')
        {
            result.Append('?');
            at++;
            while (at < pattern.Length && pattern[at] is not (':' or '=' or '!' or '>' or ')'))
            {
                result.Append(pattern[at++]);
            }

            if (at < pattern.Length && pattern[at] != ')')
            {
                result.Append(pattern[at++]);
            }
        }

        return at;
    }

    private static int CopyQuantifier(string pattern, int at, int length, StringBuilder result, int atomStart)
    {
        result.Append(pattern, at, length);
        var next = at + length;
        if (next >= pattern.Length || pattern[next] is not ('+' or '?'))
        {
            return next;
        }

        if (pattern[next] == '?')
        {
            result.Append('?');
        }
        else if (pattern[at] == '{')
        {
            result.Insert(atomStart, "(?:").Append(")+");
        }
        else
        {
            result.Insert(atomStart, "(?>").Append(')');
        }

        return next + 1;
    }

    /// <summary>The length of the quantifier at <paramref name="at"/>; 0 where a brace is only a brace.</summary>
    private static int QuantifierLength(string pattern, int at)
    {
        if (pattern[at] != '{')
        {
            return 1;
        }

        var end = at + 1;
        while (end < pattern.Length && (char.IsAsciiDigit(pattern[end]) || pattern[end] == ','))
        {
            end++;
        }

        return end > at + 1 && end < pattern.Length && pattern[end] == '}' ? end + 1 - at : 0;
    }

    private static int CopyEscape(string pattern, int at, StringBuilder result, bool insideSet)
    {
        if (at + 1 >= pattern.Length)
        {
            throw Refused(pattern, "a backslash at the end");
        }

        switch (pattern[at + 1])
        {
            case 'h':
                result.Append(insideSet ? "0-9a-fA-F" : "[0-9a-fA-F]");
                return at + 2;
            case 'w':
                result.Append(insideSet ? WordCategories : $"[{WordCategories}]");
                return at + 2;
            case 'W' when !insideSet:
                result.Append($"[^{WordCategories}]");
                return at + 2;
            case 'p' or 'P' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                var close = pattern.IndexOf('}', at);
                close = close < 0 ? pattern.Length - 1 : close;
                result.Append(pattern, at, close + 1 - at);
                return close + 1;
            case 'X' or 'R' or 'K' or 'H' or 'N' or 'O' or 'y' or 'Y':
                throw Refused(pattern, $"\\{pattern[at + 1]}");
            default:
                result.Append(pattern, at, 2);
                return at + 2;
        }
    }

    private static int CopySet(string pattern, int at, StringBuilder result)
    {
        result.Append('[');
        at++;
        if (at < pattern.Length && pattern[at] == '^')
        {
            result.Append('^');
            at++;
        }

        for (var first = true; at < pattern.Length; first = false)
        {
            switch (pattern[at])
            {
                case ']' when !first:
                    result.Append(']');
                    return at + 1;
                case '[':
                    throw Refused(pattern, "a set inside a set");
                case '&' when at + 1 < pattern.Length && pattern[at + 1] == '&':
                    throw Refused(pattern, "an intersection of sets (&&)");
                case '\\':
                    at = CopyEscape(pattern, at, result, insideSet: true);
                    break;
                case var character when char.IsSurrogate(character):
                    throw Refused(pattern, "a character beyond U+FFFF");
                default:
                    result.Append(pattern[at++]);
                    break;
            }
        }

        throw Refused(pattern, "a set that is never closed");
    }

    private static InvalidInputException Refused(string pattern, string construct) =>
        new($"The tokenizer's pattern '{pattern}' has {construct}, which is not supported.", "Write the pattern without it.");
}
