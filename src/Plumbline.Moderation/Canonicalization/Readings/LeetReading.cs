using System.Collections.Frozen;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Digits and signs in the place of letters: <c>h4ck</c>, <c>pa$$word</c>. Numbers are left alone, unless most words are written so.</summary>
internal sealed class LeetReading : Reading
{
    private const int ShortestWord = 3;
    private const int LongestWord = 40;
    private const int FewestEverywhere = 2;
    private const double NoiseCost = 3.5;
    private const double StrictCost = 2.9;
    private const string Signs = "013456789@$+!|€";
    private const string Letters = "oieasgtbgastiie";

    private const char LastLatin = '\u024F';
    private const string Before = "\"'([{<*_`¿¡«";
    private const string After = "\"')]}>*_`.,;:?!»";

    // Words of letters that all have a sign, in languages of Latin letters.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ShortWords =
        "a e i o ai ao as at be es et go is it os sa se si so te ti to ait aos asa bis ese eso est iets isso ist esa este esta esto ses sie tat tes tot"
            .Split(' ')
            .ToFrozenSet(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.OddWords.Count == 0)
        {
            return;
        }

        var runs = new List<UnwrappedRun>();
        var next = 0;
        for (var start = 0; start < text.Length && next < profile.OddWords.Count; )
        {
            // Lines are judged for themselves: one of many may be written so.
            var length = text.AsSpan(start).IndexOf('\n');
            var line = new TextSpan(start, length < 0 ? text.Length - start : length);
            var first = next;
            while (next < profile.OddWords.Count && profile.OddWords[next].Start < line.End)
            {
                next++;
            }

            if (next > first)
            {
                ReadLine(text, line, profile.OddWords, first, next, runs);
            }

            start = line.End + 1;
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("leetspeak", runs) { StandsAlone = false });
        }
    }

    private static void ReadLine(string text, TextSpan line, IReadOnlyList<TextSpan> oddWords, int first, int next, List<UnwrappedRun> runs)
    {
        var (converted, mixed) = (0, 0);
        for (var i = first; i < next; i++)
        {
            var word = oddWords[i];
            converted += TryConvert(text, word, false, out _) ? 1 : 0;
            mixed += HasLetter(word.Of(text)) && TryConvert(text, word, true, out _) ? 1 : 0;
        }

        var words = mixed > 0 ? CountWords(line.Of(text)) : 0;
        var isEverywhere = mixed >= FewestEverywhere && mixed * 4 >= words;
        if (converted == 0 && !isEverywhere)
        {
            return;
        }

        for (var at = line.Start; at < line.End; )
        {
            var length = text.AsSpan(at, line.End - at).IndexOfAny(' ', '\t');
            var end = length < 0 ? line.End : at + length;
            if (end > at && TryConvert(text, TextSpan.Between(at, end), isEverywhere, out var run))
            {
                runs.Add(run);
            }

            at = end + 1;
        }
    }

    private static bool HasLetter(ReadOnlySpan<char> word)
    {
        foreach (var unit in word)
        {
            if (IsLatin(unit))
            {
                return true;
            }
        }

        return false;
    }

    private static int CountWords(ReadOnlySpan<char> line)
    {
        var (words, isSpace) = (0, true);
        foreach (var unit in line)
        {
            words += isSpace && !char.IsWhiteSpace(unit) ? 1 : 0;
            isSpace = char.IsWhiteSpace(unit);
        }

        return words;
    }

    /// <summary>Reads a word's signs as letters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="word">The word, signs around it included.</param>
    /// <param name="isEverywhere">Whether words without a single letter are read too.</param>
    /// <param name="run">The word as it reads.</param>
    private static bool TryConvert(string text, TextSpan word, bool isEverywhere, out UnwrappedRun run)
    {
        run = default;
        if (word.Length > LongestWord)
        {
            return false;
        }

        var whole = word.Of(text);
        var core = whole.TrimStart(Before).TrimEnd(After);
        var start = word.Start + (whole.Length - whole.TrimStart(Before).Length);
        Span<char> letters = stackalloc char[core.Length];
        var (changed, kept) = (0, 0);
        for (var i = 0; i < core.Length; i++)
        {
            var sign = Signs.IndexOf(core[i], StringComparison.Ordinal);
            letters[i] = sign < 0 ? core[i] : Letters[sign];
            changed += sign < 0 ? 0 : 1;
            kept += IsLatin(core[i]) ? 1 : 0;
            if (!IsLatin(letters[i]) && letters[i] is not ('\'' or '-' or '.' or ',' or '/'))
            {
                return false;
            }
        }

        if (changed == 0 || (kept == 0 && !isEverywhere) || !IsWord(core, letters, kept, isEverywhere))
        {
            return false;
        }

        Sharpen(core, letters);
        run = new UnwrappedRun(start, start + core.Length, letters.ToString(), MapKind.Copy);
        return true;
    }

    private static bool IsLatin(char unit) => char.IsAsciiLetter(unit) || (unit is > '\u00BF' and <= LastLatin && char.IsLetter(unit));

    private static bool IsWord(ReadOnlySpan<char> core, ReadOnlySpan<char> letters, int kept, bool isEverywhere)
    {
        if (kept == 0)
        {
            return ShortWords.Contains(letters) || (letters.Length >= ShortestWord && LetterPairs.MeanCost(letters, out _) < StrictCost);
        }

        if (isEverywhere)
        {
            return true;
        }

        // A number behind a name is one: gpt4, covid19; and so is one before a unit.
        var digits = core.Length - core.TrimEnd("0123456789").Length;
        var isNumbered = digits > 1 && core[^1] != core[^2];
        return letters.Length >= ShortestWord
            && kept * 3 >= letters.Length
            && !isNumbered
            && (!char.IsAsciiDigit(core[0]) || kept > 2)
            && LetterPairs.MeanCost(letters, out _) < NoiseCost;
    }

    // The sign that is an i to most is an l to some: the neighbours decide.
    private static void Sharpen(ReadOnlySpan<char> core, Span<char> letters)
    {
        const int Advantage = 2 * LetterPairs.PerNat;
        var isCapital = core.IndexOfAnyInRange('A', 'Z') >= 0 && core.IndexOfAnyInRange('a', 'z') < 0 && core.Length > 1;
        for (var i = 0; i < core.Length; i++)
        {
            if (core[i] is '1' or '|')
            {
                var (before, after) = (
                    i > 0 ? LetterPairs.StateOf(letters[i - 1]) : 0,
                    i + 1 < core.Length ? LetterPairs.StateOf(letters[i + 1]) : 0
                );
                letters[i] = CostOf('l', before, after) + Advantage < CostOf('i', before, after) ? 'l' : 'i';
            }

            letters[i] = isCapital ? char.ToUpperInvariant(letters[i]) : letters[i];
        }
    }

    private static int CostOf(char letter, int before, int after) =>
        LetterPairs.Cost(before, LetterPairs.StateOf(letter)) + LetterPairs.Cost(LetterPairs.StateOf(letter), after);
}
