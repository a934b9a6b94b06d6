using Plumbline.Torch.Allocation;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>The accumulated gradients of parameters, written past autograd.</summary>
internal static unsafe class ParameterGradient
{
    /// <summary>The parameter's gradient, made of zeros where there is none yet; the caller disposes it.</summary>
    internal static Tensor Of(Tensor parameter)
    {
        if (parameter.grad is { } gradient)
        {
            return gradient;
        }

        gradient = zeros(parameter.shape, parameter.dtype);
        parameter.grad = gradient;
        return gradient;
    }

    /// <summary>Adds factor · left · right to the parameter's gradient.</summary>
    /// <param name="parameter">float32.</param>
    /// <param name="left">[the parameter's rows, inner], in the dtype of multiplies.</param>
    /// <param name="right">[inner, the parameter's columns].</param>
    /// <param name="factor">On the product.</param>
    internal static void AddProduct<T>(Tensor parameter, Tensor left, Tensor right, double factor = 1)
        where T : struct, IKernelElement
    {
        using var gradient = Of(parameter);
        if (left.dtype == gradient.dtype)
        {
            gradient.addmm_(left, right, 1, (float)factor);
            return;
        }

        using var buffer = PooledBuffer.Of(left.dtype, parameter.numel());
        var product = new MatrixMemory((nint)buffer.Start, left.dtype, left.shape[0], right.shape[1]);
        if (factor == 1)
        {
            FusedOperators.MultiplyInto(product.AsTensor(), left, right);
        }
        else
        {
            product.AsTensor().addmm_(left, right, 0, (float)factor);
        }

        AccumulationKernel.Add<T>((float*)TensorMemory.Start(gradient), buffer.Start, product.Count);
    }
}
