using System.Numerics;

namespace Plumbline.Evaluation.Rulers;

/// <summary>The words of a text and its pairs of neighbouring words as numbers.</summary>
public static class HashedWords
{
    // FNV-1a, 32 bits: the same on every machine, which string.GetHashCode is not.
    private const uint Start = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>The distinct features, in the order in which they first occur.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="size">How many numbers there are, a power of two: features lie in [0, size), and different ones may share a number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is no power of two.</exception>
    public static HashSet<int> Of(string text, int size)
    {
        if (!BitOperations.IsPow2(size))
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "The size is a power of two.");
        }

        var features = new HashSet<int>();
        var before = Start;
        foreach (var word in Words(text))
        {
            features.Add(Fold(Hash(Start, word), size));
            // The word before, a mark that no word holds, and this word.
            features.Add(Fold(Hash(before, " " + word), size));
            before = Hash(Start, word);
        }

        return features;
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '\''))
            {
                continue;
            }

            if (i > start)
            {
                yield return text[start..i].ToLowerInvariant();
            }

            // Marks say something too: a question, an exclamation.
            if (i < text.Length && !char.IsWhiteSpace(text[i]))
            {
                yield return text[i..(i + 1)];
            }

            start = i + 1;
        }
    }

    private static uint Hash(uint hash, string word)
    {
        foreach (var letter in word)
        {
            hash = unchecked((hash ^ letter) * Prime);
        }

        return hash;
    }

    private static int Fold(uint hash, int size) => (int)((hash ^ (hash >> 16)) & (uint)(size - 1));
}
