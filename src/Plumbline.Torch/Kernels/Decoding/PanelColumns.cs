using System.Runtime.CompilerServices;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Where the sums of 2 · Lanes neighbouring outputs go, for each row of a block. Rows and columns that only fill up are not written.</summary>
internal readonly unsafe struct PanelColumns<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    private readonly float* start;
    private readonly long stride;
    private readonly int columns;
    private readonly int rows;

    internal PanelColumns(PackedMatrix matrix, int panel, int column, float* output, long stride, int rows)
    {
        var first = (panel * PackedMatrix.PanelOutputs) + column;
        start = output + first;
        columns = matrix.Outputs - first;
        this.stride = stride;
        this.rows = rows;
    }

    /// <summary>Stores the sums of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Store(int row, TFloat a, TFloat b)
    {
        if (row < rows)
        {
            StoreColumns(start + (row * stride), columns, a, b);
        }
    }

    /// <summary>Stores the sums of the only row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(PackedMatrix matrix, int panel, int column, float* output, TFloat a, TFloat b)
    {
        var first = (panel * PackedMatrix.PanelOutputs) + column;
        StoreColumns(output + first, matrix.Outputs - first, a, b);
    }

    private static void StoreColumns(float* target, int columns, TFloat a, TFloat b)
    {
        if (columns >= 2 * TUnit.Lanes)
        {
            TUnit.Store(a, target);
            TUnit.Store(b, target + TUnit.Lanes);
            return;
        }

        var whole = stackalloc float[PackedMatrix.PanelOutputs];
        TUnit.Store(a, whole);
        TUnit.Store(b, whole + TUnit.Lanes);
        for (var column = 0; column < columns; column++)
        {
            target[column] = whole[column];
        }
    }
}
