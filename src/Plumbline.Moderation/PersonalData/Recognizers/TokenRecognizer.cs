using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData.Rules;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds what has a beginning of its own: keys and tokens, PEM blocks, JSON web tokens, addresses with a password, and the words that bank codes follow.</summary>
[SkipLocalsInit]
internal static class TokenRecognizer
{
    private const string PemBegin = "-----BEGIN ";
    private const string PemEnd = "-----END ";
    private const int LongestLabel = 48;
    private const int LongestTail = 64;
    private const int LongestHeader = 1024;

    /// <summary>Looks at what an underscore, a hyphen or two telling letters may belong to.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="at">Where the sign or the first of the letters stands.</param>
    /// <returns>Where to look on from.</returns>
    internal static int Around(ref TextScan scan, int at)
    {
        var text = scan.Text;
        var before = at > 0 ? text[at - 1] : '\0';
        if (text[at] == 'S' && text[at + 1] != 'G')
        {
            return AfterWord(ref scan, at, text[at + 1] == 'W' ? "SWIFT" : "Swift");
        }

        if (text[at] == 'I' && text[at + 1] == 'C')
        {
            return before == 'B' ? AfterWord(ref scan, at - 1, "BIC") : at + 1;
        }

        if (!scan.Plan.HasSecrets || at < scan.SecretsRead)
        {
            return at + 1;
        }

        if (text[at] == '-' && before != '-' && text[at..].StartsWith(PemBegin))
        {
            return Pem(ref scan, at);
        }

        if (text[at] == 'y')
        {
            return before == 'e' && IsApart(text, at - 1) ? Jwt(ref scan, at - 1) : at + 1;
        }

        return Key(ref scan, at, before);
    }

    private static int AfterWord(ref TextScan scan, int at, string word)
    {
        if (!scan.Text[at..].StartsWith(word))
        {
            return at + 2;
        }

        BicRecognizer.After(ref scan, at + word.Length);
        return at + word.Length;
    }

    private static int Key(ref TextScan scan, int at, char before)
    {
        var text = scan.Text;
        var start = (text[at], before) switch
        {
            ('_', 'p' or 'o' or 'u' or 's' or 'r') => at - 3,
            ('_', 't') => text[..at].EndsWith("github_pat") ? at - 10 : at - 7,
            ('_', 'e') => at - 7,
            ('_', 'f') => at - 2,
            ('_', 'm') => at - 3,
            ('-', 'k') => at - 2,
            ('-', 't') => text[..at].EndsWith("glrt") ? at - 4 : at - 5,
            ('-', 'b' or 'p' or 'i') => at - 4,
            ('-', 'X') => at - 6,
            ('I', 'K' or 'S') => at - 2,
            ('I', 'A') => at - 1,
            ('S', _) => at,
            _ => -1,
        };
        return start >= 0 && IsApart(text, start) ? Prefixed(ref scan, start, at) : at + 1;
    }

    private static bool IsApart(ReadOnlySpan<char> text, int start) =>
        start == 0 || !(char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '-');

    private static int Prefixed(ref TextScan scan, int at, int anchor)
    {
        var read = anchor + 1;
        foreach (var secret in SecretRules.Prefixed)
        {
            var body = at + secret.Prefix.Length;
            if (!scan.Text[at..].StartsWith(secret.Prefix))
            {
                continue;
            }

            var end = body;
            while (end < scan.Text.Length && end - body <= secret.Most && Has(secret.Alphabet, scan.Text[end]))
            {
                end++;
            }

            scan.Work += end - at;
            read = Math.Max(read, end);
            var value = scan.Text[body..end];
            var random = value.Length >= secret.Least && value.Length <= secret.Most && SecretEntropy.IsRandom(value);
            if (random && scan.Plan.Slot(secret.Name) is { } slot)
            {
                scan.Add(slot.Rule, null, at, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, 0));
                break;
            }
        }

        scan.SecretsRead = read;
        return read;
    }

    private static bool Has(Alphabet alphabet, char c) =>
        alphabet switch
        {
            Alphabet.Upper => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c),
            Alphabet.LettersAndDigits => char.IsAsciiLetterOrDigit(c),
            Alphabet.WithDots => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.',
            _ => char.IsAsciiLetterOrDigit(c) || c is '-' or '_',
        };

    private static int Jwt(ref TextScan scan, int at)
    {
        var text = scan.Text;
        var header = Part(text, at);
        var payload = header < text.Length && text[header] == '.' ? Part(text, header + 1) : header;
        var end = payload < text.Length && payload > header + 1 && text[payload] == '.' ? Part(text, payload + 1) : at;
        scan.Work += Math.Max(payload, end) - at;
        scan.SecretsRead = Math.Max(payload, end);
        if (end > at && header - at <= LongestHeader && IsHeader(text[at..header]) && scan.Plan.Slot("jwt") is { } slot)
        {
            scan.Add(slot.Rule, null, at, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, 0));
        }

        return scan.SecretsRead;
    }

    private static int Part(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_'))
        {
            end++;
        }

        return end;
    }

    private static bool IsHeader(ReadOnlySpan<char> encoded)
    {
        Span<byte> json = stackalloc byte[LongestHeader];
        return Base64Url.DecodeFromChars(encoded, json, out _, out var written) == OperationStatus.Done
            && written > 2
            && json[0] == '{'
            && json[written - 1] == '}'
            && json[..written].IndexOf("\"alg\""u8) > 0;
    }

    private static int Pem(ref TextScan scan, int at)
    {
        var text = scan.Text;
        var label = text[(at + PemBegin.Length)..Math.Min(text.Length, at + PemBegin.Length + LongestLabel)];
        var length = label.IndexOf("-----");
        if (length < 0 || !label[..length].EndsWith("PRIVATE KEY"))
        {
            return at + PemBegin.Length;
        }

        // Each end is looked for once, however many blocks begin before it.
        var body = at + PemBegin.Length + length + 5;
        if (scan.NextPemEnd < body)
        {
            var found = text[body..].IndexOf(PemEnd);
            scan.Work += found < 0 ? text.Length - body : found;
            scan.NextPemEnd = found < 0 ? text.Length : body + found;
        }

        var end = scan.NextPemEnd;
        if (end < text.Length)
        {
            var tail = text[(end + PemEnd.Length)..Math.Min(text.Length, end + PemEnd.Length + LongestTail)].IndexOf("-----");
            end += PemEnd.Length + (tail < 0 ? 0 : tail + 5);
        }

        if (scan.Plan.Slot("private_key") is { } slot)
        {
            scan.Add(slot.Rule, null, at, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, 0));
        }

        scan.SecretsRead = end;
        return end;
    }
}
