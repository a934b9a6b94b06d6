using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>A bias on every row of a product, and its gradient. Any width.</summary>
internal static unsafe class BiasKernel
{
    /// <summary>rows += bias.</summary>
    /// <param name="rows">[rows, width].</param>
    /// <param name="bias">[width], float32.</param>
    internal static void Add<T>(MatrixMemory rows, float* bias)
        where T : struct, IKernelElement
    {
        var bias0 = (nint)bias;
        RowParallel.For(
            rows.Rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var (at, j) = (row * rows.Width, 0L);
                    for (; j + TensorMemory.Lanes <= rows.Width; j += TensorMemory.Lanes)
                    {
                        T.Store(T.Load(rows.Pointer, at + j) + Vector512.Load((float*)bias0 + j), rows.Pointer, at + j);
                    }

                    for (; j < rows.Width; j++)
                    {
                        T.StoreOne(T.LoadOne(rows.Pointer, at + j) + ((float*)bias0)[j], rows.Pointer, at + j);
                    }
                }
            }
        );
    }

    /// <summary>sums += the columns' sums, per part of the rows and then in the order of the parts.</summary>
    /// <param name="rows">[rows, width].</param>
    /// <param name="sums">[width], float32.</param>
    internal static void AddColumnSums<T>(MatrixMemory rows, float* sums)
        where T : struct, IKernelElement
    {
        var parts = new float[RowParallel.Parts(rows.Rows)][];
        RowParallel.For(
            rows.Rows,
            (part, first, end) =>
            {
                var sum = parts[part] = new float[rows.Width];
                fixed (float* own = sum)
                {
                    for (var row = first; row < end; row++)
                    {
                        AccumulationKernel.AddRange<T>(own, rows.Pointer, row * rows.Width, rows.Width);
                    }
                }
            }
        );
        foreach (var part in parts)
        {
            for (var j = 0; j < part.Length; j++)
            {
                sums[j] += part[j];
            }
        }
    }
}
