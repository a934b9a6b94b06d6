using System.Diagnostics.CodeAnalysis;
using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using Plumbline.Torch.Kernels.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Decodes on the CPU with hand-written vector kernels over packed weights: one fused pass per step on a fixed team of threads, nothing allocated. Long prompts
/// go through the decoder's own libtorch pass, short ones through the kernels. What a sequence's logits are does not depend, to the bit, on what else is in the
/// batch, on its slot or on the number of threads.
/// </summary>
/// <remarks>
/// With bfloat16 weights the logits differ from the decoder's float32 ones by the rounding of the weights, and of the keys and values of long prompts where those
/// are computed in bfloat16; with int8 weights by more, which <c>./bench decode</c> measures. Matrices are copies: <see cref="Refresh"/> after an update of the policy. The embedding is read from the decoder.
/// </remarks>
public sealed unsafe class KernelDecodeEngine : IDecodeEngine
{
    /// <summary>Below, casting all weights for one libtorch pass takes longer than the whole pass does in the kernels.</summary>
    private const int LongestKernelPrompt = 64;

    private readonly Decoder decoder;
    private readonly ThreadTeam team;
    private readonly PackedDecoder packed;
    private readonly PagedCache cache;
    private readonly DecodeBuffers buffers;
    private readonly DecodePass pass;
    private readonly bool halfPrefill;
    private readonly int longest;
    private readonly int[] lastStep;
    private int step;

    /// <summary>Packs a decoder's weights and sets all memory aside.</summary>
    /// <param name="decoder">On the CPU; not owned.</param>
    /// <param name="options">Slots, cache, weights, threads.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The decoder is not on the CPU or of a kind that <see cref="Supports"/> refuses.</exception>
    public KernelDecodeEngine(Decoder decoder, KernelDecodeOptions options)
        : this(decoder, options, DecodePass.Create) { }

    /// <summary>An engine on given kernels, for tests.</summary>
    internal KernelDecodeEngine(
        Decoder decoder,
        KernelDecodeOptions options,
        Func<PackedDecoder, PagedCache, DecodeBuffers, ThreadTeam, DecodePass> kernels
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (!Supports(decoder.Config, out var reason))
        {
            throw new NotSupportedException(reason);
        }

        if (decoder.Device.type != DeviceType.CPU)
        {
            throw new NotSupportedException($"The decode kernels run on the CPU, and the decoder is on {decoder.Device}.");
        }

        this.decoder = decoder;
        var plan = DecodePlanCompiler.Compile(decoder);
        longest = Math.Min(plan.MaxPositions, options.SequenceCapacity ?? int.MaxValue);
        team = new ThreadTeam(options.Threads);
        packed = new PackedDecoder(plan, options.Weights, team);
        cache = new PagedCache(plan.Layers.Count, decoder.Config.Layout, options.Slots, options.CacheTokens, longest);
        buffers = new DecodeBuffers(packed, cache, Math.Max(options.Slots, LongestKernelPrompt), options.Slots, options.Threads);
        pass = kernels(packed, cache, buffers, team);
        halfPrefill = !options.Float32Prefill && Autocast.IsAvailable && Autocast.IsFastInBFloat16;
        lastStep = new int[options.Slots];
    }

    /// <inheritdoc/>
    public int VocabularySize => packed.Head.Outputs;

    /// <inheritdoc/>
    public int Slots => cache.Slots;

    /// <inheritdoc/>
    public long TokenCapacity => (long)cache.Pages * PagedCache.PageTokens;

    /// <inheritdoc/>
    public int SequenceCapacity => cache.LongestSequence;

    /// <inheritdoc/>
    public int BlockTokens => PagedCache.PageTokens;

    /// <inheritdoc/>
    public bool SharesForkedBlocks => true;

    /// <inheritdoc/>
    public long MemoryBytes => packed.Bytes + cache.Bytes + buffers.Bytes;

    /// <summary>Bytes of the packed weights, within <see cref="MemoryBytes"/>.</summary>
    public long WeightBytes => packed.Bytes;

    /// <summary>Whether the kernels can compute a decoder of this shape; other decoders run on libtorch.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="reason">Why not.</param>
    public static bool Supports(DecoderConfig config, [NotNullWhen(false)] out string? reason) =>
        DecodePlanCompiler.Supports(config, out reason);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The cache's pages ran out; the sequence is as it was.</exception>
    public Span<float> Append(int slot, ReadOnlySpan<int> tokens)
    {
        ThrowIfNoSlot(slot);
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        ThrowIfTooLong(slot, tokens.Length);
        foreach (var token in tokens)
        {
            ThrowIfOutside(token);
        }

        cache.Reserve(slot, tokens.Length);
        if (tokens.Length <= LongestKernelPrompt)
        {
            for (var row = 0; row < tokens.Length; row++)
            {
                Place(row, slot, tokens[row], row);
            }

            pass.Run(tokens.Length, oneSequence: true);
        }
        else
        {
            AppendByDecoder(slot, tokens);
        }

        cache.Advance(slot, tokens.Length);
        return new Span<float>(buffers.Logits.Start, VocabularySize);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No page is left for the copy of the last, partly filled one.</exception>
    public void Fork(int from, int to)
    {
        ThrowIfUnused(from);
        ThrowIfNoSlot(to);
        if (cache.Length(to) > 0)
        {
            throw new ArgumentException($"Slot {to} is in use.", nameof(to));
        }

        cache.Fork(from, to);
    }

    /// <inheritdoc/>
    public void Release(int slot)
    {
        ThrowIfNoSlot(slot);
        cache.Release(slot);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The cache's pages ran out; all sequences are as they were.</exception>
    public Span<float> Step(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens)
    {
        if (slots.Length == 0 || slots.Length != tokens.Length || slots.Length > Slots)
        {
            throw new ArgumentException(
                $"A step takes one token for each of 1 to {Slots} slots: got {slots.Length} slots and {tokens.Length} tokens."
            );
        }

        step++;
        for (var row = 0; row < slots.Length; row++)
        {
            ThrowIfUnused(slots[row]);
            ThrowIfTooLong(slots[row], 1);
            ThrowIfOutside(tokens[row]);
            if (lastStep[slots[row]] == step)
            {
                throw new ArgumentException($"Slot {slots[row]} stands twice in one step.", nameof(slots));
            }

            lastStep[slots[row]] = step;
        }

        cache.Reserve(slots);
        for (var row = 0; row < slots.Length; row++)
        {
            Place(row, slots[row], tokens[row], 0);
        }

        pass.Run(slots.Length, oneSequence: false);
        foreach (var slot in slots)
        {
            cache.Advance(slot, 1);
        }

        return new Span<float>(buffers.Logits.Start, slots.Length * VocabularySize);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A slot is in use: its keys and values are those of the old weights.</exception>
    public void Refresh()
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            if (cache.Length(slot) > 0)
            {
                throw new InvalidOperationException($"Slot {slot} holds a sequence of the old weights: release all slots first.");
            }
        }

        packed.Pack();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        team.Dispose();
        packed.Dispose();
        cache.Dispose();
        buffers.Dispose();
    }

    private void Place(int row, int slot, int token, int ahead)
    {
        buffers.Tokens.Start[row] = token;
        buffers.Positions.Start[row] = cache.Length(slot) + ahead;
        buffers.Tables.Start[row] = (nint)cache.Table(slot);
    }

    private void AppendByDecoder(int slot, ReadOnlySpan<int> tokens)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var position = cache.Length(slot);
        var positions = new long[tokens.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = position + i;
        }

        var attention = new PagedPrefillAttention(pass, decoder.Config.Layout, (nint)cache.Table(slot), position);
        Tensor last;
        using (halfPrefill ? Autocast.To(ScalarType.BFloat16) : null)
        {
            last = decoder.HiddenStates(tokens.ToArray(), positions, attention).narrow(0, tokens.Length - 1, 1);
        }

        // Outside of autocast: logits rounded to bfloat16 would be too coarse to sample from.
        var logits = decoder.Logits(last.to(ScalarType.Float32)).contiguous();
        new Span<float>(TensorMemory.Start(logits), VocabularySize).CopyTo(new Span<float>(buffers.Logits.Start, VocabularySize));
    }

    private void ThrowIfNoSlot(int slot)
    {
        if ((uint)slot >= (uint)Slots)
        {
            throw new ArgumentOutOfRangeException(nameof(slot), slot, $"Slots are numbered 0 to {Slots - 1}.");
        }
    }

    private void ThrowIfUnused(int slot)
    {
        ThrowIfNoSlot(slot);
        if (cache.Length(slot) == 0)
        {
            throw new ArgumentException($"Slot {slot} holds no sequence.", nameof(slot));
        }
    }

    private void ThrowIfTooLong(int slot, int more)
    {
        if (cache.Length(slot) + (long)more > longest)
        {
            throw new InvalidInputException(
                $"A sequence of {cache.Length(slot) + (long)more} tokens is longer than the {longest} that a slot holds.",
                "Shorten the prompt, lower max_new_tokens, or raise sequence_capacity up to the model's positions."
            );
        }
    }

    private void ThrowIfOutside(int token)
    {
        if ((uint)token >= (uint)VocabularySize)
        {
            throw new InvalidInputException(
                $"Token id {token} is outside the model's vocabulary of {VocabularySize}.",
                "Use the tokenizer that belongs to this model."
            );
        }
    }
}
