using System.Runtime.CompilerServices;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// y = s · t · (W x) + b with int8 weights of scale s (one per output) and int16 inputs of scale t (one per row). The sum is an exact integer, so its order does
/// not matter: one row or eight, alone or in a batch, the same bits. A panel's weights are read once for all rows.
/// </summary>
[SkipLocalsInit]
internal static unsafe class Int8Product<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    private const int PanelOutputs = PackedMatrix.PanelOutputs;

    // int8 weights of one pair of inputs, for all outputs of a panel.
    private const int PairBytes = 2 * PanelOutputs;

    private const int PanelsOfOneRow = 4;

    // Neighbouring outputs whose sums are made together.
    private static int Width => 2 * TUnit.Lanes;

    /// <summary>Fills the columns of the given panels in <paramref name="output"/> [rows, stride].</summary>
    internal static void Multiply(PackedMatrix matrix, PreparedRows rows, float* output, long stride, int firstPanel, int endPanel)
    {
        var data = (int*)rows.Data;
        var scales = (float*)rows.Scales;
        if (rows.Count == 1)
        {
            for (var panel = firstPanel; panel < endPanel; panel += PanelsOfOneRow)
            {
                OneRow(matrix, data, *scales, output, panel, endPanel - 1);
            }

            return;
        }

        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            for (var row = 0; row < rows.Count; row += PreparedRows.BlockRows)
            {
                var left = Math.Min(rows.Count - row, PreparedRows.BlockRows);
                Block(matrix, panel, data + ((long)row * matrix.Pairs), scales + row, output + (row * stride), stride, left);
            }
        }
    }

    private static void Block(PackedMatrix matrix, int panel, int* data, float* scales, float* output, long stride, int rows)
    {
        var width = PreparedRows.Width(rows);
        for (var column = 0; column < PanelOutputs; column += 2 * TUnit.Lanes)
        {
            if (width == 1)
            {
                OneRow(matrix, data, *scales, output, panel, panel);
                return;
            }

            if (width == PreparedRows.BlockRows && TUnit.HasThirtyTwoRegisters)
            {
                EightRows(matrix, panel, column, data, scales, output, stride, rows);
                continue;
            }

            for (var row = 0; row < rows; row += 4)
            {
                FourRows(matrix, panel, column, data + row, width, scales + row, output + (row * stride), stride, Math.Min(rows - row, 4));
            }
        }
    }

    // Panels panel … panel + 3; those beyond the last repeat it.
    private static void OneRow(PackedMatrix matrix, int* x, float scale, float* output, int panel, int last)
    {
        var sums = stackalloc float[PanelColumns.BlockFloats];
        var (p0, p1, p2, p3) = (panel, Math.Min(panel + 1, last), Math.Min(panel + 2, last), Math.Min(panel + 3, last));
        for (var column = 0; column < PanelOutputs; column += 2 * TUnit.Lanes)
        {
            var w0 = (sbyte*)matrix.Panel(p0) + (2 * column);
            var w1 = (sbyte*)matrix.Panel(p1) + (2 * column);
            var w2 = (sbyte*)matrix.Panel(p2) + (2 * column);
            var w3 = (sbyte*)matrix.Panel(p3) + (2 * column);
            var zero = TUnit.ZeroInteger();
            var (a0, a1, a2, a3, b0, b1, b2, b3) = (zero, zero, zero, zero, zero, zero, zero, zero);
            for (var pair = 0; pair < matrix.Pairs; pair++)
            {
                (a0, b0) = AddPair(w0, x[pair], a0, b0);
                (a1, b1) = AddPair(w1, x[pair], a1, b1);
                (a2, b2) = AddPair(w2, x[pair], a2, b2);
                (a3, b3) = AddPair(w3, x[pair], a3, b3);
                w0 += PairBytes;
                w1 += PairBytes;
                w2 += PairBytes;
                w3 += PairBytes;
            }

            Store(matrix, p0, column, sums, 0, scale, a0, b0);
            Store(matrix, p1, column, sums, 1, scale, a1, b1);
            Store(matrix, p2, column, sums, 2, scale, a2, b2);
            Store(matrix, p3, column, sums, 3, scale, a3, b3);
            PanelColumns.Write(matrix, p0, column, sums, Width, output, 0, 1);
            PanelColumns.Write(matrix, p1, column, sums + Width, Width, output, 0, 1);
            PanelColumns.Write(matrix, p2, column, sums + (2 * Width), Width, output, 0, 1);
            PanelColumns.Write(matrix, p3, column, sums + (3 * Width), Width, output, 0, 1);
        }
    }

    // a and b are the sums of 2 · Lanes neighbouring outputs of one row; x holds the pairs of the block's rows side by side.
    private static void FourRows(
        PackedMatrix matrix,
        int panel,
        int column,
        int* x,
        int width,
        float* scales,
        float* output,
        long stride,
        int rows
    )
    {
        var w = (sbyte*)matrix.Panel(panel) + (2 * column);
        var zero = TUnit.ZeroInteger();
        var (a0, a1, a2, a3, b0, b1, b2, b3) = (zero, zero, zero, zero, zero, zero, zero, zero);
        for (var pair = 0; pair < matrix.Pairs; pair++)
        {
            (a0, b0) = AddPair(w, x[0], a0, b0);
            (a1, b1) = AddPair(w, x[1], a1, b1);
            (a2, b2) = AddPair(w, x[2], a2, b2);
            (a3, b3) = AddPair(w, x[3], a3, b3);
            x += width;
            w += PairBytes;
        }

        var sums = stackalloc float[PanelColumns.BlockFloats];
        Store(matrix, panel, column, sums, 0, scales[0], a0, b0);
        Store(matrix, panel, column, sums, 1, scales[1], a1, b1);
        Store(matrix, panel, column, sums, 2, scales[2], a2, b2);
        Store(matrix, panel, column, sums, 3, scales[3], a3, b3);
        PanelColumns.Write(matrix, panel, column, sums, Width, output, stride, rows);
    }

    private static void EightRows(PackedMatrix matrix, int panel, int column, int* x, float* scales, float* output, long stride, int rows)
    {
        var w = (sbyte*)matrix.Panel(panel) + (2 * column);
        var zero = TUnit.ZeroInteger();
        var (a0, a1, a2, a3, a4, a5, a6, a7) = (zero, zero, zero, zero, zero, zero, zero, zero);
        var (b0, b1, b2, b3, b4, b5, b6, b7) = (zero, zero, zero, zero, zero, zero, zero, zero);
        for (var pair = 0; pair < matrix.Pairs; pair++)
        {
            (a0, b0) = AddPair(w, x[0], a0, b0);
            (a1, b1) = AddPair(w, x[1], a1, b1);
            (a2, b2) = AddPair(w, x[2], a2, b2);
            (a3, b3) = AddPair(w, x[3], a3, b3);
            (a4, b4) = AddPair(w, x[4], a4, b4);
            (a5, b5) = AddPair(w, x[5], a5, b5);
            (a6, b6) = AddPair(w, x[6], a6, b6);
            (a7, b7) = AddPair(w, x[7], a7, b7);
            x += PreparedRows.BlockRows;
            w += PairBytes;
        }

        var sums = stackalloc float[PanelColumns.BlockFloats];
        Store(matrix, panel, column, sums, 0, scales[0], a0, b0);
        Store(matrix, panel, column, sums, 1, scales[1], a1, b1);
        Store(matrix, panel, column, sums, 2, scales[2], a2, b2);
        Store(matrix, panel, column, sums, 3, scales[3], a3, b3);
        Store(matrix, panel, column, sums, 4, scales[4], a4, b4);
        Store(matrix, panel, column, sums, 5, scales[5], a5, b5);
        Store(matrix, panel, column, sums, 6, scales[6], a6, b6);
        Store(matrix, panel, column, sums, 7, scales[7], a7, b7);
        PanelColumns.Write(matrix, panel, column, sums, Width, output, stride, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TInteger A, TInteger B) AddPair(sbyte* weights, int inputs, TInteger a, TInteger b) =>
        (TUnit.AddPairProducts(weights, inputs, a), TUnit.AddPairProducts(weights + (2 * TUnit.Lanes), inputs, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(PackedMatrix matrix, int panel, int column, float* sums, int row, float scale, TInteger a, TInteger b)
    {
        var (u, v) = Scaled(matrix, panel, column, scale, a, b);
        TUnit.Store(u, sums + (row * Width));
        TUnit.Store(v, sums + (row * Width) + TUnit.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat A, TFloat B) Scaled(PackedMatrix matrix, int panel, int column, float rowScale, TInteger a, TInteger b)
    {
        var first = (panel * PanelOutputs) + column;
        var (scale, bias, row) = ((nint)(matrix.Scales + first), (nint)(matrix.Bias + first), TUnit.Create(rowScale));
        var (scale0, scale1) = (TUnit.Load((float*)scale), TUnit.Load((float*)scale + TUnit.Lanes));
        return (
            TUnit.MultiplyAdd(TUnit.ToFloat(a), TUnit.Multiply(scale0, row), TUnit.Load((float*)bias)),
            TUnit.MultiplyAdd(TUnit.ToFloat(b), TUnit.Multiply(scale1, row), TUnit.Load((float*)bias + TUnit.Lanes))
        );
    }
}
