using System.Buffers;

namespace Plumbline.Tokenization.Models;

/// <summary>
/// Candidates for merging, the lowest rank first and of equal ranks the leftmost: a heap with four children per node over one pooled array,
/// rank and position in one number.
/// </summary>
/// <param name="capacity">How many candidates there are at first.</param>
internal sealed class MergeQueue(int capacity) : IDisposable
{
    private const int Children = 4;

    private ulong[] heap = ArrayPool<ulong>.Shared.Rent(Math.Max(1, capacity));
    private int count;

    /// <summary>Adds a candidate.</summary>
    public void Enqueue(int rank, int position)
    {
        if (count == heap.Length)
        {
            var larger = ArrayPool<ulong>.Shared.Rent(count * 2);
            heap.AsSpan(0, count).CopyTo(larger);
            ArrayPool<ulong>.Shared.Return(heap);
            heap = larger;
        }

        var item = ((ulong)(uint)rank << 32) | (uint)position;
        var at = count++;
        while (at > 0 && heap[(at - 1) / Children] > item)
        {
            heap[at] = heap[(at - 1) / Children];
            at = (at - 1) / Children;
        }

        heap[at] = item;
    }

    /// <summary>Takes the first candidate.</summary>
    public bool TryDequeue(out int rank, out int position)
    {
        if (count == 0)
        {
            (rank, position) = (0, 0);
            return false;
        }

        (rank, position) = ((int)(heap[0] >> 32), (int)(uint)heap[0]);
        var last = heap[--count];
        var at = 0;
        while (SmallestChild(at) is var child && child < count && heap[child] < last)
        {
            heap[at] = heap[child];
            at = child;
        }

        heap[at] = last;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<ulong>.Shared.Return(heap);

    private int SmallestChild(int at)
    {
        var first = (at * Children) + 1;
        var smallest = first;
        for (var child = first + 1; child < Math.Min(first + Children, count); child++)
        {
            smallest = heap[child] < heap[smallest] ? child : smallest;
        }

        return smallest;
    }
}
