using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Causal attention of equally long sequences in blocks of queries: each block multiplies only the keys it can see, all query heads of a key head in one
/// product. Probabilities are computed again in the backward pass, so nothing quadratic in time is kept.
/// </summary>
internal sealed unsafe class CausalAttentionFunction : autograd.SingleTensorFunction<CausalAttentionFunction>
{
    private const int BlockQueries = 128;

    /// <inheritdoc/>
    public override string Name => nameof(CausalAttentionFunction);

    /// <summary>Arguments: rows [sequences · time, query, key and value width], <see cref="HeadLayout"/>, sequences (int), scale (double).</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, layout, sequences, scale) = (((Tensor)vars[0]).contiguous(), (HeadLayout)vars[1], (int)vars[2], (double)vars[3]);
        ctx.save_for_backward([rows]);
        ctx.save_data("layout", layout);
        ctx.save_data("sequences", sequences);
        ctx.save_data("scale", scale);
        using var scope = NewDisposeScope();
        var shape = new Geometry(layout, sequences, (int)rows.shape[0] / sequences, (float)scale);
        var (query, key, value) = shape.Gather(rows);
        var output = empty(query.shape, rows.dtype);
        var scores = shape.NewScores(rows.dtype, BlockQueries);
        for (var first = 0; first < shape.Time; first += BlockQueries)
        {
            var end = Math.Min(first + BlockQueries, shape.Time);
            var block = shape.Scores(scores, query, key, first, end, intoBlock: true);
            Write(output.narrow(1, first * layout.Share, block.shape[1]), block, value.narrow(1, 0, end));
        }

        return shape.ScatterQueries(output).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var rows = ctx.get_saved_variables()[0];
        var (layout, sequences, scale) = (
            (HeadLayout)ctx.get_data("layout"),
            (int)ctx.get_data("sequences"),
            (double)ctx.get_data("scale")
        );
        using var scope = NewDisposeScope();
        var shape = new Geometry(layout, sequences, (int)rows.shape[0] / sequences, (float)scale);
        var (query, key, value) = shape.Gather(rows);
        var outputGradient = shape.GatherQueries(grad_output.to(rows.dtype));
        var probabilities = shape.NewScores(rows.dtype, shape.Time);
        var scoreGradients = shape.NewScores(rows.dtype, shape.Time);
        var queryGradient = empty_like(query);
        for (var first = 0; first < shape.Time; first += BlockQueries)
        {
            var end = Math.Min(first + BlockQueries, shape.Time);
            shape.Scores(probabilities, query, key, first, end, intoBlock: false);
            var block = shape.Block(scoreGradients, first, end);
            Write(block, outputGradient.narrow(1, first * layout.Share, block.shape[1]), value.narrow(1, 0, end).transpose(1, 2));
            shape.SoftmaxBackward(probabilities, scoreGradients, first, end);
            Write(queryGradient.narrow(1, first * layout.Share, block.shape[1]), block, key.narrow(1, 0, end));
        }

        var (keyGradient, valueGradient) = (empty_like(key), empty_like(value));
        for (var first = 0; first < shape.Time; first += BlockQueries)
        {
            // Keys first … end are seen by every query from first on (within the first block partly: the unseen are 0).
            var count = Math.Min(BlockQueries, shape.Time - first);
            var (skip, seeing) = (first * layout.Share, (shape.Time - first) * layout.Share);
            Tensor Seen(Tensor scores) => scores.narrow(1, skip, seeing).narrow(2, first, count).transpose(1, 2);
            Write(valueGradient.narrow(1, first, count), Seen(probabilities), outputGradient.narrow(1, skip, seeing));
            Write(keyGradient.narrow(1, first, count), Seen(scoreGradients), query.narrow(1, skip, seeing));
        }

        return [shape.Scatter(queryGradient, keyGradient, valueGradient).MoveToOuterDisposeScope(), null!, null!, null!];
    }

    private static void Write(Tensor result, Tensor left, Tensor right) => Dispatch.FusedOperators.BatchMultiplyInto(result, left, right);

    /// <summary>Layouts of one call: [tokens, width] rows, and [groups, queries · share, size] for the products.</summary>
    private sealed class Geometry(HeadLayout layout, int sequences, int time, float scale)
    {
        private readonly int groups = sequences * layout.KeyValueHeads;
        private readonly int stride = (time + TensorMemory.Lanes - 1) / TensorMemory.Lanes * TensorMemory.Lanes;

        internal int Time => time;

        // Not initialised: the kernels never let what stands beyond the seen keys into a result.
        internal Tensor NewScores(ScalarType dtype, int queries) => empty([groups, Math.Min(queries, time) * layout.Share, stride], dtype);

        internal Tensor Block(Tensor scores, int first, int end) =>
            scores.narrow(1, first * layout.Share, (end - first) * layout.Share).narrow(2, 0, end);

        internal Tensor Scores(Tensor scores, Tensor query, Tensor key, int first, int end, bool intoBlock)
        {
            var block = scores.narrow(1, intoBlock ? 0 : first * layout.Share, (end - first) * layout.Share).narrow(2, 0, end);
            Write(block, query.narrow(1, first * layout.Share, block.shape[1]), key.narrow(1, 0, end).transpose(1, 2));
            var at = new CausalBlock(groups, stride, (int)scores.shape[1], first, end, layout.Share);
            var start = (byte*)TensorMemory.Start(scores);
            if (intoBlock)
            {
                // The buffer holds this block alone: its first row is that of query `first`.
                start -= (long)first * layout.Share * stride * scores.element_size();
            }

            if (scores.dtype == ScalarType.BFloat16)
            {
                CausalSoftmaxKernel.Forward<BFloat16Element>(start, at, scale);
            }
            else
            {
                CausalSoftmaxKernel.Forward<Float32Element>(start, at, scale);
            }

            return block;
        }

        internal void SoftmaxBackward(Tensor probabilities, Tensor gradients, int first, int end)
        {
            var at = new CausalBlock(groups, stride, (int)probabilities.shape[1], first, end, layout.Share);
            if (probabilities.dtype == ScalarType.BFloat16)
            {
                CausalSoftmaxKernel.Backward<BFloat16Element>(TensorMemory.Start(probabilities), TensorMemory.Start(gradients), at, scale);
            }
            else
            {
                CausalSoftmaxKernel.Backward<Float32Element>(TensorMemory.Start(probabilities), TensorMemory.Start(gradients), at, scale);
            }
        }

        internal (Tensor Query, Tensor Key, Tensor Value) Gather(Tensor rows) =>
            (
                GatherQueries(rows.narrow(1, 0, layout.QuerySize)),
                GatherKeys(rows.narrow(1, layout.QuerySize, layout.KeyValueSize)),
                GatherKeys(rows.narrow(1, layout.QuerySize + layout.KeyValueSize, layout.KeyValueSize))
            );

        // [sequences · time, heads · size] -> [sequences · key heads, time · share, size]
        internal Tensor GatherQueries(Tensor columns) =>
            columns
                .reshape(sequences, time, layout.KeyValueHeads, layout.Share, layout.HeadSize)
                .permute(0, 2, 1, 3, 4)
                .reshape(groups, time * layout.Share, layout.HeadSize)
                .contiguous();

        internal Tensor ScatterQueries(Tensor grouped) =>
            grouped
                .view(sequences, layout.KeyValueHeads, time, layout.Share, layout.HeadSize)
                .permute(0, 2, 1, 3, 4)
                .reshape(sequences * time, layout.QuerySize);

        internal Tensor Scatter(Tensor query, Tensor key, Tensor value) =>
            cat([ScatterQueries(query), ScatterKeys(key), ScatterKeys(value)], -1);

        // [sequences · time, key heads · size] -> [sequences · key heads, time, size]
        private Tensor GatherKeys(Tensor columns) =>
            columns
                .reshape(sequences, time, layout.KeyValueHeads, layout.HeadSize)
                .transpose(1, 2)
                .reshape(groups, time, layout.HeadSize)
                .contiguous();

        private Tensor ScatterKeys(Tensor grouped) =>
            grouped
                .view(sequences, layout.KeyValueHeads, time, layout.HeadSize)
                .transpose(1, 2)
                .reshape(sequences * time, layout.KeyValueSize);
    }
}
