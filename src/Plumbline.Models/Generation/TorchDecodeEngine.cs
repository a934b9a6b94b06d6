using System.Runtime.InteropServices;
using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Decodes with the decoder's own layers on its own device: any architecture, and the log-probabilities of training. In float32 they equal those of the full
/// packed pass to the order of the sums (1e-5 of the largest logit); in bfloat16 to the rounding of bfloat16.
/// </summary>
/// <remarks>
/// The cache is allocated once for every slot and never copied or grown. <see cref="Fork"/> copies a prompt's keys and values, so a shared prompt is computed
/// once and stored for each. <see cref="MemoryBytes"/> covers cache and logits; what libtorch holds during a pass comes on top and is that of a forward pass
/// over as many tokens. Under bfloat16 the weights are cast in every call. Call it outside of any autocast scope, on one thread.
/// </remarks>
public sealed class TorchDecodeEngine : IDecodeEngine
{
    private readonly Decoder decoder;
    private readonly ScalarType dtype;
    private readonly SlotCache cache;
    private readonly Tensor logits;
    private readonly int[] lengths;

    /// <summary>Allocates the cache.</summary>
    /// <param name="decoder">The model; not owned, and must outlive the engine.</param>
    /// <param name="options">Slots, their length and the compute dtype.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or a sequence would be longer than the model's positions.</exception>
    public TorchDecodeEngine(Decoder decoder, DecodeEngineOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        SequenceCapacity = options.CapacityFor(decoder.Config);
        (this.decoder, dtype) = (decoder, options.ComputeDtype);
        (lengths, MemoryBytes) = (new int[options.Slots], BytesFor(decoder.Config, options));
        cache = new SlotCache(decoder.Config, options.Slots, SequenceCapacity, dtype, decoder.Device);
        logits = zeros([options.Slots, VocabularySize], ScalarType.Float32, CPU).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public int VocabularySize => decoder.Config.VocabularySize;

    /// <inheritdoc/>
    public int Slots => lengths.Length;

    /// <inheritdoc/>
    public long TokenCapacity => (long)Slots * SequenceCapacity;

    /// <inheritdoc/>
    public int SequenceCapacity { get; }

    /// <inheritdoc/>
    public int BlockTokens => 1;

    /// <inheritdoc/>
    public bool SharesForkedBlocks => false;

    /// <inheritdoc/>
    public long MemoryBytes { get; }

    /// <summary>What an engine would hold beside the model, in bytes: to choose <see cref="DecodeEngineOptions.Slots"/> before anything is allocated.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="options">The engine's.</param>
    public static long BytesFor(DecoderConfig config, DecodeEngineOptions options) =>
        SlotCache.Bytes(config, options.Slots, options.CapacityFor(config), options.ComputeDtype)
        + ((long)options.Slots * config.VocabularySize * sizeof(float));

    /// <inheritdoc/>
    public Span<float> Append(int slot, ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Slots, nameof(slot));
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        var (start, ids) = (lengths[slot], tokens.ToArray());
        ThrowIfTooLong(start + (long)ids.Length);
        var positions = Array.ConvertAll(Enumerable.Range(start, ids.Length).ToArray(), position => (long)position);
        var result = Forward(
            ids,
            positions,
            start + ids.Length,
            () => new ChunkAttention(decoder.Config, cache, slot, start, ids.Length),
            hidden => hidden.narrow(0, ids.Length - 1, 1)
        );
        lengths[slot] += ids.Length;
        return result;
    }

    /// <inheritdoc/>
    public void Fork(int from, int to)
    {
        if (lengths[from] == 0 || lengths[to] > 0)
        {
            throw new InvalidOperationException($"Slot {from} must be in use and slot {to} unused.");
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        cache.Copy(from, to, lengths[from]);
        lengths[to] = lengths[from];
    }

    /// <inheritdoc/>
    public void Release(int slot) => lengths[slot] = 0;

    /// <inheritdoc/>
    public Span<float> Step(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens)
    {
        var (given, inGivenOrder) = (slots.ToArray(), tokens.ToArray());
        ThrowIfNoStep(given, inGivenOrder);
        // Ascending, so that slots that are adjacent in the cache are adjacent rows.
        var order = Enumerable.Range(0, given.Length).OrderBy(row => given[row]).ToArray();
        var (sorted, ids) = (Array.ConvertAll(order, row => given[row]), Array.ConvertAll(order, row => inGivenOrder[row]));
        var positions = Array.ConvertAll(sorted, slot => lengths[slot]);
        var result = Forward(
            ids,
            Array.ConvertAll(positions, position => (long)position),
            null,
            () => new StepAttention(decoder.Config, cache, sorted, positions, decoder.Device),
            hidden => sorted.AsSpan().SequenceEqual(given) ? hidden : hidden.index_select(0, tensor(Inverse(order), device: decoder.Device))
        );
        foreach (var slot in sorted)
        {
            lengths[slot]++;
        }

        return result;
    }

    /// <inheritdoc/>
    public void Refresh()
    {
        if (Array.Exists(lengths, length => length > 0))
        {
            throw new InvalidOperationException("A slot is in use: release all before the weights change.");
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        cache.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        logits.Dispose();
    }

    // Scalings that depend on a sequence's length see the length that is reached with this call; null where each token is its sequence's last.
    private Span<float> Forward(int[] ids, long[] positions, long? reached, Func<IAttention> attention, Func<Tensor, Tensor> rows)
    {
        var sequenceLengths = reached is { } length ? Array.ConvertAll(ids, _ => length) : null;
        using var noGradients = no_grad();
        using var inference = inference_mode();
        using var autocast = dtype == ScalarType.Float32 ? null : Autocast.To(dtype, decoder.Device.type);
        using var scope = NewDisposeScope();
        var chosen = rows(decoder.HiddenStates(ids, positions, attention(), sequenceLengths));
        var target = logits.narrow(0, 0, chosen.shape[0]);
        target.copy_(decoder.Logits(chosen));
        // The memory is that of the logits, which live as long as the engine.
        return MemoryMarshal.Cast<byte, float>(target.bytes);
    }

    private void ThrowIfTooLong(long length)
    {
        if (length > SequenceCapacity)
        {
            throw new InvalidInputException(
                $"A sequence of {length} tokens is longer than the {SequenceCapacity} that a slot holds.",
                "Shorten the prompt, lower max_new_tokens, or raise sequence_capacity."
            );
        }
    }

    private void ThrowIfNoStep(int[] slots, int[] tokens)
    {
        if (slots.Length == 0 || slots.Length != tokens.Length || slots.Distinct().Count() != slots.Length)
        {
            throw new ArgumentException(
                $"A step takes one token for each of some distinct slots: got {slots.Length} slots and {tokens.Length} tokens."
            );
        }

        foreach (var slot in slots)
        {
            if ((uint)slot >= (uint)Slots || lengths[slot] == 0)
            {
                throw new ArgumentException($"Slot {slot} is not in use.");
            }

            ThrowIfTooLong(lengths[slot] + 1L);
        }
    }

    private static long[] Inverse(int[] order)
    {
        var inverse = new long[order.Length];
        for (var row = 0; row < order.Length; row++)
        {
            inverse[order[row]] = row;
        }

        return inverse;
    }
}
