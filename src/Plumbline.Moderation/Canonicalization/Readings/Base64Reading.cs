using System.Buffers;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Base64 (RFC 4648) in either alphabet, with or without padding and line breaks.</summary>
internal sealed class Base64Reading : Reading
{
    private const int Shortest = 6;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet + "+/-_");
    private static readonly SearchValues<char> PlainDigits = SearchValues.Create(Alphabet);

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.OddWords.Count == 0)
        {
            return;
        }

        var runs = CodeRuns.Decode(text, profile.OddWords, Digits, '=', Shortest, Decode);
        if (runs.Count == 0)
        {
            // Between the slashes of an address, or behind a hyphen.
            runs = CodeRuns.Decode(text, profile.OddWords, PlainDigits, '=', Shortest, Decode);
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("base64", runs));
        }
    }

    private static byte[]? Decode(ReadOnlySpan<char> code)
    {
        // A code of bytes that are text has capitals or digits within; names and words seldom do.
        if (code[1..].IndexOfAnyExceptInRange('a', 'z') < 0 || code.Length % 4 == 1)
        {
            return null;
        }

        var bytes = new byte[code.Length * 3 / 4];
        var (bits, count, written) = (0, 0, 0);
        foreach (var digit in code)
        {
            var value = ValueOf(digit);
            bits = ((bits & 0x3FFF) << 6) | value;
            count += 6;
            if (count >= 8)
            {
                count -= 8;
                bytes[written++] = (byte)(bits >> count);
            }
        }

        return bytes[..written];
    }

    private static int ValueOf(char digit) =>
        digit switch
        {
            >= 'A' and <= 'Z' => digit - 'A',
            >= 'a' and <= 'z' => digit - 'a' + 26,
            >= '0' and <= '9' => digit - '0' + 52,
            '+' or '-' => 62,
            _ => 63,
        };
}

/// <summary>Base32 (RFC 4648) in capitals or small letters.</summary>
internal sealed class Base32Reading : Reading
{
    private const int Shortest = 8;
    private static readonly SearchValues<char> Capitals = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    private static readonly SearchValues<char> Small = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.OddWords.Count == 0)
        {
            return;
        }

        var runs = CodeRuns.Decode(text, profile.OddWords, Capitals, '=', Shortest, Decode);
        if (runs.Count == 0)
        {
            runs = CodeRuns.Decode(text, profile.OddWords, Small, '=', Shortest, Decode);
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("base32", runs));
        }
    }

    private static byte[]? Decode(ReadOnlySpan<char> code)
    {
        if (code.Length % 8 is 1 or 3 or 6)
        {
            return null;
        }

        var bytes = new byte[code.Length * 5 / 8];
        var (bits, count, written) = (0, 0, 0);
        foreach (var digit in code)
        {
            bits = ((bits & 0x1FFF) << 5) | (char.IsAsciiDigit(digit) ? digit - '2' + 26 : (digit | 0x20) - 'a');
            count += 5;
            if (count >= 8)
            {
                count -= 8;
                bytes[written++] = (byte)(bits >> count);
            }
        }

        return bytes[..written];
    }
}

/// <summary>Bytes as pairs of hexadecimal digits in one run. Separated pairs are a <see cref="NumberReading"/>.</summary>
internal sealed class HexReading : Reading
{
    private const int Shortest = 8;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.OddWords.Count == 0)
        {
            return;
        }

        var runs = CodeRuns.Decode(text, profile.OddWords, Digits, '\0', Shortest, Decode);
        for (var i = 0; i < runs.Count; i++)
        {
            // The sign that a number is hexadecimal belongs to it.
            if (runs[i].Start >= 2 && text[runs[i].Start - 1] is 'x' or 'X' && text[runs[i].Start - 2] == '0')
            {
                runs[i] = runs[i] with { Start = runs[i].Start - 2 };
            }
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("hex", runs));
        }
    }

    private static byte[]? Decode(ReadOnlySpan<char> code) => code.Length % 2 == 0 ? Convert.FromHexString(code) : null;
}
