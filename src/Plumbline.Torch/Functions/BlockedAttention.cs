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
            var hidden = Hidden(before + first, count, start, end, rule.Window, query.device);
            var block = query.narrow(2, first, count);
            blocks.Add(
                rule.SoftCap is { } cap
                    ? Capped(block, seenKeys, seenValues, hidden, rule.Scale, cap)
                    : FusedOperators.ScaledDotProductAttention(block, seenKeys, seenValues, hidden.logical_not(), scale: rule.Scale)
            );
        }

        return blocks.Count == 1 ? blocks[0] : cat(blocks, 2);
    }

    private static Tensor Capped(Tensor query, Tensor key, Tensor value, Tensor hidden, double scale, double cap)
    {
        var share = query.shape[1] / key.shape[1];
        var (batch, heads, queries, size) = (query.shape[0], key.shape[1], query.shape[2], query.shape[3]);
        // The query heads of one key head lie side by side, so that one product serves all of them.
        var grouped = query.reshape(batch, heads, share * queries, size);
        var scores = FusedLayers.Wide(grouped.matmul(key.transpose(-1, -2))) * (scale / cap);
        var masked = (scores.tanh() * cap).view(batch, heads, share, queries, -1).masked_fill(hidden, float.NegativeInfinity);
        var probabilities = masked.softmax(-1).view(batch, heads, share * queries, -1).to(value.dtype);
        return probabilities.matmul(value).view(batch, heads * share, queries, size);
    }

    // [queries, keys], true where a key is out of a query's sight.
    private static Tensor Hidden(long firstQuery, long queries, long firstKey, long endKey, int? window, Device device)
    {
        var query = arange(firstQuery, firstQuery + queries, ScalarType.Int64, device).unsqueeze(1);
        var key = arange(firstKey, endKey, ScalarType.Int64, device).unsqueeze(0);
        var later = key.gt(query);
        return window is { } width ? later.logical_or(key.le(query - width)) : later;
    }
}
