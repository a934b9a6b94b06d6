namespace Plumbline.Torch.Functions;

/// <summary>How a row of projected queries, keys and values is cut into heads: all query heads, then the key heads, then the value heads.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key heads, and as many value heads; divides <paramref name="Heads"/>.</param>
/// <param name="HeadSize">Values in a head.</param>
public sealed record HeadLayout(int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>Query heads that share a key head.</summary>
    public int Share => Heads / KeyValueHeads;

    /// <summary>Values of all query heads.</summary>
    public int QuerySize => Heads * HeadSize;

    /// <summary>Values of all key (or value) heads.</summary>
    public int KeyValueSize => KeyValueHeads * HeadSize;

    /// <summary>Values in a row.</summary>
    public int RowSize => QuerySize + (2 * KeyValueSize);
}
