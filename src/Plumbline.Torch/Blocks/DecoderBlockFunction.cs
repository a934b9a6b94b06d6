using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>The autograd node of a <see cref="DecoderBlock"/>.</summary>
internal sealed class DecoderBlockFunction : autograd.SingleTensorFunction<DecoderBlockFunction>
{
    private const int Arguments = 6;

    /// <inheritdoc/>
    public override string Name => nameof(DecoderBlockFunction);

    /// <summary>Arguments: hidden states, anchor, cosine, sine, <see cref="BlockCall"/>, whether a backward pass may follow (bool).</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var hidden = ((Tensor)vars[0]).contiguous();
        var (call, keeps) = ((BlockCall)vars[4], (bool)vars[5]);
        var dtype = Autocast.CurrentDtype ?? ScalarType.Float32;
        var activations = new BlockActivations(call.Shape, call.Weights, hidden.shape[0], dtype);
        var output = empty_like(hidden);
        Compute(call, hidden, output, activations);
        if (!keeps)
        {
            activations.Dispose();
            return output;
        }

        ctx.save_for_backward([hidden, (Tensor)vars[2], (Tensor)vars[3]]);
        ctx.save_data("call", call with { Cosine = null, Sine = null });
        ctx.save_data("activations", activations);
        ctx.save_data("dtype", dtype);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var call = (BlockCall)ctx.get_data("call") with { Cosine = saved[1], Sine = saved[2] };
        var (hidden, outputGradient) = (saved[0], grad_output.contiguous());
        using var kept = Kept(call, hidden, (BlockActivations)ctx.get_data("activations"), (ScalarType)ctx.get_data("dtype"));
        var gradient = empty_like(hidden, requires_grad: false);
        var (x, gy, gx) = (MatrixMemory.Of(hidden), MatrixMemory.Of(outputGradient), MatrixMemory.Of(gradient));
        using var noGradients = no_grad();
        if (kept.Rows.Dtype == ScalarType.BFloat16)
        {
            new BlockPass<BFloat16Element>(call).Backward(x, kept, gy, gx);
        }
        else
        {
            new BlockPass<Float32Element>(call).Backward(x, kept, gy, gx);
        }

        return [gradient, .. new Tensor[Arguments - 1]];
    }

    private static void Compute(BlockCall call, Tensor hidden, Tensor output, BlockActivations activations)
    {
        using var noGradients = no_grad();
        var (x, y) = (MatrixMemory.Of(hidden), MatrixMemory.Of(output));
        if (activations.Rows.Dtype == ScalarType.BFloat16)
        {
            new BlockPass<BFloat16Element>(call).Forward(x, y, activations);
        }
        else
        {
            new BlockPass<Float32Element>(call).Forward(x, y, activations);
        }
    }

    // What the forward pass kept; computed again where an earlier backward pass has given it back.
    private static BlockActivations Kept(BlockCall call, Tensor hidden, BlockActivations activations, ScalarType dtype)
    {
        if (!activations.IsDisposed)
        {
            return activations;
        }

        using var output = empty_like(hidden, requires_grad: false);
        var again = new BlockActivations(call.Shape, call.Weights, hidden.shape[0], dtype);
        Compute(call, hidden, output, again);
        return again;
    }
}
