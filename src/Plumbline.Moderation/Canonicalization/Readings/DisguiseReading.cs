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
    private const int LettersPerJoiner = 12;
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
        counts = Count(text.AsSpan(start, end - start), out var isDisguised);
        if (!isDisguised)
        {
            return null;
        }

        var plain = new StringBuilder(end - start);
        foreach (var rune in text.AsSpan(start, end - start).EnumerateRunes())
        {
            if (PlainOf(rune.Value, out _) is var letter and not '\0')
            {
                plain.Append(letter);
            }
        }

        var read = plain.ToString();
        var isAlike = counts.Alike == counts.Letters && counts.Letters >= FewestLetters && LetterPairs.MeanCost(read, out _) < NoiseCost;
        counts = counts with { IsAlike = isAlike };
        return counts.Alike == 0 || isAlike ? read : null;
    }

    private static WordCounts Count(ReadOnlySpan<char> word, out bool isDisguised)
    {
        var (letters, dressed, alike, isWhole, isDressed) = (0, 0, 0, true, false);
        foreach (var rune in word.EnumerateRunes())
        {
            if (rune.Value >= 0x300 && CharacterClasses.IsMark(rune.Value))
            {
                // One letter is dressed once, however many marks it wears.
                dressed += letters > 0 && !isDressed ? 1 : 0;
                isDressed = true;
                continue;
            }

            letters++;
            var isAlike = false;
            isDressed = !rune.IsAscii && PlainOf(rune.Value, out isAlike) != '\0';
            alike += isAlike ? 1 : 0;
            isWhole &= rune.IsAscii || isDressed;
            dressed += isDressed ? 1 : 0;
        }

        isDisguised = isWhole && dressed > 0;
        return new WordCounts(letters, alike > 0 ? 0 : dressed, alike, false);
    }

    // The plain letter of one that wears marks or is of another alphabet; the null character for marks and for letters that have none.
    private static char PlainOf(int point, out bool isAlike)
    {
        isAlike = false;
        if (point < 0x80)
        {
            return (char)point;
        }

        var root = MarkPiles.RootOf(point);
        if (root < 0x80)
        {
            return (char)root;
        }

        var letter = LookAlikes.ExtendedOf(root);
        isAlike = letter == '\0' && LookAlikes.LatinOf(root) != '\0';
        return isAlike ? LookAlikes.LatinOf(root) : letter;
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

    private readonly record struct WordCounts(int Letters, int Dressed, int Alike, bool IsAlike);
}
