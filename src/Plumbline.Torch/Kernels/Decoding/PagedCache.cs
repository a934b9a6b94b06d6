using Plumbline.Torch.Functions;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// Keys and values of growing sequences in pages of sixteen tokens, all allocated at construction. A page holds its tokens for all layers and is counted: a
/// forked sequence shares the full pages of the one it came from and gets a copy of the last, partly filled one, so the page a sequence writes is its own.
/// Not thread-safe, but members of a team may read and write the tokens of different rows.
/// </summary>
/// <remarks>
/// In a page, a key head is [head size, 16 tokens], so that one register holds one element of sixteen keys and their scores need no sum across lanes; a value
/// head is [16 tokens, stride], neighbouring elements in neighbouring lanes.
/// </remarks>
internal sealed unsafe class PagedCache : IDisposable
{
    /// <summary>Tokens of a page.</summary>
    internal const int PageTokens = 16;

    private readonly int layers;
    private readonly int heads;
    private readonly int longest;
    private readonly long block;
    private readonly NativeBuffer<float> keys;
    private readonly NativeBuffer<float> values;
    private readonly NativeBuffer<int> tables;
    private readonly int pagesPerSlot;
    private readonly int[] lengths;
    private readonly int[] held;
    private readonly int[] holders;
    private readonly int[] free;

    /// <param name="layers">Layers.</param>
    /// <param name="layout">The heads of every layer.</param>
    /// <param name="slots">Sequences.</param>
    /// <param name="tokens">Tokens that fit in all, rounded up to pages.</param>
    /// <param name="longest">Tokens of the longest sequence.</param>
    internal PagedCache(int layers, HeadLayout layout, int slots, long tokens, int longest)
    {
        this.layers = layers;
        this.longest = longest;
        heads = layout.KeyValueHeads;
        ValueStride = (layout.HeadSize + PageTokens - 1) / PageTokens * PageTokens;
        block = (long)ValueStride * PageTokens;
        Pages = PagesFor(tokens);
        pagesPerSlot = Math.Min(PagesFor(longest), Pages);
        keys = new NativeBuffer<float>(layers * (long)Pages * heads * block);
        values = new NativeBuffer<float>(layers * (long)Pages * heads * block);
        tables = new NativeBuffer<int>((long)slots * pagesPerSlot);
        lengths = new int[slots];
        held = new int[slots];
        holders = new int[Pages];
        free = new int[Pages];
        FreePages = Pages;
        for (var page = 0; page < Pages; page++)
        {
            free[page] = Pages - 1 - page;
        }
    }

    /// <summary>Sequences that fit.</summary>
    internal int Slots => lengths.Length;

    /// <summary>Pages in all.</summary>
    internal int Pages { get; }

    /// <summary>Pages that no sequence holds.</summary>
    internal int FreePages { get; private set; }

    /// <summary>Values from one token's value head to the next; a multiple of 16.</summary>
    internal int ValueStride { get; }

    /// <summary>The most tokens that one sequence can reach here.</summary>
    internal int LongestSequence => Math.Min(longest, Pages * PageTokens);

    internal long Bytes => keys.Bytes + values.Bytes + tables.Bytes;

    /// <summary>Pages that a sequence of so many tokens takes when it shares none.</summary>
    internal static int PagesFor(long tokens) => checked((int)((tokens + PageTokens - 1) / PageTokens));

    /// <summary>Tokens of a slot's sequence; 0 for an unused one.</summary>
    internal int Length(int slot) => lengths[slot];

    /// <summary>The pages of a slot's sequence, in order.</summary>
    internal int* Table(int slot) => tables.Start + ((long)slot * pagesPerSlot);

    /// <summary>A page's keys of one head: [head size, 16].</summary>
    internal float* Keys(int layer, int page, int head) => keys.Start + ((((((long)layer * Pages) + page) * heads) + head) * block);

    /// <summary>A page's values of one head: [16, stride].</summary>
    internal float* Values(int layer, int page, int head) => values.Start + ((((((long)layer * Pages) + page) * heads) + head) * block);

    /// <summary>Makes room for one more token in each of several sequences; takes no page where not all have room.</summary>
    /// <exception cref="InvalidOperationException">The pages ran out.</exception>
    internal void Reserve(ReadOnlySpan<int> slots)
    {
        var wanted = 0;
        foreach (var slot in slots)
        {
            wanted += Missing(slot, 1);
        }

        ThrowIfFewerThan(wanted);
        foreach (var slot in slots)
        {
            Grow(slot, 1);
        }
    }

    /// <summary>Makes room for more tokens in one sequence.</summary>
    /// <exception cref="InvalidOperationException">The pages ran out.</exception>
    internal void Reserve(int slot, int tokens)
    {
        ThrowIfFewerThan(Missing(slot, tokens));
        Grow(slot, tokens);
    }

    /// <summary>Counts tokens whose keys and values were written.</summary>
    internal void Advance(int slot, int tokens) => lengths[slot] += tokens;

    /// <summary>Lets an unused slot hold the sequence of another.</summary>
    /// <exception cref="InvalidOperationException">No page is left for the copy of the last one.</exception>
    internal void Fork(int from, int to)
    {
        var (full, rest) = Math.DivRem(lengths[from], PageTokens);
        ThrowIfFewerThan(rest == 0 ? 0 : 1);
        var (source, target) = ((nint)Table(from), (nint)Table(to));
        for (var i = 0; i < full; i++)
        {
            var page = ((int*)source)[i];
            ((int*)target)[i] = page;
            holders[page]++;
        }

        if (rest > 0)
        {
            var page = Take();
            ((int*)target)[full] = page;
            Copy(((int*)source)[full], page);
        }

        lengths[to] = lengths[from];
        held[to] = PagesFor(lengths[to]);
    }

    /// <summary>Gives a sequence's pages back, those that no other holds.</summary>
    internal void Release(int slot)
    {
        var table = Table(slot);
        for (var i = 0; i < held[slot]; i++)
        {
            if (--holders[table[i]] == 0)
            {
                free[FreePages++] = table[i];
            }
        }

        lengths[slot] = 0;
        held[slot] = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
        tables.Dispose();
    }

    private void Grow(int slot, int tokens)
    {
        var table = Table(slot);
        for (var missing = Missing(slot, tokens); missing > 0; missing--)
        {
            table[held[slot]++] = Take();
        }
    }

    // A pass that failed after it had reserved leaves its pages with the slot, for the next one or for the release.
    private int Missing(int slot, int tokens) => Math.Max(0, PagesFor(lengths[slot] + tokens) - held[slot]);

    private int Take()
    {
        var page = free[--FreePages];
        holders[page] = 1;
        return page;
    }

    private void Copy(int from, int to)
    {
        var length = heads * block;
        for (var layer = 0; layer < layers; layer++)
        {
            Buffer.MemoryCopy(Keys(layer, from, 0), Keys(layer, to, 0), length * sizeof(float), length * sizeof(float));
            Buffer.MemoryCopy(Values(layer, from, 0), Values(layer, to, 0), length * sizeof(float), length * sizeof(float));
        }
    }

    private void ThrowIfFewerThan(int wanted)
    {
        if (wanted > FreePages)
        {
            throw new InvalidOperationException(
                $"The cache has {FreePages} of its {Pages} pages of {PageTokens} tokens left and {wanted} are needed: reserve before admitting a sequence, or give the cache more tokens."
            );
        }
    }
}
