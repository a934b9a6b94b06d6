using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Log-probability, entropy and divergence from a reference in tiles: of the [rows, vocabulary] matrix only one tile exists at a time, forward or backward, and
/// of the heads in the dtype of the multiply only one slice. The backward pass multiplies each tile again and writes the gradient over it; where all logits are
/// one tile it is kept from the forward pass.
/// </summary>
internal sealed class LogProbabilityFunction : autograd.SingleTensorFunction<LogProbabilityFunction>
{
    private const int Inputs = 6;

    /// <inheritdoc/>
    public override string Name => nameof(LogProbabilityFunction);

    /// <summary>
    /// Arguments: hidden [rows, width], weight [vocabulary, width], targets [rows] (int64), the reference's hidden and weight (or null), <see cref="LogProbabilityCall"/>.
    /// Output: log-probability, entropy and, with a reference, divergence, [2 or 3, rows]. One tensor, because TorchSharp never frees the wrapper of an undefined
    /// gradient, and that of an output that nobody asks is undefined; a row of zeros is not.
    /// </summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, weight, targets) = ((Tensor)vars[0], (Tensor)vars[1], ((Tensor)vars[2]).contiguous());
        var call = (LogProbabilityCall)vars[5];
        var heads = new LogitHeads(
            new LogitHead(hidden.to(call.Dtype).contiguous(), weight),
            vars[3] is Tensor other ? new LogitHead(other.to(call.Dtype).contiguous(), (Tensor)vars[4]) : null
        );
        var (tiles, chunks) = (call.Tiles, LogitChunks.Of(call, targets));
        var work = new LogitWork(heads, tiles, call.Kept);
        foreach (var block in tiles.Blocks())
        {
            using var scope = NewDisposeScope();
            var (measures, top) = (call.Measures.narrow(1, block.First, block.Count), call.Top.narrow(0, block.First, block.Count));
            var sliced = tiles.Slices > 1 ? new SlicedScores(tiles, measures) : null;
            foreach (var tile in tiles.Tiles(block))
            {
                using var each = NewDisposeScope();
                var (logits, reference) = work.Multiply(tile);
                var (itsMeasures, itsTop) = sliced?.Part(tile) ?? (measures, top);
                chunks.Measure(logits, reference, Rows(targets, itsMeasures, tile), itsTop);
            }

            sliced?.CombineInto(measures, top, heads.Reference is not null);
        }

        var keeps = call.Graph && tiles.IsWhole;
        ctx.save_for_backward([targets, call.Measures, .. heads.Tensors]);
        ctx.save_data("call", call);
        ctx.save_data("work", new KeptWork(keeps ? work : null));
        ctx.save_data("hidden", hidden.requires_grad ? (ScalarType?)hidden.dtype : null);
        ctx.save_data("weight", weight.requires_grad ? (ScalarType?)weight.dtype : null);
        if (!keeps)
        {
            work.Dispose();
        }

        // A copy: what the graph keeps must not be what it hands out.
        using var handedOut = NewDisposeScope();
        Tensor Row(TokenMeasure measure) => call.Measures.select(0, (long)measure);
        Tensor[] rows = [Row(TokenMeasure.LogProbability), Row(TokenMeasure.Entropy)];
        return stack(heads.Reference is null ? rows : [.. rows, Row(TokenMeasure.Divergence)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var saved = ctx.get_saved_variables();
        var call = (LogProbabilityCall)ctx.get_data("call");
        var (targets, measures, heads, tiles) = (saved[0], saved[1], LogitHeads.From(saved), call.Tiles);
        var gradients = grad_output.to(measures.dtype).contiguous();
        var chunks = LogitChunks.Of(call, targets);
        var (hiddenDtype, weightDtype) = ((ScalarType?)ctx.get_data("hidden"), (ScalarType?)ctx.get_data("weight"));
        var hiddenGradient = hiddenDtype is null ? null : new HiddenGradient(heads.Policy.Hidden, tiles);
        // A frozen head saves a third of the multiplies.
        var weightGradient = weightDtype is null ? null : new HeadGradient(heads.Policy.Weight, call.Parameter);
        var kept = ((KeptWork)ctx.get_data("work")).Take();
        using var work = kept ?? new LogitWork(heads, tiles, call.Kept);
        foreach (var tile in tiles.Blocks().SelectMany(tiles.Tiles))
        {
            using var each = NewDisposeScope();
            var (logits, reference) = kept is null ? work.Multiply(tile) : work.At(tile);
            var rows = Rows(targets, measures.narrow(1, tile.FirstRow, tile.Rows), tile);
            chunks.WriteGradient(logits, reference, rows, gradients.narrow(1, tile.FirstRow, tile.Rows));
            hiddenGradient?.Add(tile, logits, work.Weight(tile));
            weightGradient?.Add(tile, logits, heads.Policy.Rows(tile));
        }

        var results = new List<Tensor>(new Tensor[Inputs]);
        results[0] = hiddenGradient?.Sum.to(hiddenDtype!.Value).MoveToOuterDisposeScope()!;
        results[1] = weightGradient?.Sum?.to(weightDtype!.Value).MoveToOuterDisposeScope()!;
        return results;
    }

    private static TileRows Rows(Tensor targets, Tensor measures, LogitTile tile) =>
        new(targets.narrow(0, tile.FirstRow, tile.Rows), measures, tile.FirstEntry);

    /// <summary>
    /// Logits that the first backward pass overwrites; a later one (of a retained graph) multiplies again, and so does one that comes after the end of the
    /// scope in which the forward pass ran.
    /// </summary>
    private sealed class KeptWork(LogitWork? work)
    {
        private LogitWork? kept = work;

        internal LogitWork? Take()
        {
            var taken = kept;
            kept = null;
            return taken is { IsUsable: true } ? taken : null;
        }
    }
}
