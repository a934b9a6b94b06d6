using System.Globalization;
using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>
/// Cuts a template into tokens, with the whitespace rules that transformers sets: <c>trim_blocks</c> (a line end behind a block or comment goes)
/// and <c>lstrip_blocks</c> (indentation before one goes), <c>-</c> and <c>+</c> in the tags overriding both.
/// </summary>
internal sealed class TemplateLexer
{
    private static readonly string[] Operators =
    [
        "//",
        "**",
        "==",
        "!=",
        "<=",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "~",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        "=",
        ".",
        ",",
        ":",
        "|",
    ]; // csharpier-ignore

    private readonly string source;
    private readonly TemplateErrors errors;
    private readonly List<TemplateToken> tokens = [];
    private int at;
    private int line = 1;
    private int lineCountedTo;

    private TemplateLexer(string source, TemplateErrors errors)
    {
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        // A single line end at the very end is not part of a template.
        this.source = text.EndsWith('\n') ? text[..^1] : text;
        this.errors = errors;
    }

    /// <summary>The tokens of a template, the last of kind <see cref="TokenKind.End"/>.</summary>
    public static List<TemplateToken> Read(string source, TemplateErrors errors)
    {
        var lexer = new TemplateLexer(source, errors);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        while (at < source.Length)
        {
            var tag = NextTag();
            ReadData(tag);
            if (tag >= source.Length)
            {
                break;
            }

            at = tag + 2;
            var kind = source[tag + 1];
            at += at < source.Length && source[at] is '-' or '+' ? 1 : 0;
            switch (kind)
            {
                case '#':
                    SkipComment(tag);
                    break;
                case '{':
                    Add(TokenKind.VariableBegin, "{{", tag);
                    ReadTag("}}", TokenKind.VariableEnd);
                    break;
                default:
                    Add(TokenKind.BlockBegin, "{%", tag);
                    ReadTag("%}", TokenKind.BlockEnd);
                    ReadRaw();
                    break;
            }
        }

        Add(TokenKind.End, "the end of the template", source.Length);
    }

    private int NextTag()
    {
        for (var brace = source.IndexOf('{', at); brace >= 0 && brace + 1 < source.Length; brace = source.IndexOf('{', brace + 1))
        {
            if (source[brace + 1] is '{' or '%' or '#')
            {
                return brace;
            }
        }

        return source.Length;
    }

    private void ReadData(int tag)
    {
        var data = source.AsSpan(at, tag - at);
        if (tag + 2 < source.Length)
        {
            var sign = source[tag + 2];
            if (sign == '-')
            {
                data = data.TrimEnd();
            }
            else if (sign != '+' && source[tag + 1] != '{')
            {
                var lineStart = data.LastIndexOf('\n') + 1;
                var startsLine = lineStart > 0 || at == 0 || source[at - 1] == '\n';
                data = startsLine && data[lineStart..].IsWhiteSpace() ? data[..lineStart] : data;
            }
        }

        if (!data.IsEmpty)
        {
            Add(TokenKind.Data, data.ToString(), at);
        }

        at = tag;
    }

    private void SkipComment(int tag)
    {
        var end = source.IndexOf("#}", at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error(tag, "The comment is never closed.", "Close it with #}.");
        }

        var sign = end > tag + 2 ? source[end - 1] : ' ';
        at = end + 2;
        SkipAfterTag(sign, trimsLine: true);
    }

    private void SkipAfterTag(char sign, bool trimsLine)
    {
        if (sign == '-')
        {
            while (at < source.Length && char.IsWhiteSpace(source[at]))
            {
                at++;
            }
        }
        else if (trimsLine && sign != '+' && at < source.Length && source[at] == '\n')
        {
            at++;
        }
    }

    private void ReadTag(string closing, TokenKind closingKind)
    {
        var depth = 0;
        var start = at;
        while (at < source.Length)
        {
            var character = source[at];
            if (char.IsWhiteSpace(character))
            {
                at++;
                continue;
            }

            if (depth == 0)
            {
                var sign = character is '-' or '+' ? 1 : 0;
                if (string.CompareOrdinal(source, at + sign, closing, 0, 2) == 0)
                {
                    Add(closingKind, closing, at);
                    at += sign + 2;
                    SkipAfterTag(character, trimsLine: closingKind == TokenKind.BlockEnd);
                    return;
                }
            }

            depth +=
                character is '(' or '[' or '{' ? 1
                : character is ')' or ']' or '}' ? -1
                : 0;
            ReadToken();
        }

        throw Error(Math.Max(0, start - 1), "The tag is never closed.", $"Close it with {closing}.");
    }

    private void ReadToken()
    {
        var character = source[at];
        var start = at;
        if (character is '"' or '\'')
        {
            Add(TokenKind.Text, ReadString(), start);
        }
        else if (char.IsAsciiDigit(character))
        {
            ReadNumber();
        }
        else if (character == '_' || char.IsLetter(character))
        {
            while (at < source.Length && (source[at] == '_' || char.IsLetterOrDigit(source[at])))
            {
                at++;
            }

            Add(TokenKind.Name, source[start..at], start);
        }
        else
        {
            var found =
                Array.Find(Operators, candidate => string.CompareOrdinal(source, at, candidate, 0, candidate.Length) == 0)
                ?? throw Error(at, $"The character '{character}' is not understood here.", "Remove it or put it into quotes.");
            at += found.Length;
            Add(TokenKind.Operator, found, start);
        }
    }

    private void ReadNumber()
    {
        var start = at;
        SkipDigits();
        var isFloat = false;
        if (at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            isFloat = true;
            at++;
            SkipDigits();
        }

        if (at + 1 < source.Length && source[at] is 'e' or 'E')
        {
            var exponent = at + (source[at + 1] is '+' or '-' ? 2 : 1);
            if (exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                isFloat = true;
                at = exponent;
                SkipDigits();
            }
        }

        Add(isFloat ? TokenKind.Float : TokenKind.Integer, source[start..at].Replace("_", string.Empty, StringComparison.Ordinal), start);
    }

    private void SkipDigits()
    {
        while (
            at < source.Length
            && (char.IsAsciiDigit(source[at]) || (source[at] == '_' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1])))
        )
        {
            at++;
        }
    }

    private string ReadString()
    {
        var start = at;
        var quote = source[at++];
        var text = new StringBuilder();
        while (at < source.Length && source[at] != quote)
        {
            if (source[at] == '\\' && at + 1 < source.Length)
            {
                ReadEscape(text);
            }
            else
            {
                text.Append(source[at++]);
            }
        }

        if (at >= source.Length)
        {
            throw Error(start, "The string is never closed.", $"Close it with {quote}.");
        }

        at++;
        return text.ToString();
    }

    private void ReadEscape(StringBuilder text)
    {
        var escape = source[at + 1];
        at += 2;
        var digits = escape switch
        {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if (digits > 0)
        {
            var hex = at + digits <= source.Length ? source.AsSpan(at, digits) : [];
            if (!uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value > 0x10FFFF)
            {
                throw Error(at - 2, $"The escape \\{escape} needs {digits} hexadecimal digits of a character.", "Write it in full.");
            }

            at += digits;
            text.Append(value < 0x10000 ? ((char)value).ToString() : char.ConvertFromUtf32((int)value));
            return;
        }

        var plain = escape switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            '0' => '\0',
            '\\' or '\'' or '"' => escape,
            _ => '\uFFFF',
        };
        if (plain != '\uFFFF')
        {
            text.Append(plain);
        }
        else if (escape != '\n')
        {
            // Python keeps the backslash of an escape it does not know.
            text.Append('\\').Append(escape);
        }
    }

    /// <summary>Takes everything up to <c>{% endraw %}</c> as text, where the block just read says <c>raw</c>.</summary>
    private void ReadRaw()
    {
        if (tokens.Count < 3 || tokens[^2] is not { Kind: TokenKind.Name, Value: "raw" } || tokens[^3].Kind != TokenKind.BlockBegin)
        {
            return;
        }

        var start = at;
        tokens.RemoveRange(tokens.Count - 3, 3);
        for (var tag = NextTag(); tag < source.Length; tag = NextTag())
        {
            at = tag + 2;
            if (source[tag + 1] != '%')
            {
                continue;
            }

            var end = source.IndexOf("%}", at, StringComparison.Ordinal);
            var inner = end < 0 ? string.Empty : source[at..end];
            if (inner.Trim('-', '+').Trim() == "endraw")
            {
                at = start;
                ReadData(tag);
                at = end + 2;
                SkipAfterTag(inner[^1], trimsLine: true);
                return;
            }
        }

        throw Error(start, "The raw block is never closed.", "Close it with {% endraw %}.");
    }

    private void Add(TokenKind kind, string value, int position) => tokens.Add(new TemplateToken(kind, value, LineAt(position)));

    private InvalidInputException Error(int position, string problem, string mend) => errors.At(LineAt(position), problem, mend);

    private int LineAt(int position)
    {
        if (position < lineCountedTo)
        {
            return 1 + source.AsSpan(0, position).Count('\n');
        }

        line += source.AsSpan(lineCountedTo, position - lineCountedTo).Count('\n');
        lineCountedTo = position;
        return line;
    }
}
