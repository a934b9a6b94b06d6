using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Attention of consecutive new tokens of one sequence over what is cached and over themselves: one chunk of a prompt. The first chunk is attended as in
/// training.
/// </summary>
/// <param name="config">The model.</param>
/// <param name="cache">Receives the chunk's keys and values.</param>
/// <param name="slot">The sequence.</param>
/// <param name="start">Tokens cached before.</param>
/// <param name="tokens">Tokens of the chunk.</param>
internal sealed class ChunkAttention(DecoderConfig config, SlotCache cache, int slot, int start, int tokens) : IAttention
{
    private readonly HeadLayout layout = config.Layout;
    private readonly PackedAttention? asInTraining = start == 0 ? new PackedAttention(config, [new AttentionSpan(0, tokens)]) : null;

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows)
    {
        cache.WriteRun(layer, rows, slot, start);
        if (asInTraining is not null)
        {
            return asInTraining.Attend(layer, rows);
        }

        var (keys, values) = cache.Read(layer, slot, 1, start + tokens);
        // [key heads, queries that share them, tokens, head size]: the key heads are the batch, so that no key is copied for its queries.
        var queries = rows.narrow(1, 0, layout.QuerySize)
            .view(tokens, layout.KeyValueHeads, layout.Share, layout.HeadSize)
            .permute(1, 2, 0, 3);
        var attended = FusedLayers.ContinuedAttention(
            queries.to(cache.Dtype),
            keys.transpose(0, 1),
            values.transpose(0, 1),
            config.AttentionOf(layer)
        );
        return attended.permute(2, 0, 1, 3).reshape(tokens, layout.QuerySize);
    }
}

/// <summary>
/// Attention of one new token per sequence over everything before it, where the cache lies. Adjacent slots of like length are attended together under a mask;
/// a group is cut where more than half of what it reads would be hidden.
/// </summary>
internal sealed class StepAttention : IAttention
{
    private readonly DecoderConfig config;
    private readonly HeadLayout layout;
    private readonly SlotCache cache;
    private readonly Tensor places;
    private readonly Group[] groups;

    /// <param name="config">The model.</param>
    /// <param name="cache">Receives the new keys and values.</param>
    /// <param name="slots">The sequences, ascending.</param>
    /// <param name="positions">The position of each one's new token.</param>
    /// <param name="device">Where the pass runs.</param>
    internal StepAttention(DecoderConfig config, SlotCache cache, int[] slots, int[] positions, Device device)
    {
        (this.config, layout, this.cache) = (config, config.Layout, cache);
        places = cache.Places(slots, positions, device);
        groups = [.. Groups(slots, positions, device)];
    }

    /// <summary>Sequences attended together, in calls of libtorch's kernel per layer; for tests.</summary>
    internal int GroupCount => groups.Length;

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows)
    {
        cache.WriteStep(layer, rows, places);
        // The queries that share a key head are its "time": one token each, so no order between them.
        var queries = rows.narrow(1, 0, layout.QuerySize).view(-1, layout.KeyValueHeads, layout.Share, layout.HeadSize).to(cache.Dtype);
        var rule = config.AttentionOf(layer);
        var attended = Array.ConvertAll(groups, group => Attend(layer, queries.narrow(0, group.Row, group.Count), group, rule));
        return (attended.Length == 1 ? attended[0] : cat(attended)).reshape(-1, layout.QuerySize);
    }

    private Tensor Attend(int layer, Tensor queries, Group group, AttentionRule rule)
    {
        var (keys, values) = cache.Read(layer, group.Slot, group.Count, group.Length);
        var hidden = group.Hidden;
        if (rule.Window is not null && group.Window is { } window)
        {
            // What none of the group still sees is not read.
            var seen = group.Length - window.First;
            (keys, values, hidden) = (keys.narrow(2, window.First, seen), values.narrow(2, window.First, seen), window.Hidden);
        }

        if (rule.SoftCap is not { } cap)
        {
            return FusedOperators.ScaledDotProductAttention(queries, keys, values, hidden, scale: rule.Scale);
        }

        var scores = FusedLayers.SoftCapped(queries.matmul(keys.transpose(-1, -2)).to(ScalarType.Float32).Times(rule.Scale), cap);
        return (hidden is null ? scores : scores + hidden).softmax(-1).to(values.dtype).matmul(values);
    }

    private IEnumerable<Group> Groups(int[] slots, int[] positions, Device device)
    {
        var first = 0;
        while (first < slots.Length)
        {
            var (end, longest, sum) = (first + 1, positions[first] + 1, (long)positions[first] + 1);
            while (end < slots.Length && slots[end] == slots[end - 1] + 1)
            {
                var length = positions[end] + 1;
                var wider = Math.Max(longest, length);
                if (2 * (sum + length) < (long)wider * (end + 1 - first))
                {
                    break;
                }

                (longest, sum) = (wider, sum + length);
                end++;
            }

            var members = positions[first..end];
            yield return new Group(
                slots[first],
                first,
                end - first,
                longest,
                Hidden(members, 0, longest, int.MaxValue, device),
                config.SlidingWindow is { } window ? WindowOf(members, longest, window, device) : null
            );
            first = end;
        }
    }

    private Window WindowOf(int[] positions, int longest, int window, Device device)
    {
        var first = Math.Max(0, positions.Min() - window + 1);
        return new Window(first, Hidden(positions, first, longest, window, device));
    }

    // [sequences, 1, 1, longest - first]: what lies behind a sequence's newest token or before its window; null where all see all.
    private Tensor? Hidden(int[] positions, int first, int longest, int window, Device device)
    {
        if (Array.TrueForAll(positions, position => position + 1 == longest && position - window < first))
        {
            return null;
        }

        var mask = new float[positions.Length * (longest - first)];
        Array.Fill(mask, float.NegativeInfinity);
        for (var row = 0; row < positions.Length; row++)
        {
            var seen = Math.Max(first, positions[row] - window + 1);
            mask.AsSpan((row * (longest - first)) + seen - first, positions[row] - seen + 1).Clear();
        }

        return tensor(mask, [positions.Length, 1, 1, longest - first], device: device).to(cache.Dtype);
    }

    private sealed record Group(int Slot, int Row, int Count, int Length, Tensor? Hidden, Window? Window);

    private sealed record Window(int First, Tensor? Hidden);
}
