using System.Text;

namespace Plumbline.Evaluation.Attacks;

/// <summary>Notations of a text's bytes in UTF-8 by groups of bits.</summary>
internal static class ByteEncodings
{
    private const string Base32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string Base85Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    private const int MailLine = 76;
    private const int UuencodeLine = 45;

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<TextAttack> All { get; } =
    [
        new("base64", AttackFamily.Encoding, text => Convert.ToBase64String(Bytes(text))) { Inverse = FromBase64 },
        new("base64-unpadded", AttackFamily.Encoding, text => Convert.ToBase64String(Bytes(text)).TrimEnd('=')) { Inverse = FromBase64 },
        new(
            "base64url",
            AttackFamily.Encoding,
            text => Convert.ToBase64String(Bytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
        )
        {
            Inverse = FromBase64,
        },
        new("base64-lines", AttackFamily.Encoding, text => Lines(Convert.ToBase64String(Bytes(text)), MailLine)) { Inverse = FromBase64 },
        new("base64-utf16", AttackFamily.Encoding, text => Convert.ToBase64String(Encoding.Unicode.GetBytes(text)))
        {
            Inverse = code => Encoding.Unicode.GetString(Convert.FromBase64String(code)),
        },
        new("base32", AttackFamily.Encoding, text => ToBase32(Bytes(text))) { Inverse = FromBase32 },
        new("ascii85", AttackFamily.Encoding, text => ToBase85(Bytes(text), AdobeDigit))
        {
            Inverse = code => FromBase85(code, digit => digit - '!'),
        },
        new("ascii85-brackets", AttackFamily.Encoding, text => $"<~{ToBase85(Bytes(text), AdobeDigit)}~>")
        {
            Inverse = code => FromBase85(code[2..^2], digit => digit - '!'),
        },
        new("base85", AttackFamily.Encoding, text => ToBase85(Bytes(text), value => Base85Digits[value]))
        {
            Inverse = code => FromBase85(code, digit => Base85Digits.IndexOf(digit, StringComparison.Ordinal)),
        },
        new("hex", AttackFamily.Encoding, text => Convert.ToHexStringLower(Bytes(text)))
        {
            Inverse = code => Text(Convert.FromHexString(code)),
        },
        new("uuencode", AttackFamily.Encoding, text => $"begin 644 note.txt\n{ToUuencode(Bytes(text))}`\nend") { Inverse = FromUuencode },
    ];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static char AdobeDigit(int value) => (char)('!' + value);

    private static string Lines(string text, int width) => string.Join('\n', text.Chunk(width).Select(line => new string(line)));

    private static string FromBase64(string code)
    {
        var bare = code.Replace("\n", string.Empty, StringComparison.Ordinal).Replace('-', '+').Replace('_', '/').TrimEnd('=');
        return Text(Convert.FromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '=')));
    }

    private static string ToBase32(byte[] bytes)
    {
        var code = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var value in bytes)
        {
            bits = ((bits & 0xFF) << 8) | value;
            for (count += 8; count >= 5; count -= 5)
            {
                code.Append(Base32Digits[(bits >> (count - 5)) & 31]);
            }
        }

        if (count > 0)
        {
            code.Append(Base32Digits[(bits << (5 - count)) & 31]);
        }

        return code.Append('=', (8 - (code.Length % 8)) % 8).ToString();
    }

    private static string FromBase32(string code)
    {
        var bytes = new List<byte>();
        var (bits, count) = (0, 0);
        foreach (var digit in code.TrimEnd('='))
        {
            bits = ((bits & 0xFF) << 5) | Base32Digits.IndexOf(digit, StringComparison.Ordinal);
            count += 5;
            if (count >= 8)
            {
                count -= 8;
                bytes.Add((byte)(bits >> count));
            }
        }

        return Text([.. bytes]);
    }

    private static string ToBase85(byte[] bytes, Func<int, char> digit)
    {
        var code = new StringBuilder();
        Span<char> group = stackalloc char[5];
        for (var at = 0; at < bytes.Length; at += 4)
        {
            var count = Math.Min(4, bytes.Length - at);
            var value = 0u;
            for (var i = 0; i < 4; i++)
            {
                value = (value << 8) | (i < count ? bytes[at + i] : 0u);
            }

            for (var i = 4; i >= 0; i--)
            {
                (group[i], value) = (digit((int)(value % 85)), value / 85);
            }

            code.Append(group[..(count + 1)]);
        }

        return code.ToString();
    }

    private static string FromBase85(string code, Func<char, int> valueOf)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < code.Length; at += 5)
        {
            var count = Math.Min(5, code.Length - at);
            var value = 0u;
            for (var i = 0; i < 5; i++)
            {
                value = unchecked((value * 85) + (uint)(i < count ? valueOf(code[at + i]) : 84));
            }

            for (var i = 0; i < count - 1; i++)
            {
                bytes.Add((byte)(value >> (24 - (8 * i))));
            }
        }

        return Text([.. bytes]);
    }

    private static string ToUuencode(byte[] bytes)
    {
        var code = new StringBuilder();
        foreach (var line in bytes.Chunk(UuencodeLine))
        {
            code.Append(Digit(line.Length));
            for (var at = 0; at < line.Length; at += 3)
            {
                var group = (line[at] << 16) | (At(line, at + 1) << 8) | At(line, at + 2);
                code.Append(Digit(group >> 18)).Append(Digit(group >> 12)).Append(Digit(group >> 6)).Append(Digit(group));
            }

            code.Append('\n');
        }

        return code.ToString();

        static char Digit(int value) => (value & 63) == 0 ? '`' : (char)(' ' + (value & 63));
        static int At(byte[] line, int index) => index < line.Length ? line[index] : 0;
    }

    private static string FromUuencode(string code)
    {
        var bytes = new List<byte>();
        foreach (var line in code.Split('\n').Skip(1).TakeWhile(line => line[0] != '`'))
        {
            var group = new List<byte>();
            for (var at = 1; at + 3 < line.Length; at += 4)
            {
                var value = (Value(line[at]) << 18) | (Value(line[at + 1]) << 12) | (Value(line[at + 2]) << 6) | Value(line[at + 3]);
                group.AddRange([(byte)(value >> 16), (byte)(value >> 8), (byte)value]);
            }

            bytes.AddRange(group.Take(Value(line[0])));
        }

        return Text([.. bytes]);

        static int Value(char digit) => (digit - ' ') & 63;
    }
}
