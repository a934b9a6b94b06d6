using System.Globalization;

namespace Plumbline.Evaluation.Principles.Words;

/// <summary>The words of a text.</summary>
internal static class WordTokens
{
    /// <summary>
    /// Runs of letters, digits and apostrophes in lower case. Scripts that write no blanks between words (Chinese, Japanese, Thai, Lao, Khmer) give a word a letter: rough, but
    /// the same on both sides of a pair.
    /// </summary>
    public static string[] Of(string text)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? text[i] : ' ';
            var isAlone = IsUnspaced(letter);
            if (IsPartOfWord(letter) && !isAlone)
            {
                start = start < 0 && letter is not ('\'' or '’') ? i : start;
                continue;
            }

            if (start >= 0)
            {
                words.Add(text[start..i].ToLowerInvariant().Replace('’', '\'').TrimEnd('\''));
                start = -1;
            }

            if (isAlone)
            {
                words.Add(letter.ToString());
            }
        }

        return [.. words];
    }

    /// <summary>Whether a letter belongs to a script that is written without blanks.</summary>
    public static bool IsUnspaced(char letter) =>
        letter
            is (>= '\u0E00' and <= '\u0EFF')
                or (>= '\u1780' and <= '\u17FF')
                or (>= '\u3040' and <= '\u30FF')
                or (>= '\u3400' and <= '\u9FFF')
        && (char.IsLetter(letter) || IsMark(letter));

    // Vowel signs are marks in Indic scripts: without them a word would fall apart.
    private static bool IsPartOfWord(char letter) => char.IsLetterOrDigit(letter) || letter is '\'' or '’' || IsMark(letter);

    private static bool IsMark(char letter) =>
        char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
