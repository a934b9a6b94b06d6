using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>Rotary positions over the leading heads of each row; the gradient is the inverse rotation.</summary>
internal sealed unsafe class RotaryFunction : autograd.SingleTensorFunction<RotaryFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(RotaryFunction);

    /// <summary>Arguments: input [rows, width], cosine and sine [rows, half], heads to rotate (int), head size (int).</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (cosine, sine) = ((Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_for_backward([cosine, sine]);
        ctx.save_data("heads", (int)vars[3]);
        ctx.save_data("head_size", (int)vars[4]);
        return Rotated(((Tensor)vars[0]).contiguous(), cosine, sine, (int)vars[3], (int)vars[4], 1);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (heads, headSize) = ((int)ctx.get_data("heads"), (int)ctx.get_data("head_size"));
        return [Rotated(grad_output.contiguous(), saved[0], saved[1], heads, headSize, -1), null!, null!, null!, null!];
    }

    private static Tensor Rotated(Tensor input, Tensor cosine, Tensor sine, int heads, int headSize, float direction)
    {
        var output = empty_like(input);
        var (width, half) = ((int)input.shape[^1], (int)cosine.shape[^1]);
        var rows = input.numel() / width;
        var (x, y) = ((nint)TensorMemory.Start(input), (nint)TensorMemory.Start(output));
        var (c, s) = ((nint)TensorMemory.Start(cosine), (nint)TensorMemory.Start(sine));
        if (input.dtype == ScalarType.BFloat16)
        {
            RotaryKernel.Rotate<BFloat16Element>(
                (void*)x,
                (void*)y,
                (float*)c,
                (float*)s,
                rows,
                new RotaryShape(width, heads, headSize, half),
                direction
            );
        }
        else
        {
            RotaryKernel.Rotate<Float32Element>(
                (void*)x,
                (void*)y,
                (float*)c,
                (float*)s,
                rows,
                new RotaryShape(width, heads, headSize, half),
                direction
            );
        }

        return output;
    }
}
