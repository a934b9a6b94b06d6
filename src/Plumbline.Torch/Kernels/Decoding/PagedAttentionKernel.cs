using System.Runtime.CompilerServices;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>What one token's attention looks like in one layer.</summary>
/// <param name="Share">Query heads that read one key head.</param>
/// <param name="HeadSize">Values in a head.</param>
/// <param name="Scale">Factor on the scores.</param>
/// <param name="SoftCap">c in c · tanh(score / c); null for none.</param>
/// <param name="Window">Tokens that a token sees, itself included; null for all.</param>
internal readonly record struct AttentionShape(int Share, int HeadSize, float Scale, float? SoftCap, int? Window)
{
    internal static AttentionShape Of(DecodeAttentionPlan plan) =>
        new(plan.Layout.Share, plan.Layout.HeadSize, plan.Scale, plan.SoftCap, plan.Window);

    /// <summary>The first token that the one at <paramref name="position"/> sees.</summary>
    internal int FirstSeen(int position) => Window is { } window ? Math.Max(0, position - window + 1) : 0;
}

/// <summary>
/// softmax(q kᵀ · scale) v of one token over the pages of its sequence, for the query heads that share a key head. Scores: each lane sums one key over the
/// elements of the head. Values: each lane sums one element over the tokens in order. So the result depends on the sequence alone, not on the batch.
/// </summary>
internal static unsafe class PagedAttentionKernel<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    private const int PageTokens = PagedCache.PageTokens;

    // Scores of so many registers are summed at a time, to hide the latency of a multiply-add.
    private const int Chains = 4;

    /// <summary>Floats of scratch that a call needs: scores and sums of values for each head that shares.</summary>
    internal static long ScratchLength(AttentionShape shape, int longest, int valueStride) =>
        shape.Share * (((longest + PageTokens - 1L) / PageTokens * PageTokens) + valueStride);

    /// <summary>The layer's attention of the token at <paramref name="position"/>, whose key and value are in the cache already.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="head">The key head.</param>
    /// <param name="pages">The sequence's pages.</param>
    /// <param name="position">The token's position.</param>
    /// <param name="shape">The layer's attention.</param>
    /// <param name="queries">[share, head size], rotated.</param>
    /// <param name="output">[share, head size], written.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    internal static void Attend(
        PagedCache cache,
        int layer,
        int head,
        int* pages,
        int position,
        AttentionShape shape,
        float* queries,
        float* output,
        float* scratch
    )
    {
        var first = shape.FirstSeen(position);
        var (firstPage, endPage) = (first / PageTokens, (position / PageTokens) + 1);
        var length = (endPage - firstPage) * PageTokens;
        var vectors = length / TUnit.Lanes;
        for (var vector = 0; vector < vectors; vector += Chains)
        {
            for (var query = 0; query < shape.Share; query++)
            {
                Scores(
                    cache,
                    layer,
                    head,
                    pages + firstPage,
                    vector,
                    vectors,
                    shape,
                    queries + (query * shape.HeadSize),
                    scratch + (query * length)
                );
            }
        }

        var sums = scratch + ((long)shape.Share * length);
        new Span<float>(sums, shape.Share * cache.ValueStride).Clear();
        var inverses = stackalloc float[shape.Share];
        for (var query = 0; query < shape.Share; query++)
        {
            var scores = scratch + (query * length);
            new Span<float>(scores, first - (firstPage * PageTokens)).Fill(float.NegativeInfinity);
            var seen = position + 1 - (firstPage * PageTokens);
            new Span<float>(scores + seen, length - seen).Fill(float.NegativeInfinity);
            inverses[query] = 1 / Exponentials(scores, length);
        }

        for (var page = firstPage; page < endPage; page++)
        {
            var start = page * PageTokens;
            var (from, to) = (Math.Max(first - start, 0), Math.Min(position + 1 - start, PageTokens));
            var values = cache.Values(layer, pages[page], head);
            for (var query = 0; query < shape.Share; query++)
            {
                var weights = scratch + (query * length) + (start - (firstPage * PageTokens));
                AddValues(values, cache.ValueStride, weights, from, to, sums + (query * cache.ValueStride));
            }
        }

        for (var query = 0; query < shape.Share; query++)
        {
            for (var j = 0; j < shape.HeadSize; j++)
            {
                output[(query * shape.HeadSize) + j] = sums[(query * cache.ValueStride) + j] * inverses[query];
            }
        }
    }

    // Scores of four registers of keys, from register `vector` on; those beyond the last repeat it.
    private static void Scores(
        PagedCache cache,
        int layer,
        int head,
        int* pages,
        int vector,
        int vectors,
        AttentionShape shape,
        float* query,
        float* scores
    )
    {
        var (v1, v2, v3) = (Math.Min(vector + 1, vectors - 1), Math.Min(vector + 2, vectors - 1), Math.Min(vector + 3, vectors - 1));
        var k0 = Keys(cache, layer, head, pages, vector);
        var k1 = Keys(cache, layer, head, pages, v1);
        var k2 = Keys(cache, layer, head, pages, v2);
        var k3 = Keys(cache, layer, head, pages, v3);
        var zero = TUnit.Create(0f);
        var (s0, s1, s2, s3) = (zero, zero, zero, zero);
        for (var j = 0; j < shape.HeadSize; j++)
        {
            var element = TUnit.Create(query[j]);
            s0 = TUnit.MultiplyAdd(TUnit.Load(k0), element, s0);
            s1 = TUnit.MultiplyAdd(TUnit.Load(k1), element, s1);
            s2 = TUnit.MultiplyAdd(TUnit.Load(k2), element, s2);
            s3 = TUnit.MultiplyAdd(TUnit.Load(k3), element, s3);
            k0 += PageTokens;
            k1 += PageTokens;
            k2 += PageTokens;
            k3 += PageTokens;
        }

        TUnit.Store(Scaled(s0, shape), scores + (vector * TUnit.Lanes));
        TUnit.Store(Scaled(s1, shape), scores + (v1 * TUnit.Lanes));
        TUnit.Store(Scaled(s2, shape), scores + (v2 * TUnit.Lanes));
        TUnit.Store(Scaled(s3, shape), scores + (v3 * TUnit.Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Keys(PagedCache cache, int layer, int head, int* pages, int vector)
    {
        var token = vector * TUnit.Lanes;
        return cache.Keys(layer, pages[token / PageTokens], head) + (token % PageTokens);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Scaled(TFloat scores, AttentionShape shape)
    {
        var scaled = TUnit.Multiply(scores, TUnit.Create(shape.Scale));
        return shape.SoftCap is { } cap ? VectorMath<TUnit, TFloat, TInteger>.SoftCap(scaled, cap) : scaled;
    }

    // Scores become e^(score − largest); unseen ones next to nothing, and nobody reads those. Returns the sum.
    private static float Exponentials(float* scores, int length)
    {
        var largest = TUnit.Create(float.NegativeInfinity);
        for (var j = 0; j < length; j += TUnit.Lanes)
        {
            largest = TUnit.Maximum(largest, TUnit.Load(scores + j));
        }

        largest = TUnit.Create(TUnit.MaximumLane(largest));
        var sums = TUnit.Create(0f);
        for (var j = 0; j < length; j += TUnit.Lanes)
        {
            var exponential = VectorMath<TUnit, TFloat, TInteger>.Exp(TUnit.Subtract(TUnit.Load(scores + j), largest));
            TUnit.Store(exponential, scores + j);
            sums = TUnit.Add(sums, exponential);
        }

        return TUnit.SumLanes(sums);
    }

    // Adds weight · value of tokens from … to − 1 of a page, four registers of elements at a time; those beyond the last repeat it.
    private static void AddValues(float* values, int stride, float* weights, int from, int to, float* sums)
    {
        var last = stride - TUnit.Lanes;
        for (var j = 0; j < stride; j += Chains * TUnit.Lanes)
        {
            var (j1, j2, j3) = (
                Math.Min(j + TUnit.Lanes, last),
                Math.Min(j + (2 * TUnit.Lanes), last),
                Math.Min(j + (3 * TUnit.Lanes), last)
            );
            var s0 = TUnit.Load(sums + j);
            var s1 = TUnit.Load(sums + j1);
            var s2 = TUnit.Load(sums + j2);
            var s3 = TUnit.Load(sums + j3);
            var row = values + ((long)from * stride);
            for (var token = from; token < to; token++)
            {
                var weight = TUnit.Create(weights[token]);
                s0 = TUnit.MultiplyAdd(TUnit.Load(row + j), weight, s0);
                s1 = TUnit.MultiplyAdd(TUnit.Load(row + j1), weight, s1);
                s2 = TUnit.MultiplyAdd(TUnit.Load(row + j2), weight, s2);
                s3 = TUnit.MultiplyAdd(TUnit.Load(row + j3), weight, s3);
                row += stride;
            }

            TUnit.Store(s0, sums + j);
            TUnit.Store(s1, sums + j1);
            TUnit.Store(s2, sums + j2);
            TUnit.Store(s3, sums + j3);
        }
    }
}
