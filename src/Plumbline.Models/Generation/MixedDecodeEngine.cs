namespace Plumbline.Models.Generation;

/// <summary>
/// Decodes from the geometric mixture of two models over one vocabulary, p ∝ p_first^(1 − share) · p_second^share, token by token: their logits are mixed. Both hold
/// the same sequences. Owns both.
/// </summary>
public sealed class MixedDecodeEngine : IDecodeEngine
{
    private readonly IDecodeEngine first;
    private readonly IDecodeEngine second;
    private readonly float share;

    /// <summary>A mixture.</summary>
    /// <param name="first">One engine; owned from now on.</param>
    /// <param name="second">The other; owned from now on.</param>
    /// <param name="share">What the second one counts, in [0, 1].</param>
    /// <exception cref="InvalidInputException">The engines do not fit together, or the share is out of range.</exception>
    public MixedDecodeEngine(IDecodeEngine first, IDecodeEngine second, double share)
    {
        if (first.VocabularySize != second.VocabularySize || share is not (>= 0 and <= 1))
        {
            throw new InvalidInputException(
                $"Models over {first.VocabularySize} and {second.VocabularySize} tokens cannot be mixed with a share of {share}.",
                "Give two models with one vocabulary, and a share in [0, 1]."
            );
        }

        (this.first, this.second, this.share) = (first, second, (float)share);
    }

    /// <inheritdoc/>
    public int VocabularySize => first.VocabularySize;

    /// <inheritdoc/>
    public int Slots => Math.Min(first.Slots, second.Slots);

    /// <inheritdoc/>
    public long TokenCapacity => Math.Min(first.TokenCapacity, second.TokenCapacity);

    /// <inheritdoc/>
    public int SequenceCapacity => Math.Min(first.SequenceCapacity, second.SequenceCapacity);

    /// <inheritdoc/>
    public int BlockTokens => Math.Max(first.BlockTokens, second.BlockTokens);

    /// <inheritdoc/>
    public bool SharesForkedBlocks => first.SharesForkedBlocks && second.SharesForkedBlocks;

    /// <inheritdoc/>
    public long MemoryBytes => first.MemoryBytes + second.MemoryBytes;

    /// <inheritdoc/>
    public Span<float> Append(int slot, ReadOnlySpan<int> tokens) => Mix(first.Append(slot, tokens), second.Append(slot, tokens));

    /// <inheritdoc/>
    public void Fork(int from, int to)
    {
        first.Fork(from, to);
        second.Fork(from, to);
    }

    /// <inheritdoc/>
    public void Release(int slot)
    {
        first.Release(slot);
        second.Release(slot);
    }

    /// <inheritdoc/>
    public Span<float> Step(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens) =>
        Mix(first.Step(slots, tokens), second.Step(slots, tokens));

    /// <inheritdoc/>
    public void Refresh()
    {
        first.Refresh();
        second.Refresh();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    private Span<float> Mix(Span<float> ours, Span<float> theirs)
    {
        for (var i = 0; i < ours.Length; i++)
        {
            ours[i] += share * (theirs[i] - ours[i]);
        }

        return ours;
    }
}
