using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Keys and values of a batch of sequences that grow together. Prompts end at one common slot, so each step writes one slot for all; a mask hides the slots
/// before a shorter prompt's first token. Owns its tensors.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly HeadLayout layout;
    private readonly Tensor[] keys;
    private readonly Tensor[] values;
    private Tensor visible;

    /// <summary>A cache for prompts of the given lengths and <paramref name="newTokens"/> more.</summary>
    internal KeyValueCache(DecoderConfig config, int[] promptLengths, int newTokens, Device device)
    {
        layout = config.Layout;
        Slots = promptLengths.Max();
        var capacity = Slots + newTokens;
        Tensor New() =>
            zeros([promptLengths.Length, layout.KeyValueHeads, capacity, layout.HeadSize], ScalarType.Float32, device)
                .DetachFromDisposeScope();
        keys = [.. Enumerable.Range(0, config.LayerCount).Select(_ => New())];
        values = [.. Enumerable.Range(0, config.LayerCount).Select(_ => New())];
        using var scope = NewDisposeScope();
        var first = tensor(Array.ConvertAll(promptLengths, length => (long)(Slots - length)), device: device);
        visible = arange(capacity, ScalarType.Int64, device)
            .unsqueeze(0)
            .ge(first.unsqueeze(1))
            .view(promptLengths.Length, 1, 1, capacity)
            .DetachFromDisposeScope();
    }

    /// <summary>Slots in use.</summary>
    internal int Slots { get; private set; }

    /// <summary>Stores the keys and values of a sequence's whole prompt; rows are [prompt tokens, row size].</summary>
    internal void StorePrompt(int layer, int sequence, Tensor rows)
    {
        var length = rows.shape[0];
        var parts = Split(rows);
        foreach (var (cache, part) in new[] { (keys[layer], parts.Keys), (values[layer], parts.Values) })
        {
            using var slots = cache.select(0, sequence).narrow(1, Slots - length, length);
            slots.copy_(part.view(length, layout.KeyValueHeads, layout.HeadSize).transpose(0, 1));
        }
    }

    /// <summary>Opens the next slot; each layer then writes it.</summary>
    internal void Advance() => Slots++;

    /// <summary>Writes one token's keys and values per sequence into the newest slot and attends over all slots in use.</summary>
    internal Tensor Attend(int layer, Tensor rows)
    {
        var batch = rows.shape[0];
        var parts = Split(rows);
        foreach (var (cache, part) in new[] { (keys[layer], parts.Keys), (values[layer], parts.Values) })
        {
            using var slot = cache.narrow(2, Slots - 1, 1);
            slot.copy_(part.view(batch, layout.KeyValueHeads, 1, layout.HeadSize));
        }

        var output = FusedOperators.ScaledDotProductAttention(
            parts.Queries.view(batch, layout.Heads, 1, layout.HeadSize),
            keys[layer].narrow(2, 0, Slots),
            values[layer].narrow(2, 0, Slots),
            visible.narrow(3, 0, Slots)
        );
        return output.reshape(batch, layout.QuerySize);
    }

    /// <summary>Keeps only the given sequences, in that order.</summary>
    internal void Keep(int[] sequences)
    {
        using var scope = NewDisposeScope();
        var index = tensor(Array.ConvertAll(sequences, sequence => (long)sequence), device: visible.device);
        Tensor Select(Tensor old)
        {
            var kept = old.index_select(0, index).DetachFromDisposeScope();
            old.Dispose();
            return kept;
        }

        for (var layer = 0; layer < keys.Length; layer++)
        {
            (keys[layer], values[layer]) = (Select(keys[layer]), Select(values[layer]));
        }

        visible = Select(visible);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cache in keys.Concat(values))
        {
            cache.Dispose();
        }

        visible.Dispose();
    }

    private (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor rows)
    {
        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        return (parts[0], parts[1], parts[2]);
    }
}

/// <summary>Attention of the prompt pass: as in training, while every layer's keys and values are kept.</summary>
internal sealed class PromptAttention(PackedCausalAttention attention, KeyValueCache cache, int[] lengths) : IAttention
{
    private readonly long[] sizes = Array.ConvertAll(lengths, length => (long)length);

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows)
    {
        var sequences = rows.split(sizes);
        for (var i = 0; i < sequences.Length; i++)
        {
            cache.StorePrompt(layer, i, sequences[i]);
        }

        return attention.Attend(layer, rows);
    }
}

/// <summary>Attention of one new token per sequence over everything before it.</summary>
internal sealed class CachedAttention(KeyValueCache cache) : IAttention
{
    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows) => cache.Attend(layer, rows);
}
