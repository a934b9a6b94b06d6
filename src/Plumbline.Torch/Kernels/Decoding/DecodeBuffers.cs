namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>What a pass works on, allocated once for the most rows that a pass may have. Row-major float32 unless said otherwise.</summary>
internal sealed unsafe class DecodeBuffers : IDisposable
{
    /// <param name="decoder">The decoder.</param>
    /// <param name="cache">Its cache.</param>
    /// <param name="rows">The most rows of a pass.</param>
    /// <param name="scored">The most rows whose logits a pass computes.</param>
    /// <param name="members">Members of the team.</param>
    internal DecodeBuffers(PackedDecoder decoder, PagedCache cache, int rows, int scored, int members)
    {
        var plan = decoder.Plan;
        var shapes = plan.Layers.Select(layer => AttentionShape.Of(layer.Attention)).ToArray();
        Rotaries = [.. plan.Layers.Select(layer => layer.Attention.Rotary).OfType<RotaryPlan>().Distinct()];
        Rows = rows;
        RowWidth = decoder.WidestInput + 1;
        ScratchLength = shapes.Max(shape =>
            PagedAttentionKernel<UnitScalar, float, int>.ScratchLength(shape, cache.LongestSequence, cache.ValueStride)
        );
        RotaryWidth = Rotaries.Select(rotary => rotary.Frequencies.Length).DefaultIfEmpty().Max();
        Hidden = new((long)rows * plan.HiddenSize);
        QueryKeyValue = new((long)rows * plan.Layers.Max(layer => layer.Attention.QueryKeyValue.Outputs));
        Attended = new((long)rows * plan.Layers.Max(layer => layer.Attention.Output.Inputs));
        AttentionBranch = new((long)rows * plan.HiddenSize);
        Gates = new((long)rows * plan.Layers.Max(layer => layer.FeedForward.Up.Outputs));
        Inner = new((long)rows * plan.Layers.Max(layer => layer.FeedForward.Up.Outputs));
        FeedForwardBranch = new((long)rows * plan.HiddenSize);
        Prepared = new(PreparedRows.Words(rows, RowWidth));
        Scales = new(PreparedRows.Words(rows, 1));
        Logits = new((long)scored * plan.Head.Outputs);
        Rotations = new(2L * rows * RotaryWidth * Rotaries.Count);
        Own = [.. Enumerable.Range(0, members).Select(_ => new NativeBuffer<float>((2L * RowWidth) + 1 + ScratchLength))];
        Positions = new(rows);
        Tokens = new(rows);
        Tables = new(rows);
    }

    /// <summary>The most rows of a pass.</summary>
    internal int Rows { get; }

    /// <summary>The distinct rotations of the plan's layers.</summary>
    internal IReadOnlyList<RotaryPlan> Rotaries { get; }

    /// <summary>[rows, hidden size]: the residual stream.</summary>
    internal NativeBuffer<float> Hidden { get; }

    /// <summary>[rows, row size of the layer].</summary>
    internal NativeBuffer<float> QueryKeyValue { get; }

    /// <summary>[rows, query size of the layer].</summary>
    internal NativeBuffer<float> Attended { get; }

    /// <summary>[rows, hidden size]: what attention adds to the residual stream.</summary>
    internal NativeBuffer<float> AttentionBranch { get; }

    /// <summary>[rows, inner size of the layer].</summary>
    internal NativeBuffer<float> Gates { get; }

    /// <summary>[rows, inner size of the layer].</summary>
    internal NativeBuffer<float> Inner { get; }

    /// <summary>[rows, hidden size]: what the feed-forward adds to the residual stream.</summary>
    internal NativeBuffer<float> FeedForwardBranch { get; }

    /// <summary>The next product's inputs, in the blocks of <see cref="PreparedRows"/>.</summary>
    internal NativeBuffer<float> Prepared { get; }

    /// <summary>[rows]: scales of prepared rows.</summary>
    internal NativeBuffer<float> Scales { get; }

    /// <summary>[scored rows, vocabulary].</summary>
    internal NativeBuffer<float> Logits { get; }

    /// <summary>[rows] positions of the rows' tokens.</summary>
    internal NativeBuffer<int> Positions { get; }

    /// <summary>[rows] the rows' tokens.</summary>
    internal NativeBuffer<int> Tokens { get; }

    /// <summary>[rows] addresses of the page tables of the rows' sequences.</summary>
    internal NativeBuffer<nint> Tables { get; }

    internal long Bytes => Floats.Sum(buffer => buffer.Bytes) + Positions.Bytes + Tokens.Bytes + Tables.Bytes;

    private int RowWidth { get; }

    private int RotaryWidth { get; }

    private long ScratchLength { get; }

    private NativeBuffer<float> Rotations { get; }

    private NativeBuffer<float>[] Own { get; }

    private IEnumerable<NativeBuffer<float>> Floats =>
        [Hidden, QueryKeyValue, Attended, AttentionBranch, Gates, Inner, FeedForwardBranch, Prepared, Scales, Logits, Rotations, .. Own];

    /// <summary>A member's own row: a normalised one, with one value more for an odd number of inputs.</summary>
    internal float* OwnRow(int member) => Own[member].Start;

    /// <summary>A member's own prepared row.</summary>
    internal float* OwnPrepared(int member) => Own[member].Start + RowWidth;

    /// <summary>The scale of a member's own prepared row.</summary>
    internal float* OwnScale(int member) => Own[member].Start + (2 * RowWidth);

    /// <summary>A member's scratch for attention.</summary>
    internal float* OwnScratch(int member) => Own[member].Start + (2 * RowWidth) + 1;

    /// <summary>Cosines of a row's angles, and behind them as many sines.</summary>
    internal float* Rotation(int rotary, int row) => Rotations.Start + (2L * RotaryWidth * (((long)rotary * Rows) + row));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in Floats)
        {
            buffer.Dispose();
        }

        Positions.Dispose();
        Tokens.Dispose();
        Tables.Dispose();
    }
}
