using System.Globalization;
using System.Net;
using System.Text;

namespace Plumbline.Evaluation.Attacks;

/// <summary>Escapes of formats and of program text, applied to every letter, not only to those that need it.</summary>
internal static class EscapeEncodings
{
    private const int QuotedPrintableLine = 72;

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<TextAttack> All { get; } =
    [
        new("percent", AttackFamily.Encoding, text => ByBytes(text, value => $"%{value:X2}")) { Inverse = Uri.UnescapeDataString },
        new("percent-needed", AttackFamily.Encoding, Uri.EscapeDataString) { Inverse = Uri.UnescapeDataString },
        new("quoted-printable", AttackFamily.Encoding, ToQuotedPrintable) { Inverse = FromQuotedPrintable },
        new("entities", AttackFamily.Encoding, text => ByRunes(text, rune => $"&#{rune.Value};")) { Inverse = WebUtility.HtmlDecode },
        new("entities-hex", AttackFamily.Encoding, text => ByRunes(text, rune => $"&#x{rune.Value:x};"))
        {
            Inverse = WebUtility.HtmlDecode,
        },
        new("json-escapes", AttackFamily.Encoding, text => string.Concat(text.Select(unit => $"\\u{(int)unit:x4}")))
        {
            Inverse = code => Unescape(code, 6, 2),
        },
        new("byte-escapes", AttackFamily.Encoding, text => ByBytes(text, value => $"\\x{value:x2}"))
        {
            Inverse = code => Encoding.UTF8.GetString([.. code.Chunk(4).Select(escape => Convert.ToByte(new string(escape[2..]), 16))]),
        },
    ];

    private static string ByBytes(string text, Func<byte, string> write) => string.Concat(Encoding.UTF8.GetBytes(text).Select(write));

    private static string ByRunes(string text, Func<Rune, string> write) => string.Concat(text.EnumerateRunes().Select(write));

    private static string Unescape(string code, int width, int digits) =>
        string.Concat(
            code.Chunk(width)
                .Select(escape => (char)int.Parse(escape.AsSpan(digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        );

    // Every third letter is escaped too, as nothing in the format forbids it.
    private static string ToQuotedPrintable(string text)
    {
        var code = new StringBuilder();
        var (line, index) = (0, 0);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (line >= QuotedPrintableLine)
            {
                code.Append("=\n");
                line = 0;
            }

            var isEscaped = value is < 0x20 or > 0x7E or (byte)'=' || (index++ % 3 == 0);
            var piece = isEscaped ? $"={value:X2}" : ((char)value).ToString();
            code.Append(piece);
            line += piece.Length;
        }

        return code.ToString();
    }

    private static string FromQuotedPrintable(string code)
    {
        var bytes = new List<byte>();
        var bare = code.Replace("=\n", string.Empty, StringComparison.Ordinal);
        for (var i = 0; i < bare.Length; i++)
        {
            var isEscape = bare[i] == '=';
            bytes.Add(isEscape ? Convert.ToByte(bare.Substring(i + 1, 2), 16) : (byte)bare[i]);
            i += isEscape ? 2 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
