using System.Globalization;
using System.Text;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>
/// Characters written as numbers where they stand: percent (<c>%68</c>), quoted-printable (<c>=68</c>), HTML's references (<c>&amp;#104;</c>, <c>&amp;#x68;</c>) and the escapes of program text
/// (<c>\u0068</c>, <c>\x68</c>, <c>\150</c>).
/// </summary>
internal sealed class EscapeReading : Reading
{
    private const int FewestPlain = 2;

    private delegate int Parser(string text, int start, List<byte> bytes, out string? units);

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.Has('%'))
        {
            Add("percent", text, '%', Percent, found);
        }

        if (profile.Has('='))
        {
            Add("quoted-printable", text, '=', QuotedPrintable, found);
        }

        if (profile.Has('&'))
        {
            Add("entities", text, '&', Entity, found);
        }

        if (profile.Has('\\'))
        {
            Add("escapes", text, '\\', Backslash, found);
        }
    }

    private static void Add(string name, string text, char sign, Parser parse, ICollection<UnwrappedText> found)
    {
        var runs = new List<UnwrappedRun>();
        var (telling, failed, bytes) = (0, 0, new List<byte>());
        for (var at = text.IndexOf(sign, StringComparison.Ordinal); at >= 0; at = at < text.Length ? text.IndexOf(sign, at) : -1)
        {
            bytes.Clear();
            var (start, count) = (at, 0);
            string? units = null;
            while (
                at < text.Length
                && text[at] == sign
                && units is null
                && parse(text, at, bytes, out units) is var length and > 0
                && (units is null || bytes.Count == 0)
            )
            {
                (at, count) = (at + length, count + 1);
            }

            if (count == 0)
            {
                failed++;
                at++;
            }
            else
            {
                runs.Add(new UnwrappedRun(start, at, bytes.Count > 0 ? ReadBytes(bytes) : units ?? string.Empty));
                telling += bytes.Count + (units?.Length ?? 0);
            }
        }

        // Signs that mean something else all over a text do not make a few of them an encoding.
        if (telling >= FewestPlain && telling > failed && runs.Any(run => run.Text.Any(char.IsLetter) || runs.Count > FewestPlain))
        {
            found.Add(new UnwrappedText(name, runs) { StandsAlone = false });
        }
    }

    private static string ReadBytes(List<byte> bytes)
    {
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        return System.Text.Unicode.Utf8.IsValid(span) ? Encoding.UTF8.GetString(span) : Encoding.Latin1.GetString(span);
    }

    private static int Percent(string text, int start, List<byte> bytes, out string? units)
    {
        units = null;
        return TakeByte(text, start + 1, bytes) ? 3 : 0;
    }

    private static int QuotedPrintable(string text, int start, List<byte> bytes, out string? units)
    {
        units = null;
        if (start + 1 < text.Length && text[start + 1] is '\n' or '\r')
        {
            // A soft line break: nothing was there, not even between the bytes of one character.
            return start + 2 < text.Length && text[start + 1] == '\r' && text[start + 2] == '\n' ? 3 : 2;
        }

        return
            start + 2 < text.Length
            && !char.IsAsciiLetterLower(text[start + 1])
            && !char.IsAsciiLetterLower(text[start + 2])
            && TakeByte(text, start + 1, bytes)
            ? 3
            : 0;
    }

    private static int Entity(string text, int start, List<byte> bytes, out string? units)
    {
        units = null;
        var end = text.AsSpan(start, Math.Min(12, text.Length - start)).IndexOf(';');
        var body = end > 1 ? text.AsSpan(start + 1, end - 1) : [];
        if (body.Length >= 2 && body[0] == '#')
        {
            var isHex = body[1] is 'x' or 'X';
            units = int.TryParse(
                body[(isHex ? 2 : 1)..],
                isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var point
            )
                ? UnitsOf(point)
                : null;
        }
        else
        {
            units = body switch
            {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                "nbsp" => " ",
                _ => null,
            };
        }

        return units is null ? 0 : end + 1;
    }

    private static int Backslash(string text, int start, List<byte> bytes, out string? units)
    {
        units = null;
        if (start + 2 >= text.Length)
        {
            return 0;
        }

        switch (text[start + 1])
        {
            case 'x' when TakeByte(text, start + 2, bytes):
                return 4;
            case 'u' when text[start + 2] == '{':
                var close = text.AsSpan(start, Math.Min(11, text.Length - start)).IndexOf('}');
                units = close > 3 ? PointOf(text.AsSpan(start + 3, close - 3), NumberStyles.AllowHexSpecifier) : null;
                return units is null ? 0 : close + 1;
            case 'u'
                when start + 6 <= text.Length
                    && ushort.TryParse(
                        text.AsSpan(start + 2, 4),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var unit
                    ):
                units = ((char)unit).ToString();
                return 6;
            case 'U' when start + 10 <= text.Length:
                units = PointOf(text.AsSpan(start + 2, 8), NumberStyles.AllowHexSpecifier);
                return units is null ? 0 : 10;
            case >= '0'
            and <= '3' when start + 4 <= text.Length && text[start + 2] is >= '0' and <= '7' && text[start + 3] is >= '0' and <= '7':
                bytes.Add((byte)(((text[start + 1] - '0') << 6) | ((text[start + 2] - '0') << 3) | (text[start + 3] - '0')));
                return 4;
            default:
                return 0;
        }
    }

    private static string? PointOf(ReadOnlySpan<char> digits, NumberStyles style) =>
        int.TryParse(digits, style, CultureInfo.InvariantCulture, out var point) ? UnitsOf(point) : null;

    private static string? UnitsOf(int point) => Rune.IsValid(point) && point > 0 ? new Rune(point).ToString() : null;

    private static bool TakeByte(string text, int start, List<byte> bytes)
    {
        if (
            start + 2 > text.Length
            || !byte.TryParse(text.AsSpan(start, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || value == 0
        )
        {
            return false;
        }

        bytes.Add(value);
        return true;
    }
}
