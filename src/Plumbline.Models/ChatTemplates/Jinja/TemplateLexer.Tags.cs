using System.Globalization;
using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

// What stands inside tags.
internal sealed partial class TemplateLexer
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
        if (TryReadRadix())
        {
            return;
        }

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

    /// <summary>Whole numbers with the base 16, 8 or 2.</summary>
    private bool TryReadRadix()
    {
        var radix = source[at] == '0' && at + 2 < source.Length ? char.ToLowerInvariant(source[at + 1]) : ' ';
        var bits = radix switch
        {
            'x' => 4,
            'o' => 3,
            'b' => 1,
            _ => 0,
        };
        if (bits == 0 || !IsDigit(source[at + 2], bits))
        {
            return false;
        }

        var start = at;
        long value = 0;
        for (at += 2; at < source.Length && (source[at] == '_' || IsDigit(source[at], bits)); at++)
        {
            if (source[at] != '_')
            {
                value =
                    value >> (63 - bits) == 0
                        ? (value << bits) | (long)Convert.ToByte(source[at].ToString(), 16)
                        : throw Error(start, "The number is too large for a 64-bit integer.", "Use a smaller one.");
            }
        }

        Add(TokenKind.Integer, value.ToString(CultureInfo.InvariantCulture), start);
        return true;
    }

    private static bool IsDigit(char character, int bits) =>
        char.IsAsciiHexDigit(character) && Convert.ToByte(character.ToString(), 16) < 1 << bits;

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

    private void ReadOctal(StringBuilder text)
    {
        var value = 0;
        at++;
        for (var digits = 0; digits < 3 && at < source.Length && source[at] is >= '0' and <= '7'; digits++)
        {
            value = (value * 8) + source[at++] - '0';
        }

        text.Append((char)value);
    }

    private void ReadEscape(StringBuilder text)
    {
        var escape = source[at + 1];
        if (escape is >= '0' and <= '7')
        {
            ReadOctal(text);
            return;
        }

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
}
