using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace Plumbline.Models.Tokenization;

/// <summary>
/// Byte pair encoding of one piece (Sennrich et al. 2016, arXiv 1508.07909): from its bytes, merges the neighbours of lowest rank, the leftmost
/// first, until no neighbours have a merge. A heap of candidates makes that O(n log n), so a megabyte without a space takes about a second.
/// Thread-safe; the pieces seen first are cached.
/// </summary>
internal sealed class BytePairEncoder(BytePairModel model)
{
    private const int LongestCachedPiece = 48;
    private const int CachedPieces = 1 << 16;

    private readonly ConcurrentDictionary<string, EncodedPiece> cache = new(StringComparer.Ordinal);
    private int cached;

    /// <summary>The ids of a piece and, for each, the UTF-16 position in the piece where it starts.</summary>
    public EncodedPiece Encode(ReadOnlySpan<char> piece)
    {
        if (piece.Length > LongestCachedPiece)
        {
            return EncodeUncached(piece);
        }

        var lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(piece, out var known))
        {
            return known;
        }

        var encoded = EncodeUncached(piece);
        if (Volatile.Read(ref cached) < CachedPieces && lookup.TryAdd(piece, encoded))
        {
            Interlocked.Increment(ref cached);
        }

        return encoded;
    }

    private EncodedPiece EncodeUncached(ReadOnlySpan<char> piece)
    {
        var byteCount = Encoding.UTF8.GetByteCount(piece);
        var bytes = ArrayPool<byte>.Shared.Rent(byteCount);
        var symbols = new SymbolList(byteCount);
        try
        {
            Encoding.UTF8.GetBytes(piece, bytes);
            if (model.TryWholePiece(bytes.AsSpan(0, byteCount), out var whole))
            {
                return new EncodedPiece([whole], [0]);
            }

            model.AppendBytes(bytes.AsSpan(0, byteCount), symbols);
            symbols.Merge(model.Merges);
            return symbols.ToPiece();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <param name="Ids">The tokens.</param>
    /// <param name="Starts">The UTF-16 position in the piece where each token starts.</param>
    public readonly record struct EncodedPiece(int[] Ids, int[] Starts);
}

/// <summary>The symbols of one piece as a doubly linked list in arrays, so that a merge takes constant time.</summary>
internal sealed class SymbolList(int capacity)
{
    private readonly int[] ids = new int[capacity];
    private readonly int[] starts = new int[capacity];
    private int[] next = [];
    private int[] previous = [];
    private int count;

    /// <summary>Adds a symbol at the end.</summary>
    public void Add(int id, int start)
    {
        ids[count] = id;
        starts[count++] = start;
    }

    /// <summary>Whether the last symbol is <paramref name="id"/>.</summary>
    public bool EndsWith(int id) => count > 0 && ids[count - 1] == id;

    /// <summary>Applies every merge there is, by rank, then from the left.</summary>
    public void Merge(MergeTable merges)
    {
        if (count < 2)
        {
            return;
        }

        Link();
        var candidates = new PriorityQueue<int, ulong>(count);
        for (var i = 0; i + 1 < count; i++)
        {
            Consider(i, merges, candidates);
        }

        while (candidates.TryDequeue(out var mergedId, out var priority))
        {
            var at = (int)(uint)priority;
            // A candidate is stale when its symbol was absorbed or its neighbour has grown since.
            if (ids[at] < 0 || next[at] == count || !merges.TryGet(ids[at], ids[next[at]], out _, out var current) || current != mergedId)
            {
                continue;
            }

            var absorbed = next[at];
            ids[at] = mergedId;
            ids[absorbed] = -1;
            next[at] = next[absorbed];
            if (next[at] != count)
            {
                previous[next[at]] = at;
                Consider(at, merges, candidates);
            }

            if (previous[at] >= 0)
            {
                Consider(previous[at], merges, candidates);
            }
        }
    }

    /// <summary>The symbols that are left.</summary>
    public BytePairEncoder.EncodedPiece ToPiece()
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

        return new BytePairEncoder.EncodedPiece(ids[..kept], starts[..kept]);
    }

    private void Consider(int at, MergeTable merges, PriorityQueue<int, ulong> candidates)
    {
        if (merges.TryGet(ids[at], ids[next[at]], out var rank, out var mergedId))
        {
            candidates.Enqueue(mergedId, ((ulong)(uint)rank << 32) | (uint)at);
        }
    }

    private void Link()
    {
        next = new int[count];
        previous = new int[count];
        for (var i = 0; i < count; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
    }
}
