using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>RMSNorm as one forward and one backward pass over memory.</summary>
internal sealed unsafe class RmsNormFunction : autograd.SingleTensorFunction<RmsNormFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(RmsNormFunction);

    /// <summary>Arguments: input (float32), weight (float32), ε (double), output dtype.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var input = ((Tensor)vars[0]).contiguous();
        var (weight, dtype) = ((Tensor)vars[1], (ScalarType)vars[3]);
        var width = (int)weight.shape[0];
        var rows = input.numel() / width;
        var output = empty(input.shape, dtype);
        var scales = empty(rows, dtype: ScalarType.Float32);
        var (x, w, y, r) = (
            (nint)TensorMemory.Start(input),
            (nint)TensorMemory.Start(weight),
            (nint)TensorMemory.Start(output),
            (nint)TensorMemory.Start(scales)
        );
        var epsilon = (float)(double)vars[2];
        if (dtype == ScalarType.BFloat16)
        {
            RmsNormKernel.Forward<BFloat16Element>((float*)x, (float*)w, (void*)y, (float*)r, rows, width, epsilon);
        }
        else
        {
            RmsNormKernel.Forward<Float32Element>((float*)x, (float*)w, (void*)y, (float*)r, rows, width, epsilon);
        }

        ctx.save_for_backward([input, weight, scales]);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (input, weight, scales) = (saved[0], saved[1], saved[2]);
        var outputGradient = grad_output.contiguous();
        var inputGradient = empty_like(input);
        var weightGradient = empty_like(weight);
        var width = (int)weight.shape[0];
        var rows = input.numel() / width;
        var (x, w, r) = ((nint)TensorMemory.Start(input), (nint)TensorMemory.Start(weight), (nint)TensorMemory.Start(scales));
        var (gy, gx, gw) = (
            (nint)TensorMemory.Start(outputGradient),
            (nint)TensorMemory.Start(inputGradient),
            (nint)TensorMemory.Start(weightGradient)
        );
        if (outputGradient.dtype == ScalarType.BFloat16)
        {
            RmsNormKernel.Backward<BFloat16Element>((float*)x, (float*)w, (float*)r, (void*)gy, (float*)gx, (float*)gw, rows, width);
        }
        else
        {
            RmsNormKernel.Backward<Float32Element>((float*)x, (float*)w, (float*)r, (void*)gy, (float*)gx, (float*)gw, rows, width);
        }

        return [inputGradient, weightGradient, null!, null!];
    }
}
