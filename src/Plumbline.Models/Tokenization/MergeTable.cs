using System.Numerics;

namespace Plumbline.Models.Tokenization;

/// <summary>The merges of a BPE model: pair of ids to rank and merged id. Open addressing, because encoding is mostly look-ups here.</summary>
internal sealed class MergeTable
{
    private const ulong Empty = ulong.MaxValue;
    private readonly ulong[] keys;
    private readonly (int Rank, int MergedId)[] values;
    private readonly int shift;

    /// <summary>An empty table for <paramref name="count"/> merges.</summary>
    public MergeTable(int count)
    {
        // At most half full, so that probing stays short.
        var bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, count)) + 2);
        keys = new ulong[1 << bits];
        values = new (int, int)[1 << bits];
        shift = 64 - bits;
        Array.Fill(keys, Empty);
    }

    /// <summary>Records a merge; of two for the same pair the later counts, as in Hugging Face's map.</summary>
    public void Add(int left, int right, int rank, int mergedId)
    {
        var slot = Slot(Key(left, right));
        keys[slot] = Key(left, right);
        values[slot] = (rank, mergedId);
    }

    /// <summary>The merge of two neighbours, if there is one.</summary>
    public bool TryGet(int left, int right, out int rank, out int mergedId)
    {
        var slot = Slot(Key(left, right));
        (rank, mergedId) = values[slot];
        return keys[slot] != Empty;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Slot(ulong key)
    {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4).
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> shift);
        while (keys[slot] != key && keys[slot] != Empty)
        {
            slot = (slot + 1) & (keys.Length - 1);
        }

        return slot;
    }
}
