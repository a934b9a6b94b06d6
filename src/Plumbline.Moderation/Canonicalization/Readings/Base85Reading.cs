using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Base85 in Adobe's alphabet (Ascii85), RFC 1924's and ZeroMQ's.</summary>
internal sealed class Base85Reading : Reading
{
    private const int Shortest = 8;
    private const int ShortestFullLine = 60;
    private const string Rfc1924 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    private const string ZeroMq = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    private static readonly sbyte[][] Alphabets = [Values(null), Values(Rfc1924), Values(ZeroMq)];
    private static readonly string[] Names = ["ascii85", "base85", "base85"];

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        var runs = new List<UnwrappedRun>();
        var name = string.Empty;
        var done = 0;
        var hasClosing = true;
        foreach (var word in profile.OddWords)
        {
            if (word.Start < done || word.Length < Shortest)
            {
                continue;
            }

            var end = EndOf(text, word, ref hasClosing);
            // Lines that were tried as one code are not tried again one by one.
            done = end;
            if (TryDecode(text.AsSpan(word.Start, end - word.Start), out var decoded, out var alphabet, out var trimmed))
            {
                runs.Add(new UnwrappedRun(word.Start + trimmed.Start, word.Start + trimmed.End, decoded));
                name = Names[alphabet];
            }
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText(name, runs));
        }
    }

    // Adobe's brackets may hold several lines, and so do long codes without them.
    private static int EndOf(string text, TextSpan word, ref bool hasClosing)
    {
        if (hasClosing && text.AsSpan(word.Start).StartsWith("<~", StringComparison.Ordinal))
        {
            var close = text.IndexOf("~>", word.Start, StringComparison.Ordinal);
            if (close > 0)
            {
                return close + 2;
            }

            hasClosing = false;
        }

        var (end, length) = (word.End, word.Length);
        while (length >= ShortestFullLine && end + 1 < text.Length && text[end] == '\n')
        {
            var lineLength = text.AsSpan(end + 1).IndexOfAny(" \n\r");
            lineLength = lineLength < 0 ? text.Length - end - 1 : lineLength;
            if (lineLength == 0 || lineLength > length)
            {
                break;
            }

            (end, length) = (end + 1 + lineLength, lineLength);
        }

        return end;
    }

    private static bool TryDecode(ReadOnlySpan<char> code, out string decoded, out int alphabet, out TextSpan used)
    {
        decoded = string.Empty;
        used = new TextSpan(0, code.Length);
        for (alphabet = 0; alphabet < Alphabets.Length; alphabet++)
        {
            // As it stands, and without the signs of the sentence around it.
            foreach (var isTrimmed in (ReadOnlySpan<bool>)[false, true])
            {
                var inner = isTrimmed ? code.Trim("\"'`.,:()") : code;
                if (isTrimmed && inner.Length == code.Length)
                {
                    continue;
                }

                var bare =
                    inner.StartsWith("<~", StringComparison.Ordinal) && inner.EndsWith("~>", StringComparison.Ordinal) && inner.Length >= 4
                        ? inner[2..^2]
                        : inner;
                if (Decode(bare, Alphabets[alphabet]) is { } bytes && TextLikeness.Decode(bytes) is { } text)
                {
                    (decoded, used) = (text, new TextSpan(isTrimmed ? code.IndexOf(inner, StringComparison.Ordinal) : 0, inner.Length));
                    return true;
                }
            }
        }

        return false;
    }

    private static byte[]? Decode(ReadOnlySpan<char> code, sbyte[] values)
    {
        var bytes = new byte[(code.Length * 4) + 4];
        var (written, digits, group) = (0, 0, 0L);
        foreach (var digit in code)
        {
            if (digit is '\n' or '\r')
            {
                continue;
            }

            if (digit == 'z' && digits == 0 && ReferenceEquals(values, Alphabets[0]))
            {
                written += 4;
                continue;
            }

            if (digit >= values.Length || values[digit] < 0)
            {
                return null;
            }

            group = (group * 85) + values[digit];
            if (++digits == 5)
            {
                if (group > uint.MaxValue)
                {
                    return null;
                }

                written = Write(bytes, written, group, 4);
                (digits, group) = (0, 0);
            }
        }

        if (digits == 1)
        {
            return null;
        }

        for (var padded = digits; padded is > 0 and < 5; padded++)
        {
            group = (group * 85) + 84;
        }

        written = digits > 0 ? Write(bytes, written, group & uint.MaxValue, digits - 1) : written;
        return bytes[..written];
    }

    private static int Write(byte[] bytes, int at, long group, int count)
    {
        for (var i = 0; i < count; i++)
        {
            bytes[at + i] = (byte)(group >> (24 - (8 * i)));
        }

        return at + count;
    }

    private static sbyte[] Values(string? alphabet)
    {
        var values = new sbyte[0x80];
        Array.Fill(values, (sbyte)-1);
        for (var i = 0; i < 85; i++)
        {
            values[alphabet is null ? '!' + i : alphabet[i]] = (sbyte)i;
        }

        return values;
    }
}
