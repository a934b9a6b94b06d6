using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>activation(gates) · values as one forward and one backward pass over memory.</summary>
internal sealed class GatedFunction : autograd.SingleTensorFunction<GatedFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(GatedFunction);

    /// <summary>Arguments: gates and values [rows, 2 · width], <see cref="ActivationKind"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, kind) = (((Tensor)vars[0]).contiguous(), (ActivationKind)vars[1]);
        ctx.save_for_backward([input]);
        ctx.save_data("kind", kind);
        var output = OutputLike(input);
        var kernel = new ActivationKernel(kind, gated: true);
        if (input.dtype == ScalarType.BFloat16)
        {
            kernel.Forward<BFloat16Element>(MatrixMemory.Of(input), MatrixMemory.Of(output));
        }
        else
        {
            kernel.Forward<Float32Element>(MatrixMemory.Of(input), MatrixMemory.Of(output));
        }

        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var input = ctx.get_saved_variables()[0];
        var outputGradient = grad_output.to(input.dtype).contiguous();
        var inputGradient = empty_like(input);
        // The kernel makes the output once more for those who need it.
        using var output = OutputLike(input);
        var kernel = new ActivationKernel((ActivationKind)ctx.get_data("kind"), gated: true);
        var (inner, given, gradient, again) = (
            MatrixMemory.Of(input),
            MatrixMemory.Of(outputGradient),
            MatrixMemory.Of(inputGradient),
            MatrixMemory.Of(output)
        );
        if (input.dtype == ScalarType.BFloat16)
        {
            kernel.Backward<BFloat16Element>(inner, given, gradient, again);
        }
        else
        {
            kernel.Backward<Float32Element>(inner, given, gradient, again);
        }

        return [inputGradient, null!];
    }

    private static Tensor OutputLike(Tensor input) => empty([input.numel() / input.shape[^1], input.shape[^1] / 2], input.dtype);
}
