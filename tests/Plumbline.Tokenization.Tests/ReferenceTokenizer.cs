using System.Text;

namespace Plumbline.Tokenization.Tests;

/// <summary>
/// Byte-level BPE written to be obviously right and not fast: pieces are cut by hand-written rules on code points, and merging looks through all
/// neighbours again after every single merge.
/// </summary>
internal sealed class ReferenceTokenizer(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges)
{
    private readonly Dictionary<(string, string), int> ranks = merges
        .Select((merge, rank) => (merge, rank))
        .ToDictionary(pair => pair.merge, pair => pair.rank);

    public List<int> Encode(string text) => [.. Llama3Pieces(text).SelectMany(EncodePiece)];

    public IEnumerable<int> EncodePiece(string piece)
    {
        var symbols = Encoding.UTF8.GetBytes(piece).Select(value => ByteAlphabet.CharacterOf(value).ToString()).ToList();
        while (true)
        {
            var best = -1;
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if (Rank(i) < int.MaxValue && (best < 0 || Rank(i) < Rank(best)))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return symbols.Select(symbol => vocabulary[symbol]);
            }

            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }

        int Rank(int i) => ranks.GetValueOrDefault((symbols[i], symbols[i + 1]), int.MaxValue);
    }

    /// <summary>The alternatives of Llama 3's pattern, tried one after the other at each code point.</summary>
    public static IEnumerable<string> Llama3Pieces(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        for (var at = 0; at < runes.Length; )
        {
            var length = Contraction(runes, at);
            length = length > 0 ? length : Word(runes, at);
            length = length > 0 ? length : Math.Min(3, Run(runes, at, IsNumber));
            length = length > 0 ? length : Signs(runes, at);
            length = length > 0 ? length : Spaces(runes, at);
            yield return string.Concat(runes.Skip(at).Take(length));
            at += length;
        }
    }

    private static int Contraction(Rune[] runes, int at)
    {
        foreach (var ending in (string[])["s", "t", "re", "ve", "m", "ll", "d"])
        {
            var rest = string.Concat(runes.Skip(at).Take(1 + ending.Length));
            if (string.Equals(rest, "'" + ending, StringComparison.OrdinalIgnoreCase))
            {
                return 1 + ending.Length;
            }
        }

        return 0;
    }

    private static int Word(Rune[] runes, int at)
    {
        var letters = Run(runes, at, Rune.IsLetter);
        if (letters > 0)
        {
            return letters;
        }

        var prefix = runes[at].Value is not ('\r' or '\n') && !IsNumber(runes[at]);
        letters = prefix ? Run(runes, at + 1, Rune.IsLetter) : 0;
        return letters > 0 ? 1 + letters : 0;
    }

    private static int Signs(Rune[] runes, int at)
    {
        var space = runes[at].Value == ' ' ? 1 : 0;
        var signs = Run(runes, at + space, rune => !Rune.IsWhiteSpace(rune) && !Rune.IsLetter(rune) && !IsNumber(rune));
        return signs == 0 ? 0 : space + signs + Run(runes, at + space + signs, IsLineEnd);
    }

    private static int Spaces(Rune[] runes, int at)
    {
        var length = Run(runes, at, Rune.IsWhiteSpace);
        var lastLineEnd = Array.FindLastIndex(runes, at + length - 1, length, IsLineEnd);
        if (lastLineEnd >= at)
        {
            return lastLineEnd + 1 - at;
        }

        // The last space before something else belongs to what follows.
        return at + length < runes.Length && length > 1 ? length - 1 : length;
    }

    private static int Run(Rune[] runes, int at, Predicate<Rune> belongs)
    {
        var length = 0;
        while (at + length < runes.Length && belongs(runes[at + length]))
        {
            length++;
        }

        return length;
    }

    private static bool IsNumber(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is >= System.Globalization.UnicodeCategory.DecimalDigitNumber
                and <= System.Globalization.UnicodeCategory.OtherNumber;

    private static bool IsLineEnd(Rune rune) => rune.Value is '\r' or '\n';
}
