using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Attention of consecutive new tokens of one sequence over what is cached and over themselves: one chunk of a prompt. The first chunk is attended as in
/// training.
/// </summary>
internal sealed class ChunkAttention : IAttention
{
    private readonly HeadLayout layout;
    private readonly SlotCache cache;
    private readonly int slot;
    private readonly int start;
    private readonly PackedCausalAttention? asInTraining;
    private readonly Tensor? hidden;

    /// <param name="config">The model.</param>
    /// <param name="cache">Receives the chunk's keys and values.</param>
    /// <param name="slot">The sequence.</param>
    /// <param name="start">Tokens cached before.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    /// <param name="device">Where the pass runs.</param>
    internal ChunkAttention(DecoderConfig config, SlotCache cache, int slot, int start, int tokens, Device device)
    {
        (layout, this.cache, this.slot, this.start) = (config.Layout, cache, slot, start);
        if (start == 0)
        {
            asInTraining = new PackedCausalAttention(layout, [tokens]);
        }
        else
        {
            // Query i stands at position start + i: what lies behind it is hidden.
            hidden = full([tokens, start + tokens], float.NegativeInfinity, cache.Dtype, device).triu_(start + 1);
        }
    }

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows)
    {
        cache.WriteRun(layer, rows, slot, start);
        if (asInTraining is not null)
        {
            return asInTraining.Attend(layer, rows);
        }

        var tokens = (int)rows.shape[0];
        var (keys, values) = cache.Read(layer, slot, 1, start + tokens);
        // [key heads, queries that share them, tokens, head size]: the key heads are the batch, so that no key is copied for its queries.
        var queries = rows.narrow(1, 0, layout.QuerySize)
            .view(tokens, layout.KeyValueHeads, layout.Share, layout.HeadSize)
            .permute(1, 2, 0, 3);
        var attended = FusedOperators.ScaledDotProductAttention(queries.to(cache.Dtype), Shared(keys), Shared(values), hidden);
        return attended.permute(2, 0, 1, 3).reshape(tokens, layout.QuerySize);
    }

    private Tensor Shared(Tensor heads) => heads.transpose(0, 1).expand(-1, layout.Share, -1, -1);
}

/// <summary>
/// Attention of one new token per sequence over everything before it, where the cache lies. Adjacent slots of like length are attended together under a mask;
/// a group is cut where more than half of what it reads would be hidden.
/// </summary>
internal sealed class StepAttention : IAttention
{
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
        (layout, this.cache) = (config.Layout, cache);
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
        var attended = Array.ConvertAll(
            groups,
            group =>
            {
                var (keys, values) = cache.Read(layer, group.Slot, group.Count, group.Length);
                return FusedOperators.ScaledDotProductAttention(queries.narrow(0, group.Row, group.Count), keys, values, group.Hidden);
            }
        );
        return (attended.Length == 1 ? attended[0] : cat(attended)).reshape(-1, layout.QuerySize);
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

            yield return new Group(slots[first], first, end - first, longest, Hidden(positions[first..end], longest, device));
            first = end;
        }
    }

    // [sequences, 1, 1, longest]: what lies behind a sequence's newest token; null where all are equally long.
    private Tensor? Hidden(int[] positions, int longest, Device device)
    {
        if (Array.TrueForAll(positions, position => position + 1 == longest))
        {
            return null;
        }

        var last = tensor(Array.ConvertAll(positions, position => (long)position), device: device).view(-1, 1);
        var behind = arange(longest, ScalarType.Int64, device).view(1, -1).gt(last);
        return zeros(behind.shape, cache.Dtype, device).masked_fill_(behind, float.NegativeInfinity).view(-1, 1, 1, longest);
    }

    private sealed record Group(int Slot, int Row, int Count, int Length, Tensor? Hidden);
}
