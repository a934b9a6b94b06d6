using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>SwiGLU as one forward and one backward pass over memory.</summary>
internal sealed unsafe class SwiGluFunction : autograd.SingleTensorFunction<SwiGluFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(SwiGluFunction);

    /// <summary>Argument: gates and values [rows, 2 · width].</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var input = ((Tensor)vars[0]).contiguous();
        var width = (int)(input.shape[^1] / 2);
        var rows = input.numel() / (2 * width);
        var output = empty([rows, width], input.dtype);
        if (input.dtype == ScalarType.BFloat16)
        {
            SwiGluKernel.Forward<BFloat16Element>(TensorMemory.Start(input), TensorMemory.Start(output), rows, width);
        }
        else
        {
            SwiGluKernel.Forward<Float32Element>(TensorMemory.Start(input), TensorMemory.Start(output), rows, width);
        }

        ctx.save_for_backward([input]);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var input = ctx.get_saved_variables()[0];
        var outputGradient = grad_output.to(input.dtype).contiguous();
        var inputGradient = empty_like(input);
        var width = (int)(input.shape[^1] / 2);
        var rows = input.numel() / (2 * width);
        var (x, gy, gx) = (
            (nint)TensorMemory.Start(input),
            (nint)TensorMemory.Start(outputGradient),
            (nint)TensorMemory.Start(inputGradient)
        );
        if (input.dtype == ScalarType.BFloat16)
        {
            SwiGluKernel.Backward<BFloat16Element>((void*)x, (void*)gy, (void*)gx, rows, width);
        }
        else
        {
            SwiGluKernel.Backward<Float32Element>((void*)x, (void*)gy, (void*)gx, rows, width);
        }

        return [inputGradient];
    }
}
