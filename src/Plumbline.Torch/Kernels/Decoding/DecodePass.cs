namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Runs one pass of a packed decoder over a few rows, each the next token of a sequence in the cache.</summary>
internal abstract class DecodePass
{
    /// <summary>A pass for the widest vector registers that this processor has.</summary>
    internal static DecodePass Create(PackedDecoder decoder, PagedCache cache, DecodeBuffers buffers, ThreadTeam team) =>
        Unit512.IsSupported ? Wide512(decoder, cache, buffers, team)
        : Unit256.IsSupported ? Wide256(decoder, cache, buffers, team)
        : Scalar(decoder, cache, buffers, team);

    /// <summary>A pass for 512-bit registers.</summary>
    internal static DecodePass Wide512(PackedDecoder decoder, PagedCache cache, DecodeBuffers buffers, ThreadTeam team) =>
        new DecodePass<Unit512, System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<int>>(
            decoder,
            cache,
            buffers,
            team
        );

    /// <summary>A pass for 256-bit registers.</summary>
    internal static DecodePass Wide256(PackedDecoder decoder, PagedCache cache, DecodeBuffers buffers, ThreadTeam team) =>
        new DecodePass<Unit256, System.Runtime.Intrinsics.Vector256<float>, System.Runtime.Intrinsics.Vector256<int>>(
            decoder,
            cache,
            buffers,
            team
        );

    /// <summary>A pass without vector registers.</summary>
    internal static DecodePass Scalar(PackedDecoder decoder, PagedCache cache, DecodeBuffers buffers, ThreadTeam team) =>
        new DecodePass<UnitScalar, float, int>(decoder, cache, buffers, team);

    /// <summary>
    /// Computes the logits of rows whose tokens, positions and page tables are in the buffers, and writes their keys and values into the cache.
    /// </summary>
    /// <param name="rows">Rows.</param>
    /// <param name="oneSequence">Whether the rows are consecutive tokens of one sequence, which see each other, and only the last one's logits are wanted.</param>
    internal abstract void Run(int rows, bool oneSequence);

    /// <summary>The attention of rows given from outside: writes keys and values, then attends.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="rows">[count, row size]: queries and keys already rotated, and values.</param>
    /// <param name="count">Consecutive tokens of one sequence.</param>
    /// <param name="table">The sequence's pages.</param>
    /// <param name="position">Position of the first row.</param>
    /// <param name="output">[count, query size], written.</param>
    internal abstract unsafe void Attend(int layer, float* rows, int count, int* table, int position, float* output);
}

/// <inheritdoc cref="DecodePass"/>
/// <remarks>
/// The members of the team go through the layers together. Products and what follows them element by element are cut by columns, attention by rows and key
/// heads; a barrier stands wherever one member reads what another wrote. A single row is normalised by every member for itself, which saves a barrier.
/// </remarks>
internal sealed unsafe class DecodePass<TUnit, TFloat, TInteger>(
    PackedDecoder decoder,
    PagedCache cache,
    DecodeBuffers buffers,
    ThreadTeam team
) : DecodePass, ITeamWork
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    private readonly RowAttention<TUnit, TFloat, TInteger> attention = new(decoder, cache, buffers, team);
    private readonly int width = decoder.Plan.HiddenSize;
    private int count;
    private bool together;

    /// <inheritdoc/>
    internal override void Run(int rows, bool oneSequence)
    {
        (count, together) = (rows, oneSequence);
        team.Run(this);
    }

    /// <inheritdoc/>
    internal override void Attend(int layer, float* rows, int count, int* table, int position, float* output) =>
        attention.Run(layer, rows, count, table, position, output);

    /// <inheritdoc/>
    void ITeamWork.Run(int member)
    {
        Embed(member);
        for (var layer = 0; layer < decoder.Layers.Count; layer++)
        {
            var weights = decoder.Layers[layer];
            Attention(member, layer, weights);
            if (!weights.Plan.Parallel)
            {
                AddBranch(member, buffers.AttentionBranch.Start, weights.AttentionPostNorm);
            }

            FeedForward(member, weights);
            if (weights.Plan.Parallel)
            {
                AddBranch(member, buffers.AttentionBranch.Start, weights.AttentionPostNorm);
            }

            AddBranch(member, buffers.FeedForwardBranch.Start, weights.FeedForwardPostNorm);
        }

        Score(member);
    }

    // The residual stream starts as the embedded tokens; the angles of the rows' positions serve all layers.
    private void Embed(int member)
    {
        for (var row = member; row < count; row += team.Members)
        {
            var target = buffers.Hidden.Start + ((long)row * width);
            var token = decoder.Embedding + ((long)buffers.Tokens.Start[row] * width);
            var position = decoder.PositionEmbedding is null
                ? null
                : decoder.PositionEmbedding + ((long)buffers.Positions.Start[row] * width);
            for (var j = 0; j < width; j++)
            {
                target[j] = (token[j] * decoder.Plan.EmbeddingScale) + (position is null ? 0 : position[j]);
            }

            attention.Turn(row);
        }

        team.Barrier();
    }

    private void Attention(int member, int layer, PackedLayer weights)
    {
        var inputs = Prepare(member, buffers.Hidden.Start, width, count, weights.AttentionNorm, weights.QueryKeyValue);
        Multiply(member, weights.QueryKeyValue, inputs, buffers.QueryKeyValue.Start);
        team.Barrier();
        attention.Rows(member, layer, weights, count, together);
        team.Barrier();
        inputs = Prepare(member, buffers.Attended.Start, weights.Output.Inputs, count, norm: null, weights.Output);
        Multiply(member, weights.Output, inputs, buffers.AttentionBranch.Start);
        if (weights.Plan.Parallel)
        {
            // The feed-forward prepares its inputs over those that others may still read.
            team.Barrier();
        }
    }

    private void FeedForward(int member, PackedLayer weights)
    {
        var inner = buffers.Inner.Start;
        var gates = buffers.Gates.Start;
        var inputs = Prepare(member, buffers.Hidden.Start, width, count, weights.FeedForwardNorm, weights.Up);
        Multiply(member, weights.Up, inputs, inner);
        if (weights.Gate is { } gate)
        {
            Multiply(member, gate, inputs, gates);
        }

        var (first, end) = Columns(member, weights.Up);
        for (var row = 0; row < count; row++)
        {
            var at = ((long)row * weights.Up.Outputs) + first;
            if (weights.Gate is null)
            {
                ElementwiseKernel<TUnit, TFloat, TInteger>.Activate(weights.Plan.FeedForward.Activation, inner + at, null, end - first);
            }
            else
            {
                ElementwiseKernel<TUnit, TFloat, TInteger>.Activate(
                    weights.Plan.FeedForward.Activation,
                    gates + at,
                    inner + at,
                    end - first
                );
            }
        }

        team.Barrier();
        inputs = Prepare(member, weights.Gate is null ? inner : gates, weights.Down.Inputs, count, norm: null, weights.Down);
        Multiply(member, weights.Down, inputs, buffers.FeedForwardBranch.Start);
    }

    // A member adds the columns that it computed itself; a norm needs whole rows, and so everybody's columns.
    private void AddBranch(int member, float* branch, PackedNorm? norm)
    {
        if (norm is null)
        {
            var (first, end) = Columns(member, decoder.Layers[0].Down);
            for (var row = 0; row < count; row++)
            {
                var at = ((long)row * width) + first;
                ElementwiseKernel<TUnit, TFloat, TInteger>.Add(buffers.Hidden.Start + at, branch + at, end - first);
            }
        }
        else
        {
            team.Barrier();
            for (var row = member; row < count; row += team.Members)
            {
                var at = (long)row * width;
                NormKernel<TUnit, TFloat, TInteger>.Row(norm, branch + at, branch + at);
                ElementwiseKernel<TUnit, TFloat, TInteger>.Add(buffers.Hidden.Start + at, branch + at, width);
            }
        }

        team.Barrier();
    }

    private void Score(int member)
    {
        var head = decoder.Head;
        var rows = together ? 1 : count;
        var source = buffers.Hidden.Start + ((long)(count - rows) * width);
        var inputs = Prepare(member, source, width, rows, decoder.FinalNorm, head);
        Multiply(member, head, inputs, buffers.Logits.Start);
        if (decoder.Plan.LogitSoftCap is { } cap)
        {
            var (first, end) = Columns(member, head);
            for (var row = 0; row < rows; row++)
            {
                ElementwiseKernel<TUnit, TFloat, TInteger>.SoftCap(
                    buffers.Logits.Start + ((long)row * head.Outputs) + first,
                    end - first,
                    cap
                );
            }
        }
    }

    private (int First, int End) Columns(int member, PackedMatrix matrix)
    {
        var (first, end) = team.Part(member, matrix.Panels);
        return (first * PackedMatrix.PanelOutputs, Math.Min(end * PackedMatrix.PanelOutputs, matrix.Outputs));
    }

    private void Multiply(int member, PackedMatrix matrix, PreparedRows inputs, float* output)
    {
        var (first, end) = team.Part(member, matrix.Panels);
        if (matrix.Kind == DecodeWeights.Int8)
        {
            Int8Product<TUnit, TFloat, TInteger>.Multiply(matrix, inputs, output, matrix.Outputs, first, end);
        }
        else
        {
            BFloat16Product<TUnit, TFloat, TInteger>.Multiply(matrix, inputs, output, matrix.Outputs, first, end);
        }
    }

    // Normalises rows and lays them out for a product. Several rows are laid out together, each member its part of the columns.
    private PreparedRows Prepare(int member, float* source, int stride, int rows, PackedNorm? norm, PackedMatrix matrix)
    {
        var (inputs, integers) = (matrix.Pairs * 2, matrix.Kind == DecodeWeights.Int8);
        var (first, end) = rows == 1 ? (0, matrix.Pairs) : team.Part(member, matrix.Pairs);
        var target = rows == 1 ? buffers.OwnPrepared(member) : buffers.Prepared.Start;
        var scales = rows == 1 ? buffers.OwnScale(member) : buffers.Scales.Start;
        for (var row = 0; row < rows; row++)
        {
            var values = source + ((long)row * stride);
            if (norm is not null)
            {
                NormKernel<TUnit, TFloat, TInteger>.Row(norm, values, buffers.OwnRow(member));
                values = buffers.OwnRow(member);
            }
            else if (matrix.Inputs < inputs)
            {
                new Span<float>(values, matrix.Inputs).CopyTo(new Span<float>(buffers.OwnRow(member), matrix.Inputs));
                values = buffers.OwnRow(member);
            }

            if (matrix.Inputs < inputs)
            {
                values[matrix.Inputs] = 0;
            }

            if (integers)
            {
                var largest = NormKernel<TUnit, TFloat, TInteger>.LargestMagnitude(values, matrix.Inputs);
                scales[row] = largest == 0 ? 1 : largest / matrix.LargestInput;
                PreparedRows.PlacePairs(values, 1 / scales[row], (int*)target, row, rows, inputs, first * 2, end * 2);
            }
            else if (rows == 1)
            {
                return new PreparedRows((nint)values, 0, 1);
            }
            else
            {
                PreparedRows.Place(values, target, row, rows, inputs, first * 2, end * 2);
            }
        }

        if (rows > 1)
        {
            team.Barrier();
        }

        return new PreparedRows((nint)target, (nint)scales, rows);
    }
}
