using Plumbline.Torch.Allocation;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Blocks;

/// <summary>The accumulated gradients of parameters, written past autograd.</summary>
internal static unsafe class ParameterGradient
{
    // Values of a product that stand in a buffer before they are added: few enough to stay in a core's cache, many enough for a multiply at full speed.
    private const long LargestProduct = 4 << 20;

    /// <summary>Whether gradients can be written past autograd: a float32 parameter in the processor's memory that asks for one.</summary>
    internal static bool IsWritable(Tensor parameter) =>
        parameter is { requires_grad: true, is_leaf: true, dtype: ScalarType.Float32, device_type: TorchSharp.DeviceType.CPU }
        && parameter.is_contiguous();

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
    /// <inheritdoc cref="AddProduct{T}(Tensor, long, Tensor, Tensor, double)"/>
    internal static void AddProduct<T>(Tensor parameter, Tensor left, Tensor right, double factor = 1)
        where T : struct, IKernelElement => AddProduct<T>(parameter, 0, left, right, factor);

    /// <summary>Adds factor · left · right to some rows of the parameter's gradient.</summary>
    /// <param name="parameter">float32.</param>
    /// <param name="firstRow">The first of these rows.</param>
    /// <param name="left">[rows, inner], in the dtype of multiplies.</param>
    /// <param name="right">[inner, the parameter's columns].</param>
    /// <param name="factor">On the product.</param>
    internal static void AddProduct<T>(Tensor parameter, long firstRow, Tensor left, Tensor right, double factor = 1)
        where T : struct, IKernelElement
    {
        using var gradient = Of(parameter);
        if (left.dtype == gradient.dtype)
        {
            using var part = gradient.narrow(0, firstRow, left.shape[0]);
            part.addmm_(left, right, 1, (float)factor);
            return;
        }

        var (rows, width) = (left.shape[0], right.shape[1]);
        var most = Math.Clamp(LargestProduct / width, 1, rows);
        using var buffer = PooledBuffer.Of(left.dtype, most * width);
        for (var first = 0L; first < rows; first += most)
        {
            var count = Math.Min(most, rows - first);
            var product = new MatrixMemory((nint)buffer.Start, left.dtype, count, width);
            var part = left.narrow(0, first, count);
            if (factor == 1)
            {
                FusedOperators.MultiplyInto(product.AsTensor(), part, right);
            }
            else
            {
                product.AsTensor().addmm_(part, right, 0, (float)factor);
            }

            AccumulationKernel.Add<T>((float*)TensorMemory.Start(gradient) + ((firstRow + first) * width), buffer.Start, product.Count);
        }
    }
}
