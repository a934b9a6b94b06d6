using System.Buffers;

namespace Plumbline.Tokenization.Models;

/// <summary>
/// The symbols of one piece while its neighbours are merged, lowest rank first and of equal ranks the leftmost (Sennrich et al. 2016, arXiv 1508.07909).
/// Short pieces look through all neighbours again after each merge; long ones keep a heap of candidates, which makes them O(n log n):
/// a megabyte without a space takes less than a second. Dispose it.
/// </summary>
/// <param name="capacity">The most symbols that will be added.</param>
internal ref struct SymbolList(int capacity)
{
    private const int LongestScanned = 48;
    private const int NoMerge = int.MaxValue;

    private readonly int[] ids = ArrayPool<int>.Shared.Rent(capacity);
    private readonly int[] starts = ArrayPool<int>.Shared.Rent(capacity);
    private int count;

    /// <summary>Adds a symbol at the end.</summary>
    public void Add(int id, int start)
    {
        ids[count] = id;
        starts[count++] = start;
    }

    /// <summary>Whether the last symbol is <paramref name="id"/>.</summary>
    public readonly bool EndsWith(int id) => count > 0 && ids[count - 1] == id;

    /// <summary>Applies every merge there is.</summary>
    public void Merge(MergeTable merges)
    {
        if (count > LongestScanned)
        {
            MergeByHeap(merges);
        }
        else if (count > 1)
        {
            MergeByScan(merges);
        }
    }

    /// <summary>Adds the symbols that are left to <paramref name="tokens"/>.</summary>
    public readonly void CopyTo(TokenBuffer tokens)
    {
        for (var i = 0; i < count; i++)
        {
            tokens.Add(ids[i], starts[i]);
        }
    }

    /// <summary>Gives the arrays back.</summary>
    public readonly void Dispose()
    {
        ArrayPool<int>.Shared.Return(ids);
        ArrayPool<int>.Shared.Return(starts);
    }

    private void MergeByScan(MergeTable merges)
    {
        // What merging the symbol at i with its right neighbour makes, and the rank of that.
        Span<int> ranks = stackalloc int[LongestScanned];
        Span<int> merged = stackalloc int[LongestScanned];
        for (var i = 0; i + 1 < count; i++)
        {
            ranks[i] = RankOf(merges, ids[i], ids[i + 1], out merged[i]);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < count; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }

            if (ranks[best] == NoMerge)
            {
                return;
            }

            ids[best] = merged[best];
            count--;
            for (var i = best + 1; i < count; i++)
            {
                ids[i] = ids[i + 1];
                starts[i] = starts[i + 1];
                ranks[i - 1] = ranks[i];
                merged[i - 1] = merged[i];
            }

            if (best + 1 < count)
            {
                ranks[best] = RankOf(merges, ids[best], ids[best + 1], out merged[best]);
            }

            if (best > 0)
            {
                ranks[best - 1] = RankOf(merges, ids[best - 1], ids[best], out merged[best - 1]);
            }
        }
    }

    private static int RankOf(MergeTable merges, int left, int right, out int merged) =>
        merges.TryGet(left, right, out var rank, out merged) ? rank : NoMerge;

    private void MergeByHeap(MergeTable merges)
    {
        var next = ArrayPool<int>.Shared.Rent(count);
        var previous = ArrayPool<int>.Shared.Rent(count);
        using var candidates = new MergeQueue(count);
        for (var i = 0; i < count; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
            if (i + 1 < count)
            {
                Consider(i, i + 1, merges, candidates);
            }
        }

        while (candidates.TryDequeue(out var rank, out var at))
        {
            // A candidate is stale when its symbol was absorbed or its neighbour has grown since.
            if (
                ids[at] < 0
                || next[at] == count
                || !merges.TryGet(ids[at], ids[next[at]], out var currentRank, out var merged)
                || currentRank != rank
            )
            {
                continue;
            }

            var absorbed = next[at];
            ids[at] = merged;
            ids[absorbed] = -1;
            next[at] = next[absorbed];
            if (next[at] != count)
            {
                previous[next[at]] = at;
                Consider(at, next[at], merges, candidates);
            }

            if (previous[at] >= 0)
            {
                Consider(previous[at], at, merges, candidates);
            }
        }

        ArrayPool<int>.Shared.Return(next);
        ArrayPool<int>.Shared.Return(previous);
        Compact();
    }

    private readonly void Consider(int left, int right, MergeTable merges, MergeQueue candidates)
    {
        if (merges.TryGet(ids[left], ids[right], out var rank, out _))
        {
            candidates.Enqueue(rank, left);
        }
    }

    private void Compact()
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (ids[i] >= 0)
            {
                ids[kept] = ids[i];
                starts[kept++] = starts[i];
            }
        }

        count = kept;
    }
}
