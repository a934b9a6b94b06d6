namespace Plumbline.Models.Generation;

/// <summary>
/// Runs one model over a fixed number of growing sequences with their keys and values cached: what a sampler drives. One sequence lives in one slot. Not
/// thread-safe.
/// </summary>
public interface IDecodeEngine : IDisposable
{
    /// <summary>Scores in a row of logits.</summary>
    int VocabularySize { get; }

    /// <summary>Sequences that fit at a time; slots are numbered from 0.</summary>
    int Slots { get; }

    /// <summary>Tokens that fit into all slots together; a shared prompt counts once where the engine shares it.</summary>
    long TokenCapacity { get; }

    /// <summary>Tokens that the sequence of one slot may grow to; never more than the model's positions.</summary>
    int SequenceCapacity { get; }

    /// <summary>
    /// Room is taken in blocks of so many tokens: a sequence of n tokens takes ⌈n / block⌉ · block out of <see cref="TokenCapacity"/>. 1 where it is taken
    /// token by token.
    /// </summary>
    int BlockTokens { get; }

    /// <summary>
    /// Whether forked slots share the full blocks of the prompt that they have in common: ⌊prompt / block⌋ · block tokens then count once, until the last
    /// of these slots is released.
    /// </summary>
    bool SharesForkedBlocks { get; }

    /// <summary>Bytes this engine holds beside the model: its cache, its own copy of the weights and its buffers. Fixed at construction.</summary>
    long MemoryBytes { get; }

    /// <summary>
    /// Appends tokens to the sequence of an unused or growing slot in one pass (chunked prefill: a long prompt comes in several calls).
    /// </summary>
    /// <param name="slot">The slot.</param>
    /// <param name="tokens">At least one token.</param>
    /// <returns>[vocabulary] logits after the last of them; valid until the next call. The caller may overwrite them.</returns>
    /// <exception cref="InvalidInputException">A token is outside the vocabulary, or the sequence grows beyond the model's positions.</exception>
    Span<float> Append(int slot, ReadOnlySpan<int> tokens);

    /// <summary>Makes an unused slot hold the same sequence as another: the prompt of a group is computed once.</summary>
    /// <param name="from">A slot in use.</param>
    /// <param name="to">An unused slot.</param>
    void Fork(int from, int to);

    /// <summary>Forgets the sequence of a slot, which is unused from then on.</summary>
    void Release(int slot);

    /// <summary>Appends one token to each of several sequences.</summary>
    /// <param name="slots">Slots in use, each at most once.</param>
    /// <param name="tokens">One token for each.</param>
    /// <returns>[slots, vocabulary] logits, row after row; valid until the next call. The caller may overwrite them.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Append"/>.</exception>
    Span<float> Step(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens);

    /// <summary>Takes over the model's present weights, after an update of the policy. No slot may be in use.</summary>
    void Refresh();
}
