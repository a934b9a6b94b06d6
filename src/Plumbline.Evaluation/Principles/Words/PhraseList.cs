namespace Plumbline.Evaluation.Principles.Words;

/// <summary>A list of phrases that is looked for in the words of a text.</summary>
internal sealed class PhraseList
{
    private const int StemKey = 3;
    private const char Star = '*';

    // By first word, and by the first letters of a first word that is a stem; the longest phrases first.
    private readonly Dictionary<string, string[][]> byWord;
    private readonly Dictionary<string, string[][]> byStem;

    /// <summary>Reads a list.</summary>
    /// <param name="phrases">Phrases between commas; a word that ends in <c>*</c> is a stem, of three letters or more where it comes first.</param>
    public PhraseList(string phrases)
    {
        var all = phrases.Split(',').Select(Words).Where(phrase => phrase.Length > 0).OrderByDescending(phrase => phrase.Length).ToArray();
        byWord = all.Where(phrase => !IsStem(phrase[0]))
            .GroupBy(phrase => phrase[0])
            .ToDictionary(group => group.Key, group => group.ToArray());
        byStem = all.Where(phrase => IsStem(phrase[0]))
            .GroupBy(phrase => phrase[0][..StemKey])
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>How often a phrase occurs; a word belongs to one occurrence only.</summary>
    public int Count(ReadOnlySpan<string> words)
    {
        var count = 0;
        for (var i = 0; i < words.Length; )
        {
            var length = LengthAt(words[i..]);
            count += length > 0 ? 1 : 0;
            i += Math.Max(1, length);
        }

        return count;
    }

    /// <summary>Whether the words begin with a phrase.</summary>
    public bool Begins(ReadOnlySpan<string> words) => !words.IsEmpty && LengthAt(words) > 0;

    private static string[] Words(string phrase) =>
        [
            .. phrase
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(piece => WordTokens.Of(piece).Select(word => piece.EndsWith(Star) ? word + Star : word)),
        ];

    private static bool IsStem(string word) => word.EndsWith(Star);

    private int LengthAt(ReadOnlySpan<string> words)
    {
        var first = words[0];
        var exact = byWord.TryGetValue(first, out var phrases) ? Longest(phrases, words) : 0;
        return first.Length >= StemKey && byStem.TryGetValue(first[..StemKey], out phrases)
            ? Math.Max(exact, Longest(phrases, words))
            : exact;
    }

    private static int Longest(string[][] phrases, ReadOnlySpan<string> words)
    {
        foreach (var phrase in phrases)
        {
            if (Fits(phrase, words))
            {
                return phrase.Length;
            }
        }

        return 0;
    }

    private static bool Fits(string[] phrase, ReadOnlySpan<string> words)
    {
        if (phrase.Length > words.Length)
        {
            return false;
        }

        for (var i = 0; i < phrase.Length; i++)
        {
            var fits = IsStem(phrase[i]) ? words[i].AsSpan().StartsWith(phrase[i].AsSpan(0, phrase[i].Length - 1)) : words[i] == phrase[i];
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }
}
