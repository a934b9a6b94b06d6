using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Morse code (Recommendation ITU-R M.1677-1): letters divided by spaces, words by a slash, a bar or a wider gap.</summary>
internal sealed class MorseReading : Reading
{
    private const int FewestLetters = 3;
    private static readonly SearchValues<char> Signs = SearchValues.Create(".-·•−–");
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789.,?'!/()&:;=+-_\"$@";

    private static readonly string[] Codes =
    [
        ".-",
        "-...",
        "-.-.",
        "-..",
        ".",
        "..-.",
        "--.",
        "....",
        "..",
        ".---",
        "-.-",
        ".-..",
        "--",
        "-.",
        "---",
        ".--.",
        "--.-",
        ".-.",
        "...",
        "-",
        "..-",
        "...-",
        ".--",
        "-..-",
        "-.--",
        "--..",
        "-----",
        ".----",
        "..---",
        "...--",
        "....-",
        ".....",
        "-....",
        "--...",
        "---..",
        "----.",
        ".-.-.-",
        "--..--",
        "..--..",
        ".----.",
        "-.-.--",
        "-..-.",
        "-.--.",
        "-.--.-",
        ".-...",
        "---...",
        "-.-.-.",
        "-...-",
        ".-.-.",
        "-....-",
        "..--.-",
        ".-..-.",
        "...-..-",
        ".--.-.",
    ];

    private static readonly FrozenDictionary<string, char>.AlternateLookup<ReadOnlySpan<char>> ByCode = Codes
        .Select((code, i) => KeyValuePair.Create(code, Letters[i]))
        .ToFrozenDictionary(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.SignRun < FewestLetters)
        {
            return;
        }

        var runs = new List<UnwrappedRun>();
        for (var at = 0; at < text.Length; )
        {
            var skipped = text.AsSpan(at).IndexOfAny(Signs);
            if (skipped < 0)
            {
                break;
            }

            at += skipped;
            // A full stop behind a word is none, and there are many.
            if (at > 0 && !IsGap(text[at - 1]) && char.IsLetterOrDigit(text[at - 1]))
            {
                at++;
                continue;
            }

            var end = ReadRun(text, at, out var decoded, out var letters);
            if (letters >= FewestLetters && IsLanguage(decoded))
            {
                runs.Add(new UnwrappedRun(at, end, decoded));
            }

            at = Math.Max(end, at + 1);
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("morse", runs));
        }
    }

    // Rows of dots and dashes are letters too, of no language.
    private static bool IsLanguage(string decoded) =>
        decoded.Any(char.IsAsciiLetter) && LetterPairs.MeanCost(decoded, out _) < 3.6 && decoded.Distinct().Count() >= FewestLetters;

    private static int ReadRun(string text, int start, out string decoded, out int letters)
    {
        var read = new StringBuilder();
        Span<char> code = stackalloc char[8];
        var (at, end) = (start, start);
        letters = 0;
        while (at < text.Length)
        {
            var length = 0;
            while (at < text.Length && SignOf(text[at]) is var sign and not '\0' && length < code.Length)
            {
                code[length++] = sign;
                at++;
            }

            if (length == 0 || (at < text.Length && !IsGap(text[at])) || !ByCode.TryGetValue(code[..length], out var letter))
            {
                break;
            }

            read.Append(letter);
            letters++;
            end = at;
            var (gap, isWord) = (at, false);
            while (gap < text.Length && IsGap(text[gap]))
            {
                isWord |= gap > at || text[gap] != ' ';
                gap++;
            }

            if (gap == at || gap == text.Length || SignOf(text[gap]) == '\0')
            {
                break;
            }

            if (isWord)
            {
                read.Append(' ');
            }

            at = gap;
        }

        decoded = read.ToString();
        return end;
    }

    private static bool IsGap(char unit) => unit is ' ' or '/' or '|' or '\n' or '\r' or '\t';

    private static char SignOf(char unit) =>
        unit switch
        {
            '.' or '·' or '•' => '.',
            '-' or '−' or '–' => '-',
            _ => '\0',
        };
}
