namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// Attention of a pass's rows: rotates queries and keys, writes keys and values into the cache, attends. A member takes whole pairs of a row and a key head.
/// </summary>
internal sealed unsafe class RowAttention<TUnit, TFloat, TInteger>(
    PackedDecoder decoder,
    PagedCache cache,
    DecodeBuffers buffers,
    ThreadTeam team
) : ITeamWork
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    private readonly AttentionShape[] shapes = [.. decoder.Layers.Select(layer => AttentionShape.Of(layer.Plan.Attention))];
    private readonly int[] rotaries = [.. decoder.Layers.Select(layer => buffers.Rotaries.ToList().IndexOf(layer.Plan.Attention.Rotary!))];

    // A pass from outside: consecutive tokens of one sequence, rotated already.
    private (int Layer, nint Rows, int Count, nint Table, int Position, nint Output) outside;

    /// <summary>Cosines and sines of a row's angles, for every rotation of the plan.</summary>
    internal void Turn(int row)
    {
        for (var rotary = 0; rotary < buffers.Rotaries.Count; rotary++)
        {
            var plan = buffers.Rotaries[rotary];
            var cosines = buffers.Rotation(rotary, row);
            var sines = cosines + plan.Frequencies.Length;
            for (var j = 0; j < plan.Frequencies.Length; j++)
            {
                var (sine, cosine) = MathF.SinCos(buffers.Positions.Start[row] * plan.Frequencies[j]);
                (cosines[j], sines[j]) = (cosine * plan.Factor, sine * plan.Factor);
            }
        }
    }

    /// <summary>A member's share of one layer's attention over the rows in the buffers.</summary>
    internal void Rows(int member, int layer, PackedLayer weights, int count, bool oneSequence)
    {
        var heads = weights.Plan.Attention.Layout.KeyValueHeads;
        for (var item = member; item < count * heads; item += team.Members)
        {
            var (row, head) = Math.DivRem(item, heads);
            Turned(layer, weights, row, head);
            Write(layer, Row(weights, row), (int*)buffers.Tables.Start[row], buffers.Positions.Start[row], head);
            if (!oneSequence)
            {
                Attend(member, layer, weights, row, head);
            }
        }

        if (!oneSequence)
        {
            return;
        }

        // Rows of one sequence see each other's keys.
        team.Barrier();
        for (var item = member; item < count * heads; item += team.Members)
        {
            var (row, head) = Math.DivRem(item, heads);
            Attend(member, layer, weights, row, head);
        }
    }

    /// <summary>One layer's attention over rows that were projected and rotated elsewhere.</summary>
    internal void Run(int layer, float* rows, int count, int* table, int position, float* output)
    {
        outside = (layer, (nint)rows, count, (nint)table, position, (nint)output);
        team.Run(this);
    }

    /// <inheritdoc/>
    void ITeamWork.Run(int member)
    {
        var (layer, rows, count, table, position, output) = outside;
        var layout = decoder.Layers[layer].Plan.Attention.Layout;
        var items = count * layout.KeyValueHeads;
        for (var item = member; item < items; item += team.Members)
        {
            var (row, head) = Math.DivRem(item, layout.KeyValueHeads);
            Write(layer, (float*)rows + ((long)row * layout.RowSize), (int*)table, position + row, head);
        }

        team.Barrier();
        for (var item = member; item < items; item += team.Members)
        {
            var (row, head) = Math.DivRem(item, layout.KeyValueHeads);
            var first = head * layout.Share * layout.HeadSize;
            PagedAttentionKernel<TUnit, TFloat, TInteger>.Attend(
                cache,
                layer,
                head,
                (int*)table,
                position + row,
                shapes[layer],
                (float*)rows + ((long)row * layout.RowSize) + first,
                (float*)output + ((long)row * layout.QuerySize) + first,
                buffers.OwnScratch(member)
            );
        }
    }

    private float* Row(PackedLayer weights, int row) => buffers.QueryKeyValue.Start + ((long)row * weights.Plan.Attention.Layout.RowSize);

    private void Attend(int member, int layer, PackedLayer weights, int row, int head)
    {
        var layout = weights.Plan.Attention.Layout;
        var first = head * layout.Share * layout.HeadSize;
        PagedAttentionKernel<TUnit, TFloat, TInteger>.Attend(
            cache,
            layer,
            head,
            (int*)buffers.Tables.Start[row],
            buffers.Positions.Start[row],
            shapes[layer],
            Row(weights, row) + first,
            buffers.Attended.Start + ((long)row * layout.QuerySize) + first,
            buffers.OwnScratch(member)
        );
    }

    // Normalises and rotates a row's key head and the query heads that read it, in place.
    private void Turned(int layer, PackedLayer weights, int row, int head)
    {
        var layout = weights.Plan.Attention.Layout;
        var queries = Row(weights, row) + (head * layout.Share * layout.HeadSize);
        for (var query = 0; query < layout.Share; query++)
        {
            Turned(layer, weights.QueryNorm, queries + (query * layout.HeadSize), row);
        }

        Turned(layer, weights.KeyNorm, Row(weights, row) + layout.QuerySize + (head * layout.HeadSize), row);
    }

    private void Turned(int layer, PackedNorm? norm, float* head, int row)
    {
        if (norm is not null)
        {
            NormKernel<TUnit, TFloat, TInteger>.Row(norm, head, head);
        }

        if (rotaries[layer] >= 0)
        {
            var angles = buffers.Rotaries[rotaries[layer]].Frequencies.Length;
            var cosines = buffers.Rotation(rotaries[layer], row);
            HeadRotation<TUnit, TFloat, TInteger>.Rotate(head, cosines, cosines + angles, angles);
        }
    }

    private void Write(int layer, float* row, int* table, int position, int head)
    {
        var layout = decoder.Layers[layer].Plan.Attention.Layout;
        var (page, token) = (table[position / PagedCache.PageTokens], position % PagedCache.PageTokens);
        var key = row + layout.QuerySize + (head * layout.HeadSize);
        var keys = cache.Keys(layer, page, head) + token;
        for (var j = 0; j < layout.HeadSize; j++)
        {
            keys[j * PagedCache.PageTokens] = key[j];
        }

        var value = new Span<float>(key + layout.KeyValueSize, layout.HeadSize);
        value.CopyTo(new Span<float>(cache.Values(layer, page, head) + (token * cache.ValueStride), layout.HeadSize));
    }
}
