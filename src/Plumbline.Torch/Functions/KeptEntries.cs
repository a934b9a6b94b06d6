using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// What a sampler's filters (top-k, top-p, min-p) left of the vocabulary in each row: the distribution that a token was drawn from is the softmax over these
/// entries alone. A constant of the row, however the weights move.
/// </summary>
public sealed class KeptEntries
{
    // Below every logit, and finite in bfloat16: its probability is exactly 0, and 0 times it is 0.
    private const double Dropped = -1e30;
    private const double AnyDropped = -1e29;

    private readonly int[]?[] rows;

    /// <summary>The entries of some rows.</summary>
    /// <param name="rows">For each row its entries, ascending, at least one; null for the whole vocabulary.</param>
    /// <exception cref="ArgumentException">A row keeps nothing, or its entries do not ascend from 0.</exception>
    public KeptEntries(IReadOnlyList<int[]?> rows)
    {
        this.rows = [.. rows];
        for (var row = 0; row < this.rows.Length; row++)
        {
            if (this.rows[row] is { } kept && !Ascends(kept))
            {
                throw new ArgumentException($"Row {row} must keep at least one entry, and name them in ascending order.", nameof(rows));
            }
        }
    }

    /// <summary>Number of rows.</summary>
    public int Count => rows.Length;

    /// <summary>Whether every row keeps the whole vocabulary.</summary>
    public bool KeepsAll => Array.TrueForAll(rows, row => row is null);

    /// <summary>Whether each of these targets is an entry of its row.</summary>
    internal bool Hold(ReadOnlySpan<long> targets)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            if (rows[row] is { } kept && Array.BinarySearch(kept, (int)targets[row]) < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Drops all other entries from a tile.</summary>
    /// <param name="tile">Which part of the matrix.</param>
    /// <param name="logits">[rows, entries] of the tile, contiguous; overwritten.</param>
    internal void Apply(LogitTile tile, Tensor logits)
    {
        var (filtered, places) = (new List<long>(), new List<long>());
        for (var row = 0L; row < tile.Rows; row++)
        {
            if (rows[tile.FirstRow + row] is not { } kept)
            {
                continue;
            }

            filtered.Add(row);
            for (var i = FirstAtOrAbove(kept, tile.FirstEntry); i < kept.Length && kept[i] < tile.FirstEntry + tile.Entries; i++)
            {
                places.Add((row * tile.Entries) + kept[i] - tile.FirstEntry);
            }
        }

        if (filtered.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var dropped = Dropped.ToScalar();
        var flat = logits.view(-1);
        var at = tensor(places.ToArray(), device: logits.device);
        var values = flat.index_select(0, at);
        logits.index_fill_(0, tensor(filtered.ToArray(), device: logits.device), dropped);
        flat.index_copy_(0, at, values);
    }

    /// <summary>Where logits were dropped, bool.</summary>
    internal static Tensor Drops(Tensor logits)
    {
        using var limit = AnyDropped.ToScalar();
        return logits.lt(limit);
    }

    /// <summary>Drops entries again, where a map (a soft cap) brought them back.</summary>
    internal static Tensor DropAgain(Tensor logits, Tensor mapped)
    {
        using var dropped = Dropped.ToScalar();
        return mapped.masked_fill(Drops(logits), dropped);
    }

    private static int FirstAtOrAbove(int[] kept, long entry)
    {
        var place = Array.BinarySearch(kept, (int)entry);
        return place < 0 ? ~place : place;
    }

    private static bool Ascends(int[] kept)
    {
        for (var i = 0; i < kept.Length; i++)
        {
            if (kept[i] < 0 || (i > 0 && kept[i] <= kept[i - 1]))
            {
                return false;
            }
        }

        return kept.Length > 0;
    }
}
