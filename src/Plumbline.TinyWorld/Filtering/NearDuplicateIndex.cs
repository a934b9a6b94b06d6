namespace Plumbline.TinyWorld;

/// <summary>
/// Finds, for each text in turn, an earlier one whose set of word shingles has at least the given Jaccard similarity. Exact, yet far from
/// comparing all pairs: two sets that similar must share one of their rarest shingles (prefix filtering, Chaudhuri, Ganti and Kaushik 2006).
/// </summary>
internal sealed class NearDuplicateIndex
{
    private readonly double threshold;
    private readonly ulong[][] sets;
    private readonly Dictionary<ulong, int> frequencies = [];
    private readonly Dictionary<ulong, List<int>> postings = [];

    private NearDuplicateIndex(IReadOnlyList<string> texts, int shingleWords, double threshold)
    {
        this.threshold = threshold;
        sets = new ulong[texts.Count][];
        for (var i = 0; i < texts.Count; i++)
        {
            sets[i] = Shingles(texts[i], shingleWords);
            foreach (var shingle in sets[i])
            {
                frequencies[shingle] = frequencies.GetValueOrDefault(shingle) + 1;
            }
        }
    }

    /// <summary>For each text the number of an earlier one that it nearly repeats and that repeats none itself, or -1.</summary>
    /// <param name="texts">Folded texts: words with single spaces between them.</param>
    /// <param name="shingleWords">How many words make a shingle.</param>
    /// <param name="threshold">The Jaccard similarity from which on two texts are near duplicates, above 0, at most 1.</param>
    public static int[] FindOriginals(IReadOnlyList<string> texts, int shingleWords, double threshold)
    {
        var index = new NearDuplicateIndex(texts, shingleWords, threshold);
        var originals = new int[texts.Count];
        for (var i = 0; i < originals.Length; i++)
        {
            originals[i] = index.FindOrAdd(i);
        }

        return originals;
    }

    private int FindOrAdd(int row)
    {
        var set = sets[row];
        var byRarity = (ulong[])set.Clone();
        Array.Sort(
            byRarity,
            (one, other) => frequencies[one] != frequencies[other] ? frequencies[one].CompareTo(frequencies[other]) : one.CompareTo(other)
        );
        var prefix = byRarity.AsSpan(0, set.Length - (int)Math.Ceiling((threshold * set.Length) - 1e-9) + (set.Length == 0 ? 0 : 1));
        var seen = new HashSet<int>();
        foreach (var shingle in prefix)
        {
            foreach (var candidate in postings.GetValueOrDefault(shingle, []))
            {
                if (seen.Add(candidate) && Jaccard(set, sets[candidate]) >= threshold)
                {
                    return candidate;
                }
            }
        }

        foreach (var shingle in prefix)
        {
            if (!postings.TryGetValue(shingle, out var rows))
            {
                postings[shingle] = rows = [];
            }

            rows.Add(row);
        }

        return -1;
    }

    /// <summary>The Jaccard similarity of two sets in ascending order.</summary>
    internal static double Jaccard(ReadOnlySpan<ulong> one, ReadOnlySpan<ulong> other)
    {
        var common = 0;
        for (int i = 0, j = 0; i < one.Length && j < other.Length; )
        {
            var (a, b) = (one[i], other[j]);
            common += a == b ? 1 : 0;
            i += a <= b ? 1 : 0;
            j += b <= a ? 1 : 0;
        }

        var union = one.Length + other.Length - common;
        return union == 0 ? 0 : (double)common / union;
    }

    /// <summary>
    /// The hashes (64-bit FNV-1a) of every run of <paramref name="size"/> words, each once, ascending. A bar parts question and answer; no run crosses it,
    /// so that a word added at the end of the question costs no more than one at its start. A part shorter than a run is one shingle.
    /// </summary>
    internal static ulong[] Shingles(string text, int size)
    {
        var hashes = new SortedSet<ulong>();
        foreach (var part in text.Split('|'))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (var start = 0; words.Length > 0 && start <= Math.Max(0, words.Length - size); start++)
            {
                hashes.Add(Hash(words.AsSpan(start, Math.Min(size, words.Length - start))));
            }
        }

        return [.. hashes];
    }

    private static ulong Hash(ReadOnlySpan<string> words)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var word in words)
        {
            foreach (var letter in word)
            {
                hash = (hash ^ letter) * 0x100000001b3UL;
            }

            hash = (hash ^ ' ') * 0x100000001b3UL;
        }

        return hash;
    }
}
