using System.Numerics;

namespace Plumbline.Tokenization.Models;

/// <summary>The merges of a BPE model: pair of ids to rank and merged id. Open addressing, because encoding is mostly look-ups here.</summary>
internal sealed class MergeTable
{
    private const ulong Empty = ulong.MaxValue;
    private readonly Slot[] slots;
    private readonly int shift;

    /// <summary>An empty table for <paramref name="count"/> merges.</summary>
    public MergeTable(int count)
    {
        // At most half full, so that probing stays short.
        var bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, count)) + 2);
        slots = new Slot[1 << bits];
        shift = 64 - bits;
        Array.Fill(slots, new Slot(Empty, 0, 0));
    }

    /// <summary>Records a merge; of two for the same pair the later counts, as in Hugging Face's map.</summary>
    public void Add(int left, int right, int rank, int mergedId)
    {
        var key = Key(left, right);
        slots[Find(key)] = new Slot(key, rank, mergedId);
    }

    /// <summary>The merge of two neighbours, if there is one.</summary>
    public bool TryGet(int left, int right, out int rank, out int mergedId)
    {
        ref var slot = ref slots[Find(Key(left, right))];
        (rank, mergedId) = (slot.Rank, slot.MergedId);
        return slot.Key != Empty;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Find(ulong key)
    {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4).
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> shift);
        while (slots[slot].Key != key && slots[slot].Key != Empty)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        return slot;
    }

    private readonly record struct Slot(ulong Key, int Rank, int MergedId);
}
