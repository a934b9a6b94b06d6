using Plumbline.Models.Generation;

namespace Plumbline.Benchmarks.Policies;

/// <summary>Counts the tokens that an engine computes. Owns the engine.</summary>
internal sealed class CountingEngine(IDecodeEngine engine) : IDecodeEngine
{
    /// <summary>Tokens computed since the last <see cref="Refresh"/>, prompts and answers.</summary>
    internal long Computed { get; private set; }

    /// <inheritdoc/>
    public int VocabularySize => engine.VocabularySize;

    /// <inheritdoc/>
    public int Slots => engine.Slots;

    /// <inheritdoc/>
    public long TokenCapacity => engine.TokenCapacity;

    /// <inheritdoc/>
    public int SequenceCapacity => engine.SequenceCapacity;

    /// <inheritdoc/>
    public int BlockTokens => engine.BlockTokens;

    /// <inheritdoc/>
    public bool SharesForkedBlocks => engine.SharesForkedBlocks;

    /// <inheritdoc/>
    public long MemoryBytes => engine.MemoryBytes;

    /// <inheritdoc/>
    public Span<float> Append(int slot, ReadOnlySpan<int> tokens)
    {
        Computed += tokens.Length;
        return engine.Append(slot, tokens);
    }

    /// <inheritdoc/>
    public Span<float> Step(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens)
    {
        Computed += tokens.Length;
        return engine.Step(slots, tokens);
    }

    /// <inheritdoc/>
    public void Fork(int from, int to) => engine.Fork(from, to);

    /// <inheritdoc/>
    public void Release(int slot) => engine.Release(slot);

    /// <inheritdoc/>
    public void Refresh()
    {
        Computed = 0;
        engine.Refresh();
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();
}
