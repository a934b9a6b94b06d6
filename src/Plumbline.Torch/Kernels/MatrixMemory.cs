using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Torch.Kernels;

/// <summary>A contiguous matrix in CPU memory, as kernels and multiplies see it. Whoever made it keeps the memory alive.</summary>
/// <param name="Start">Address of the first element.</param>
/// <param name="Dtype">float32 or bfloat16.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Width">Elements in a row.</param>
internal readonly unsafe record struct MatrixMemory(nint Start, ScalarType Dtype, long Rows, long Width)
{
    /// <summary>Elements.</summary>
    internal long Count => Rows * Width;

    /// <summary>The first element.</summary>
    internal void* Pointer => (void*)Start;

    /// <summary>Bytes of one element.</summary>
    internal static int ElementSize(ScalarType dtype) => dtype == ScalarType.BFloat16 ? sizeof(ushort) : sizeof(float);

    /// <summary>The memory of a contiguous CPU tensor [rows, width]; the tensor must outlive it.</summary>
    internal static MatrixMemory Of(Tensor tensor) =>
        new((nint)TensorMemory.Start(tensor), tensor.dtype, tensor.numel() / tensor.shape[^1], tensor.shape[^1]);

    /// <summary>A tensor over the matrix, [rows, width]; it joins the innermost dispose scope.</summary>
    internal Tensor AsTensor() => StableAbi.OverMemory(Pointer, Dtype, [Rows, Width], [Width, 1]);

    /// <summary>A tensor over a part of the memory as a batch of matrices.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="shape">[batch, rows, columns].</param>
    /// <param name="strides">Elements from one matrix, row and column to the next.</param>
    internal Tensor AsBatch(long offset, (long Batch, long Rows, long Columns) shape, (long Batch, long Row, long Column) strides) =>
        StableAbi.OverMemory(
            (byte*)Start + (offset * ElementSize(Dtype)),
            Dtype,
            [shape.Batch, shape.Rows, shape.Columns],
            [strides.Batch, strides.Row, strides.Column]
        );
}
