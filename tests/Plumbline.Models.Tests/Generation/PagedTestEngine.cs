using Plumbline.Models.Generation;
using Plumbline.Randomness;

namespace Plumbline.Models.Tests.Generation;

/// <summary>
/// An engine without a model: logits are a hash of the whole sequence, or what a test wants. Room is kept page by page as a paged cache does it, with shared
/// pages counted, and whatever is not allowed throws.
/// </summary>
internal sealed class PagedTestEngine(int slots, int sequenceCapacity, int vocabulary = 32) : IDecodeEngine
{
    private readonly List<int>?[] sequences = new List<int>?[slots];
    private readonly List<Page>[] pages = [.. Enumerable.Range(0, slots).Select(_ => new List<Page>())];
    private long pagesInUse;
    private readonly float[] logits = new float[slots * vocabulary];

    public int VocabularySize => vocabulary;

    public int Slots => slots;

    public int SequenceCapacity => sequenceCapacity;

    public long TokenCapacity { get; init; } = (long)slots * sequenceCapacity;

    public int BlockTokens { get; init; } = 1;

    public bool SharesForkedBlocks { get; init; }

    public long MemoryBytes => 1000;

    /// <summary>Writes the logits after a sequence; null for the hash.</summary>
    public Action<IReadOnlyList<int>, Span<float>>? Model { get; init; }

    public int Steps { get; private set; }

    public int Forks { get; private set; }

    /// <summary>Tokens of every <see cref="Append"/>.</summary>
    public List<int> Chunks { get; } = [];

    public int MostInUse { get; private set; }

    public int InUse => sequences.Count(sequence => sequence is not null);

    public long MostTokens { get; private set; }

    public Span<float> Append(int slot, ReadOnlySpan<int> tokens)
    {
        Assert.True(tokens.Length > 0);
        Chunks.Add(tokens.Length);
        sequences[slot] ??= [];
        foreach (var token in tokens)
        {
            Grow(slot, token);
        }

        MostInUse = Math.Max(MostInUse, InUse);
        return Row(slot, 0);
    }

    public void Fork(int from, int to)
    {
        Assert.NotNull(sequences[from]);
        Assert.Null(sequences[to]);
        Forks++;
        sequences[to] = [.. sequences[from]!];
        var full = sequences[from]!.Count / BlockTokens;
        for (var i = 0; i < pages[from].Count; i++)
        {
            Hold(to, SharesForkedBlocks && i < full ? pages[from][i] : new Page());
        }

        MostInUse = Math.Max(MostInUse, InUse);
    }

    public void Release(int slot)
    {
        Assert.NotNull(sequences[slot]);
        sequences[slot] = null;
        pagesInUse -= pages[slot].Count(page => --page.Owners == 0);
        pages[slot].Clear();
    }

    public Span<float> Step(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens)
    {
        Steps++;
        for (var row = 0; row < slots.Length; row++)
        {
            Assert.NotNull(sequences[slots[row]]);
            Grow(slots[row], tokens[row]);
            Row(slots[row], row);
        }

        return logits.AsSpan(0, slots.Length * vocabulary);
    }

    public void Refresh() => Assert.Equal(0, InUse);

    public void Dispose() { }

    private void Grow(int slot, int token)
    {
        sequences[slot]!.Add(token);
        Assert.True(sequences[slot]!.Count <= sequenceCapacity, "A sequence outgrew its slot.");
        if (sequences[slot]!.Count > pages[slot].Count * BlockTokens)
        {
            Hold(slot, new Page());
        }
    }

    private void Hold(int slot, Page page)
    {
        pages[slot].Add(page);
        pagesInUse += page.Owners++ == 0 ? 1 : 0;
        MostTokens = Math.Max(MostTokens, pagesInUse * BlockTokens);
        Assert.True(pagesInUse * BlockTokens <= TokenCapacity, "The cache is over-committed.");
    }

    private Span<float> Row(int slot, int row)
    {
        var target = logits.AsSpan(row * vocabulary, vocabulary);
        if (Model is not null)
        {
            target.Clear();
            Model(sequences[slot]!, target);
            return target;
        }

        var hash = sequences[slot]!.Aggregate(new Seed(1), (seed, token) => seed.Derive("token", token));
        var random = hash.Source();
        for (var id = 0; id < vocabulary; id++)
        {
            target[id] = 2 * (float)random.NextNormal();
        }

        return target;
    }

    private sealed class Page
    {
        internal int Owners { get; set; }
    }
}
