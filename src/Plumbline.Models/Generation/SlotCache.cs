using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Keys and values of a fixed number of growing sequences, allocated once: one tensor [2, slots, key heads, capacity, head size] per layer, keys first. Owns its
/// tensors.
/// </summary>
internal sealed class SlotCache : IDisposable
{
    private readonly HeadLayout layout;
    private readonly Tensor[] layers;

    /// <summary>An empty cache.</summary>
    /// <param name="config">The model.</param>
    /// <param name="slots">Sequences.</param>
    /// <param name="capacity">Tokens of each.</param>
    /// <param name="dtype">What is stored: float32 or bfloat16.</param>
    /// <param name="device">Where.</param>
    internal SlotCache(DecoderConfig config, int slots, int capacity, ScalarType dtype, Device device)
    {
        (layout, Slots, Capacity, Dtype) = (config.Layout, slots, capacity, dtype);
        // Zeros and not empty memory: a masked weight is 0, and 0 times a stray NaN would be NaN.
        layers =
        [
            .. Enumerable
                .Range(0, config.LayerCount)
                .Select(_ => zeros([2, slots, layout.KeyValueHeads, capacity, layout.HeadSize], dtype, device).DetachFromDisposeScope()),
        ];
    }

    internal int Slots { get; }

    internal int Capacity { get; }

    internal ScalarType Dtype { get; }

    /// <summary>Bytes of a cache.</summary>
    internal static long Bytes(DecoderConfig config, int slots, int capacity, ScalarType dtype) =>
        2L
        * config.LayerCount
        * slots
        * config.Layout.KeyValueSize
        * capacity
        * (dtype == ScalarType.Float32 ? sizeof(float) : sizeof(ushort));

    /// <summary>Keys and values of adjacent slots: views [slots, key heads, length, head size].</summary>
    internal (Tensor Keys, Tensor Values) Read(int layer, int slot, int slots, int length)
    {
        var seen = layers[layer].narrow(1, slot, slots).narrow(3, 0, length);
        return (seen.select(0, 0), seen.select(0, 1));
    }

    /// <summary>Stores the keys and values of consecutive tokens of one sequence.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">[tokens, row size]: queries, keys and values.</param>
    /// <param name="slot">The sequence.</param>
    /// <param name="start">The position of the first.</param>
    internal void WriteRun(int layer, Tensor rows, int slot, int start)
    {
        var tokens = rows.shape[0];
        layers[layer].select(1, slot).narrow(2, start, tokens).copy_(KeysAndValues(rows).permute(1, 2, 0, 3));
    }

    /// <summary>Stores one token's keys and values for each of several sequences.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">[sequences, row size].</param>
    /// <param name="places">From <see cref="Places"/>.</param>
    internal void WriteStep(int layer, Tensor rows, Tensor places) =>
        layers[layer].view(-1, layout.HeadSize).index_copy_(0, places, KeysAndValues(rows).reshape(-1, layout.HeadSize).to(Dtype));

    /// <summary>Where the heads of one token per sequence are stored, as rows of head size; the same in every layer.</summary>
    internal Tensor Places(int[] slots, int[] positions, Device device)
    {
        var heads = layout.KeyValueHeads;
        var places = new long[slots.Length * 2 * heads];
        var at = 0;
        for (var i = 0; i < slots.Length; i++)
        {
            for (var part = 0; part < 2; part++)
            {
                for (var head = 0; head < heads; head++)
                {
                    places[at++] = ((((((long)part * Slots) + slots[i]) * heads) + head) * Capacity) + positions[i];
                }
            }
        }

        return tensor(places, device: device);
    }

    /// <summary>Copies the first tokens of one sequence to another.</summary>
    internal void Copy(int from, int to, int length)
    {
        foreach (var layer in layers)
        {
            layer.select(1, to).narrow(2, 0, length).copy_(layer.select(1, from).narrow(2, 0, length));
        }
    }

    /// <summary>Overwrites everything with zeros: keys of damaged weights may be no numbers.</summary>
    internal void Clear()
    {
        foreach (var layer in layers)
        {
            layer.zero_();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in layers)
        {
            layer.Dispose();
        }
    }

    // [tokens, 2, key heads, head size]
    private Tensor KeysAndValues(Tensor rows) =>
        rows.narrow(1, layout.QuerySize, 2 * layout.KeyValueSize).view(-1, 2, layout.KeyValueHeads, layout.HeadSize);
}
