using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>What logits are made of: hidden · weightᵀ.</summary>
/// <param name="Hidden">[rows, width], in the dtype of the multiply.</param>
/// <param name="Weight">[vocabulary, width], in its own dtype.</param>
internal sealed record LogitHead(Tensor Hidden, Tensor Weight)
{
    /// <summary>The tile's hidden states.</summary>
    internal Tensor Rows(LogitTile tile) => Hidden.narrow(0, tile.FirstRow, tile.Rows);

    /// <summary>The tile's weights in the dtype of the multiply.</summary>
    internal Tensor Entries(LogitTile tile) => Weight.narrow(0, tile.FirstEntry, tile.Entries).to(Hidden.dtype);
}

/// <summary>The policy's head, and the reference's where there is one.</summary>
internal sealed record LogitHeads(LogitHead Policy, LogitHead? Reference)
{
    internal IEnumerable<Tensor> Tensors =>
        Reference is null ? [Policy.Hidden, Policy.Weight] : [Policy.Hidden, Policy.Weight, Reference.Hidden, Reference.Weight];

    /// <summary>From what a graph saved: targets, measures, then <see cref="Tensors"/>.</summary>
    internal static LogitHeads From(List<Tensor> saved) =>
        new(new LogitHead(saved[2], saved[3]), saved.Count > 4 ? new LogitHead(saved[4], saved[5]) : null);
}

/// <summary>
/// The memory in which tiles of logits are multiplied, one after the other. Where one tile is the whole, the policy's weights are cast once, into the dispose
/// scope in which this is made.
/// </summary>
internal sealed class LogitWork : IDisposable
{
    private readonly LogitHeads heads;
    private readonly LogitBuffer logits;
    private readonly LogitBuffer? reference;
    private readonly Tensor? weight;
    private readonly KeptEntries? kept;

    internal LogitWork(LogitHeads heads, LogitTiles tiles, KeptEntries? kept)
    {
        (this.heads, this.kept) = (heads, kept);
        var hidden = heads.Policy.Hidden;
        logits = new LogitBuffer(tiles, hidden.dtype, hidden.device);
        reference = heads.Reference is null ? null : new LogitBuffer(tiles, hidden.dtype, hidden.device);
        weight = tiles.IsWhole ? heads.Policy.Weight.to(hidden.dtype) : null;
    }

    /// <summary>Whether the whole's logits, and its weights, are still there.</summary>
    internal bool IsUsable => logits.IsUsable && reference is null or { IsUsable: true } && weight is { IsInvalid: false };

    /// <summary>The tile's raw logits [rows, entries] and the reference's; they join the innermost dispose scope, and the next tile overwrites them.</summary>
    internal (Tensor Logits, Tensor? Reference) Multiply(LogitTile tile)
    {
        var result = At(tile);
        result.Logits.addmm_(heads.Policy.Rows(tile), Weight(tile).t(), 0, 1);
        result.Reference?.addmm_(heads.Reference!.Rows(tile), heads.Reference.Entries(tile).t(), 0, 1);
        if (kept is not null)
        {
            kept.Apply(tile, result.Logits);
            if (result.Reference is { } reference)
            {
                kept.Apply(tile, reference);
            }
        }

        return result;
    }

    /// <summary>What stands where a tile's logits do.</summary>
    internal (Tensor Logits, Tensor? Reference) At(LogitTile tile) => (logits.Of(tile), reference?.Of(tile));

    /// <summary>The policy's weights of a tile in the dtype of the multiply.</summary>
    internal Tensor Weight(LogitTile tile) => weight ?? heads.Policy.Entries(tile);

    /// <inheritdoc/>
    public void Dispose()
    {
        logits.Dispose();
        reference?.Dispose();
    }
}
