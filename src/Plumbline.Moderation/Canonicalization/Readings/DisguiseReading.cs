using System.Text;
using Plumbline.Moderation.Canonicalization.Language;
using Plumbline.Moderation.Canonicalization.Unicode;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>
/// A text most of whose letters wear accents, or look like Latin letters of another alphabet, read without them. Texts that no orthography accounts for, and words of look-alikes among words
/// that are truly of their script.
/// </summary>
internal sealed class DisguiseReading : Reading
{
    private const int FewestLetters = 3;
    private const int FewestJoiners = 3;
    private const int LettersPerJoiner = 8;
    private const double NoiseCost = 3.0;

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        var at = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u007F');
        if (at < 0)
        {
            return;
        }

        ReadJoiners(text, found);
        var runs = new List<UnwrappedRun>();
        var (letters, dressed, alike) = (0, 0, 0);
        for (var i = 0; i < text.Length; )
        {
            var end = WordEnd(text, i);
            if (end == i)
            {
                i++;
                continue;
            }

            var plain = Undress(text, i, end, out var counts);
            letters += counts.Letters;
            dressed += counts.Dressed;
            if (plain is not null)
            {
                alike += counts.IsAlike ? counts.Letters : 0;
                runs.Add(new UnwrappedRun(i, end, plain));
            }

            i = end;
        }

        // Vietnamese, the most accented of living orthographies, has marks on under half of its letters.
        if (runs.Count > 0 && (dressed * 10 >= letters * 6 || alike >= FewestLetters))
        {
            found.Add(new UnwrappedText("look-alikes", runs) { StandsAlone = false });
        }
    }

    // Joiners have their place in Arabic and Indic words, but not behind every few letters.
    private static void ReadJoiners(string text, ICollection<UnwrappedText> found)
    {
        var joiners = new List<UnwrappedRun>(0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\u200C' or '\u200D' && i > 0 && CharacterClasses.IsJoining(text[i - 1]))
            {
                joiners.Add(new UnwrappedRun(i, i + 1, string.Empty));
            }
        }

        if (joiners.Count >= FewestJoiners && joiners.Count * LettersPerJoiner >= text.Length)
        {
            found.Add(new UnwrappedText("joiners", joiners) { StandsAlone = false });
        }
    }

    /// <summary>A word in plain letters; null where it is in them, or holds others that have none.</summary>
    private static string? Undress(string text, int start, int end, out WordCounts counts)
    {
        var (plain, letters, dressed, alike) = (new StringBuilder(end - start), 0, 0, 0);
        var isWhole = true;
        foreach (var rune in text.AsSpan(start, end - start).EnumerateRunes())
        {
            if (CharacterClasses.IsMark(rune.Value))
            {
                dressed += plain.Length > 0 && letters > dressed ? 1 : 0;
                continue;
            }

            letters++;
            if (rune.IsAscii)
            {
                plain.Append((char)rune.Value);
                continue;
            }

            var root = MarkPiles.RootOf(rune.Value);
            var letter = root < 0x80 ? (char)root : LookAlikes.ExtendedOf(root);
            if (letter == '\0' && LookAlikes.LatinOf(root) is var latin and not '\0')
            {
                (letter, alike) = (latin, alike + 1);
            }

            isWhole &= letter != '\0';
            dressed += letter == '\0' ? 0 : 1;
            plain.Append(letter == '\0' ? rune.ToString() : letter.ToString());
        }

        var read = plain.ToString();
        var isAlike = alike == letters && letters >= FewestLetters && LetterPairs.MeanCost(read, out _) < NoiseCost;
        counts = new WordCounts(letters, alike > 0 ? 0 : dressed, isAlike);
        return isWhole && dressed > 0 && (alike == 0 || isAlike) ? read : null;
    }

    private static int WordEnd(string text, int start)
    {
        var end = start;
        while (end < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(end), out var rune, out var length);
            if (!Rune.IsLetter(rune) && (end == start || rune.Value < 0x300 || !CharacterClasses.IsMark(rune.Value)))
            {
                break;
            }

            end += length;
        }

        return end;
    }

    private readonly record struct WordCounts(int Letters, int Dressed, bool IsAlike);
}
