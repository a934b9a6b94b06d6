using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Causal attention with a window or a soft cap, from libtorch operators: block of queries by block, each against the keys that some query of it sees. Memory
/// grows with the window, not with the square of the time; with a soft cap the scores of every block are kept for the backward pass.
/// </summary>
internal static class BlockedAttention
{
    private const int BlockQueries = 256;

    /// <param name="query">[batch, heads, queries, size]; the last of them is at the last key's position.</param>
    /// <param name="key">[batch, key heads, keys, size], at least as many as queries.</param>
    /// <param name="value">[batch, key heads, keys, size].</param>
    /// <param name="rule">Scale, window, cap.</param>
    /// <returns>[batch, heads, queries, size].</returns>
    internal static Tensor Attend(Tensor query, Tensor key, Tensor value, AttentionRule rule)
    {
        var (queries, keys) = (query.shape[2], key.shape[2]);
        var before = keys - queries;
        var blocks = new List<Tensor>();
        for (long first = 0; first < queries; first += BlockQueries)
        {
            var count = Math.Min(BlockQueries, queries - first);
            var end = before + first + count;
            var start = rule.Window is { } window ? Math.Max(0, before + first - window + 1) : 0;
            var (seenKeys, seenValues) = (key.narrow(2, start, end - start), value.narrow(2, start, end - start));
            var visible = Visible(before + first, count, start, end, rule.Window, query.device);
            var block = query.narrow(2, first, count);
            blocks.Add(
                rule.SoftCap is { } cap
                    ? Capped(block, seenKeys, seenValues, visible, rule.Scale, cap)
                    : FusedOperators.ScaledDotProductAttention(block, seenKeys, seenValues, visible, scale: rule.Scale)
            );
        }

        return blocks.Count == 1 ? blocks[0] : cat(blocks, 2);
    }

    private static Tensor Capped(Tensor query, Tensor key, Tensor value, Tensor visible, double scale, double cap)
    {
        var share = query.shape[1] / key.shape[1];
        var (batch, heads, queries, size) = (query.shape[0], key.shape[1], query.shape[2], query.shape[3]);
        // The query heads of one key head lie side by side, so that one product serves all of them.
        var grouped = query.reshape(batch, heads, share * queries, size);
        var scores = FusedLayers.SoftCapped(FusedLayers.Wide(grouped.matmul(key.transpose(-1, -2))).Times(scale), cap);
        // log 1 = 0 for what is seen, log 0 = −∞ for what is not.
        var masked = scores.view(batch, heads, share, queries, -1) + visible.to(scores.dtype).log();
        var probabilities = masked.softmax(-1).view(batch, heads, share * queries, -1).to(value.dtype);
        return probabilities.matmul(value).view(batch, heads * share, queries, size);
    }

    // [queries, keys], true where a query sees a key.
    private static Tensor Visible(long firstQuery, long queries, long firstKey, long endKey, int? window, Device device)
    {
        var (columns, width) = (endKey - firstKey, window ?? long.MaxValue);
        var visible = new bool[queries * columns];
        for (var row = 0L; row < queries; row++)
        {
            var last = firstQuery + row;
            var first = Math.Max(firstKey, last - width + 1);
            visible.AsSpan((int)((row * columns) + first - firstKey), (int)(last - first + 1)).Fill(true);
        }

        return tensor(visible, [queries, columns], device: device);
    }
}
