namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>The words that spell letters and digits over the radio (ITU Radio Regulations, Appendix 14, and their common spellings).</summary>
internal static class SpellingAlphabet
{
    private static readonly string[] Words =
    [
        "alfa",
        "bravo",
        "charlie",
        "delta",
        "echo",
        "foxtrot",
        "golf",
        "hotel",
        "india",
        "juliett",
        "kilo",
        "lima",
        "mike",
        "november",
        "oscar",
        "papa",
        "quebec",
        "romeo",
        "sierra",
        "tango",
        "uniform",
        "victor",
        "whiskey",
        "xray",
        "yankee",
        "zulu",
    ];

    private static readonly string[] OtherWords =
    [
        "alpha",
        "juliet",
        "x-ray",
        "whisky",
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "niner",
    ];
    private const string OtherLetters = "ajxw01234567899";
    private const int LongestWord = 12;

    private static readonly (string Word, char Letter)[][] ByFirst = BuildIndex();

    /// <summary>The letter or digit that a word spells, signs after it aside; the null character for none.</summary>
    public static char LetterOf(ReadOnlySpan<char> word)
    {
        if (word.Length is < 3 or > LongestWord || !char.IsAsciiLetter(word[0]))
        {
            return '\0';
        }

        var second = (char)(word[1] | 0x20);
        foreach (var (listed, letter) in ByFirst[(word[0] | 0x20) - 'a'])
        {
            // Most words end here.
            if ((listed[1] | 0x20) == second && word.TrimEnd(".,;:!?|/-").Equals(listed, StringComparison.OrdinalIgnoreCase))
            {
                return letter;
            }
        }

        return '\0';
    }

    private static (string Word, char Letter)[][] BuildIndex()
    {
        var all = Words
            .Select(word => (Word: word, Letter: word[0]))
            .Concat(OtherWords.Select((word, i) => (Word: word, Letter: OtherLetters[i])))
            .ToLookup(entry => entry.Word[0]);
        return [.. Enumerable.Range('a', 26).Select(first => all[(char)first].ToArray())];
    }
}
