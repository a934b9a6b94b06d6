using System.Runtime.InteropServices;

namespace Plumbline.Tokenization;

/// <summary>
/// How often each pair of neighbouring symbols occurs in the training pieces, kept up to date under merges: only the pieces that hold the merged
/// pair are counted again.
/// </summary>
internal sealed class PairStatistics
{
    private readonly List<int[]> pieces = [];
    private readonly List<long> frequencies = [];
    private readonly Dictionary<ulong, Pair> pairs = [];
    private readonly PriorityQueue<ulong, (long NegativeCount, ulong Pair)> candidates = new();
    private readonly HashSet<ulong> touched = [];

    /// <summary>Counts the pairs of <paramref name="counted"/>: pieces with how often each occurs.</summary>
    public PairStatistics(IEnumerable<(int[] Symbols, long Frequency)> counted)
    {
        foreach (var (symbols, frequency) in counted)
        {
            pieces.Add(symbols);
            frequencies.Add(frequency);
            Count(pieces.Count - 1, frequency);
        }

        EnqueueTouched();
    }

    /// <summary>The pair that occurs most often, the smallest ids of those equally frequent; none where all occur too rarely.</summary>
    public bool TryTakeMostFrequent(long minimum, out int left, out int right)
    {
        while (candidates.TryDequeue(out var key, out var priority))
        {
            var count = pairs.TryGetValue(key, out var pair) ? pair.Count : 0;
            if (count != -priority.NegativeCount)
            {
                // Stale: a newer entry was made when the count changed.
                continue;
            }

            (left, right) = ((int)(key >> 32), (int)(uint)key);
            return count >= minimum;
        }

        (left, right) = (0, 0);
        return false;
    }

    /// <summary>Replaces the pair by <paramref name="merged"/> wherever it occurs, from the left.</summary>
    public void Merge(int left, int right, int merged)
    {
        if (!pairs.Remove(Key(left, right), out var pair))
        {
            return;
        }

        foreach (var index in pair.Pieces)
        {
            if (!Contains(pieces[index], left, right))
            {
                continue;
            }

            Count(index, -frequencies[index]);
            pieces[index] = Replace(pieces[index], left, right, merged);
            Count(index, frequencies[index]);
        }

        EnqueueTouched();
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private static bool Contains(int[] symbols, int left, int right)
    {
        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            if (symbols[i] == left && symbols[i + 1] == right)
            {
                return true;
            }
        }

        return false;
    }

    private static int[] Replace(int[] symbols, int left, int right, int merged)
    {
        var count = 0;
        // In place: the result is never longer than what was read.
        for (var i = 0; i < symbols.Length; i++)
        {
            var matches = symbols[i] == left && i + 1 < symbols.Length && symbols[i + 1] == right;
            symbols[count++] = matches ? merged : symbols[i];
            i += matches ? 1 : 0;
        }

        return symbols[..count];
    }

    private void Count(int index, long frequency)
    {
        var symbols = pieces[index];
        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            var key = Key(symbols[i], symbols[i + 1]);
            ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, key, out _);
            pair ??= new Pair();
            pair.Count += frequency;
            if (frequency > 0)
            {
                pair.Pieces.Add(index);
            }

            touched.Add(key);
        }
    }

    private void EnqueueTouched()
    {
        foreach (var key in touched)
        {
            var pair = pairs[key];
            if (pair.Count <= 0)
            {
                pairs.Remove(key);
            }
            else if (pair.Count != pair.EnqueuedCount)
            {
                pair.EnqueuedCount = pair.Count;
                candidates.Enqueue(key, (-pair.Count, key));
            }
        }

        touched.Clear();
    }

    private sealed class Pair
    {
        public long Count { get; set; }

        public long EnqueuedCount { get; set; }

        /// <summary>Where the pair occurs, or once occurred.</summary>
        public HashSet<int> Pieces { get; } = [];
    }
}
