using System.Text;

namespace Plumbline.TinyWorld.Text;

/// <summary>
/// A text as its words in lower case without accents, each with its place in the original: what the judge and the filter rules compare.
/// Every writing of a letter folds to one (é and E to e, ß to ss); everything that is neither letter nor digit separates words.
/// </summary>
internal sealed class FoldedText
{
    /// <summary>Characters beyond this are not read: the world's answers have at most some 150, so a longer text has shown what it is by then.</summary>
    public const int MaximumLength = 4096;

    private readonly List<int> wordStarts = [];
    private readonly List<TextSpan> spans = [];

    private FoldedText(string original)
    {
        Original = original;
        var words = new StringBuilder(Math.Min(original.Length, MaximumLength) + 2).Append(' ');
        var start = -1;
        for (var i = 0; i <= Math.Min(original.Length, MaximumLength); i++)
        {
            var letter = i < original.Length && i < MaximumLength ? original[i] : ' ';
            if (char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) || (start >= 0 && IsMark(letter)))
            {
                if (start < 0)
                {
                    start = i;
                    wordStarts.Add(words.Length);
                }

                Append(words, letter);
            }
            else if (start >= 0)
            {
                words.Append(' ');
                spans.Add(new TextSpan(start, i - start));
                start = -1;
            }
        }

        Padded = words.ToString();
    }

    /// <summary>The text as it came.</summary>
    public string Original { get; }

    /// <summary>The folded words, one space before, between and after them.</summary>
    public string Padded { get; }

    /// <summary>How many words there are.</summary>
    public int WordCount => spans.Count;

    /// <summary>Word number <paramref name="index"/>, folded.</summary>
    public string this[int index] =>
        Padded[wordStarts[index]..((index + 1 < wordStarts.Count ? wordStarts[index + 1] : Padded.Length) - 1)];

    /// <summary>Folds <paramref name="text"/>; a text without words is fine.</summary>
    public static FoldedText From(string? text) => new(text ?? string.Empty);

    /// <summary>The words of <paramref name="text"/> joined by single spaces, without padding.</summary>
    public static string Fold(string text) => From(text).Padded.Trim();

    /// <summary>The place in the original of <paramref name="paddedPhrase"/> (words with a space before, between and after them).</summary>
    public TextSpan? Find(string paddedPhrase)
    {
        var at = Padded.IndexOf(paddedPhrase, StringComparison.Ordinal);
        if (at < 0 || paddedPhrase.Length < 3)
        {
            return null;
        }

        var first = spans[wordStarts.BinarySearch(at + 1)];
        var last = spans[LastWordBefore(at + paddedPhrase.Length - 1)];
        return new TextSpan(first.Start, last.Start + last.Length - first.Start);
    }

    private int LastWordBefore(int position)
    {
        var found = wordStarts.BinarySearch(position);
        return (found >= 0 ? found : ~found) - 1;
    }

    private static bool IsMark(char letter) => letter is >= '\u0300' and <= '\u036F';

    private static void Append(StringBuilder words, char letter)
    {
        letter = char.ToLowerInvariant(letter);
        switch (letter)
        {
            case >= '\u0300' and <= '\u036F':
                break;
            case 'ß':
                words.Append("ss");
                break;
            default:
                // A table instead of Unicode normalisation, which throws on unpaired surrogates; these are the languages' only accents.
                words.Append(
                    letter switch
                    {
                        'à' or 'á' or 'â' or 'ã' or 'ä' or 'å' => 'a',
                        'è' or 'é' or 'ê' or 'ë' => 'e',
                        'ì' or 'í' or 'î' or 'ï' => 'i',
                        'ò' or 'ó' or 'ô' or 'õ' or 'ö' => 'o',
                        'ù' or 'ú' or 'û' or 'ü' => 'u',
                        'ñ' => 'n',
                        'ç' => 'c',
                        _ => letter,
                    }
                );
                break;
        }
    }
}

/// <summary>A stretch of a text.</summary>
/// <param name="Start">The first character, from 0.</param>
/// <param name="Length">How many characters.</param>
public readonly record struct TextSpan(int Start, int Length);
