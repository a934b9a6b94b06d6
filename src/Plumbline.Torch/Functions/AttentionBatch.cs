namespace Plumbline.Torch.Functions;

/// <summary>
/// Spans of like shape that are attended in one product each: their queries filled up to <see cref="Queries"/>, their keys (the prompt's, then their own) to
/// <see cref="Keys"/>. No token looks at the filling, and nothing that the filling sees is kept.
/// </summary>
/// <param name="Items">The spans.</param>
/// <param name="Queries">Rows of the longest span, rounded up.</param>
/// <param name="Keys">Keys of the span with the most, rounded up.</param>
internal sealed record AttentionBatch(AttentionSpan[] Items, int Queries, int Keys)
{
    // Few distinct sizes, because libtorch compiles a multiply for each new one; both are whole vector registers.
    private const int QueryStep = 16;
    private const int KeyStep = 32;

    // Pairs of query and key whose scores exist at a time, for each head.
    private const int LargestBlock = 1 << 19;
    private const int LongestBlock = 128;

    /// <summary>Queries that are attended at a time: all of few, and fewer where there are many keys.</summary>
    internal int BlockQueries => Math.Clamp(LargestBlock / (Items.Length * Keys) / QueryStep * QueryStep, QueryStep, LongestBlock);

    /// <summary>The keys that some query of a block sees, rounded to whole registers.</summary>
    /// <param name="first">The block's first query.</param>
    /// <param name="end">The query after its last.</param>
    /// <param name="window">Keys that a query sees at most; null for all.</param>
    internal (int First, int End) SeenKeys(int first, int end, int? window)
    {
        var (from, to) = (Keys, 0);
        foreach (var item in Items)
        {
            if (item.Length > first)
            {
                from = Math.Min(from, FirstKey(item, first, window));
                to = Math.Max(to, item.PromptLength + Math.Min(end, item.Length));
            }
        }

        return (from / KeyStep * KeyStep, Up(to, KeyStep));
    }

    /// <summary>The first key that a query sees.</summary>
    internal static int FirstKey(AttentionSpan item, int query, int? window) =>
        window is { } width ? Math.Max(0, item.PromptLength + query - width + 1) : 0;

    /// <summary>Batches of spans: one joins the first batch that it fits without much filling.</summary>
    internal static AttentionBatch[] Of(IReadOnlyList<AttentionSpan> spans)
    {
        var open = new List<Growing>();
        foreach (var span in spans.OrderByDescending(span => span.Keys).ThenByDescending(span => span.Length).ThenBy(span => span.Start))
        {
            var batch = open.Find(candidate => candidate.Takes(span));
            if (batch is null)
            {
                open.Add(batch = new Growing());
            }

            batch.Add(span);
        }

        return [.. open.Select(batch => new AttentionBatch([.. batch.Items], batch.Queries, batch.Keys))];
    }

    private static int Up(int count, int step) => (count + step - 1) / step * step;

    // The pairs of query and key that a batch computes for each of its items: a causal block of queries leaves out what none of it sees.
    private static double Pairs(int queries, int keys) => (double)queries * (keys - (queries / 2.0));

    private sealed class Growing
    {
        // At most a fifth of what is computed is filling, or less than a batch of its own would cost.
        private const double LeastUsed = 0.8;
        private const double CostOfBatch = 8192;

        private double used;

        internal List<AttentionSpan> Items { get; } = [];

        internal int Queries { get; private set; }

        internal int Keys { get; private set; }

        internal bool Takes(AttentionSpan span)
        {
            var (queries, keys) = (Math.Max(Queries, Up(span.Length, QueryStep)), Math.Max(Keys, Up(span.Keys, KeyStep)));
            var count = Items.Count + 1;
            var (all, useful) = (count * Pairs(queries, keys), used + Pairs(span.Length, span.Keys));
            return (long)count * Math.Min(queries, LongestBlock) * keys <= LargestBlock
                && (useful >= LeastUsed * all || all - useful < CostOfBatch);
        }

        internal void Add(AttentionSpan span)
        {
            Items.Add(span);
            (Queries, Keys) = (Math.Max(Queries, Up(span.Length, QueryStep)), Math.Max(Keys, Up(span.Keys, KeyStep)));
            used += Pairs(span.Length, span.Keys);
        }
    }
}
