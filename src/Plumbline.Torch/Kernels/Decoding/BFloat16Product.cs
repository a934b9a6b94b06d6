using System.Runtime.CompilerServices;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// y = W x + b with bfloat16 weights: float32 inputs and sums, each output summed from its bias over the inputs in order with fused multiply-adds. One row or
/// eight, alone or in a batch: the same bits. A panel's weights are read once for all rows.
/// </summary>
[SkipLocalsInit]
internal static unsafe class BFloat16Product<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    private const int PanelOutputs = PackedMatrix.PanelOutputs;

    // One row keeps the sums of four panels in eight registers: enough independent chains to hide the latency of a multiply-add.
    private const int PanelsOfOneRow = 4;

    // Neighbouring outputs whose sums are made together.
    private static int Width => 2 * TUnit.Lanes;

    /// <summary>Fills the columns of the given panels in <paramref name="output"/> [rows, stride].</summary>
    internal static void Multiply(PackedMatrix matrix, PreparedRows rows, float* output, long stride, int firstPanel, int endPanel)
    {
        var inputs = matrix.Pairs * 2;
        var data = (float*)rows.Data;
        if (rows.Count == 1)
        {
            for (var panel = firstPanel; panel < endPanel; panel += PanelsOfOneRow)
            {
                OneRow(matrix, data, output, panel, endPanel - 1);
            }

            return;
        }

        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            for (var row = 0; row < rows.Count; row += PreparedRows.BlockRows)
            {
                var left = Math.Min(rows.Count - row, PreparedRows.BlockRows);
                Block(matrix, panel, data + ((long)row * inputs), output + (row * stride), stride, left);
            }
        }
    }

    private static void Block(PackedMatrix matrix, int panel, float* data, float* output, long stride, int rows)
    {
        var width = PreparedRows.Width(rows);
        for (var column = 0; column < PanelOutputs; column += 2 * TUnit.Lanes)
        {
            if (width == 1)
            {
                OneRow(matrix, data, output, panel, panel);
                return;
            }

            if (width == PreparedRows.BlockRows && TUnit.HasThirtyTwoRegisters)
            {
                EightRows(matrix, panel, column, data, output, stride, rows);
                continue;
            }

            for (var row = 0; row < rows; row += 4)
            {
                FourRows(matrix, panel, column, data + row, width, output + (row * stride), stride, Math.Min(rows - row, 4));
            }
        }
    }

    // Panels panel … panel + 3; those beyond the last repeat it.
    private static void OneRow(PackedMatrix matrix, float* x, float* output, int panel, int last)
    {
        var sums = stackalloc float[PanelColumns.BlockFloats];
        var (p0, p1, p2, p3) = (panel, Math.Min(panel + 1, last), Math.Min(panel + 2, last), Math.Min(panel + 3, last));
        for (var column = 0; column < PanelOutputs; column += 2 * TUnit.Lanes)
        {
            var w0 = (uint*)matrix.Panel(p0) + column;
            var w1 = (uint*)matrix.Panel(p1) + column;
            var w2 = (uint*)matrix.Panel(p2) + column;
            var w3 = (uint*)matrix.Panel(p3) + column;
            var (a0, b0) = Bias(matrix, p0, column);
            var (a1, b1) = Bias(matrix, p1, column);
            var (a2, b2) = Bias(matrix, p2, column);
            var (a3, b3) = Bias(matrix, p3, column);
            var end = x + (matrix.Pairs * 2);
            for (var input = x; input < end; input += 2)
            {
                var (even, odd) = (TUnit.Create(input[0]), TUnit.Create(input[1]));
                (a0, b0) = AddPair(w0, even, odd, a0, b0);
                (a1, b1) = AddPair(w1, even, odd, a1, b1);
                (a2, b2) = AddPair(w2, even, odd, a2, b2);
                (a3, b3) = AddPair(w3, even, odd, a3, b3);
                w0 += PanelOutputs;
                w1 += PanelOutputs;
                w2 += PanelOutputs;
                w3 += PanelOutputs;
            }

            Store(sums, 0, a0, b0);
            Store(sums, 1, a1, b1);
            Store(sums, 2, a2, b2);
            Store(sums, 3, a3, b3);
            Write(matrix, p0, column, sums, output, 0, 1);
            Write(matrix, p1, column, sums + Width, output, 0, 1);
            Write(matrix, p2, column, sums + (2 * Width), output, 0, 1);
            Write(matrix, p3, column, sums + (3 * Width), output, 0, 1);
        }
    }

    // a and b are the sums of 2 · Lanes neighbouring outputs of one row; x holds the rows of the block side by side.
    private static void FourRows(PackedMatrix matrix, int panel, int column, float* x, int width, float* output, long stride, int rows)
    {
        var w = (uint*)matrix.Panel(panel) + column;
        var (a0, b0) = Bias(matrix, panel, column);
        var (a1, a2, a3) = (a0, a0, a0);
        var (b1, b2, b3) = (b0, b0, b0);
        for (var pair = 0; pair < matrix.Pairs; pair++)
        {
            var (u0, u1) = TUnit.LoadBFloat16Pairs(w);
            var (v0, v1) = TUnit.LoadBFloat16Pairs(w + TUnit.Lanes);
            (a0, b0) = AddInput(u0, v0, x[0], a0, b0);
            (a1, b1) = AddInput(u0, v0, x[1], a1, b1);
            (a2, b2) = AddInput(u0, v0, x[2], a2, b2);
            (a3, b3) = AddInput(u0, v0, x[3], a3, b3);
            x += width;
            (a0, b0) = AddInput(u1, v1, x[0], a0, b0);
            (a1, b1) = AddInput(u1, v1, x[1], a1, b1);
            (a2, b2) = AddInput(u1, v1, x[2], a2, b2);
            (a3, b3) = AddInput(u1, v1, x[3], a3, b3);
            x += width;
            w += PanelOutputs;
        }

        var sums = stackalloc float[PanelColumns.BlockFloats];
        Store(sums, 0, a0, b0);
        Store(sums, 1, a1, b1);
        Store(sums, 2, a2, b2);
        Store(sums, 3, a3, b3);
        Write(matrix, panel, column, sums, output, stride, rows);
    }

    private static void EightRows(PackedMatrix matrix, int panel, int column, float* x, float* output, long stride, int rows)
    {
        var w = (uint*)matrix.Panel(panel) + column;
        var (a0, b0) = Bias(matrix, panel, column);
        var (a1, a2, a3, a4, a5, a6, a7) = (a0, a0, a0, a0, a0, a0, a0);
        var (b1, b2, b3, b4, b5, b6, b7) = (b0, b0, b0, b0, b0, b0, b0);
        for (var pair = 0; pair < matrix.Pairs; pair++)
        {
            var (u0, u1) = TUnit.LoadBFloat16Pairs(w);
            var (v0, v1) = TUnit.LoadBFloat16Pairs(w + TUnit.Lanes);
            (a0, b0) = AddInput(u0, v0, x[0], a0, b0);
            (a1, b1) = AddInput(u0, v0, x[1], a1, b1);
            (a2, b2) = AddInput(u0, v0, x[2], a2, b2);
            (a3, b3) = AddInput(u0, v0, x[3], a3, b3);
            (a4, b4) = AddInput(u0, v0, x[4], a4, b4);
            (a5, b5) = AddInput(u0, v0, x[5], a5, b5);
            (a6, b6) = AddInput(u0, v0, x[6], a6, b6);
            (a7, b7) = AddInput(u0, v0, x[7], a7, b7);
            (a0, b0) = AddInput(u1, v1, x[8], a0, b0);
            (a1, b1) = AddInput(u1, v1, x[9], a1, b1);
            (a2, b2) = AddInput(u1, v1, x[10], a2, b2);
            (a3, b3) = AddInput(u1, v1, x[11], a3, b3);
            (a4, b4) = AddInput(u1, v1, x[12], a4, b4);
            (a5, b5) = AddInput(u1, v1, x[13], a5, b5);
            (a6, b6) = AddInput(u1, v1, x[14], a6, b6);
            (a7, b7) = AddInput(u1, v1, x[15], a7, b7);
            x += 2 * PreparedRows.BlockRows;
            w += PanelOutputs;
        }

        var sums = stackalloc float[PanelColumns.BlockFloats];
        Store(sums, 0, a0, b0);
        Store(sums, 1, a1, b1);
        Store(sums, 2, a2, b2);
        Store(sums, 3, a3, b3);
        Store(sums, 4, a4, b4);
        Store(sums, 5, a5, b5);
        Store(sums, 6, a6, b6);
        Store(sums, 7, a7, b7);
        Write(matrix, panel, column, sums, output, stride, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* sums, int row, TFloat a, TFloat b)
    {
        TUnit.Store(a, sums + (row * Width));
        TUnit.Store(b, sums + (row * Width) + TUnit.Lanes);
    }

    private static void Write(PackedMatrix matrix, int panel, int column, float* sums, float* output, long stride, int rows) =>
        PanelColumns.Write(matrix, panel, column, sums, Width, output, stride, rows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat A, TFloat B) AddPair(uint* weights, TFloat even, TFloat odd, TFloat a, TFloat b)
    {
        var (u0, u1) = TUnit.LoadBFloat16Pairs(weights);
        var (v0, v1) = TUnit.LoadBFloat16Pairs(weights + TUnit.Lanes);
        return (TUnit.MultiplyAdd(u1, odd, TUnit.MultiplyAdd(u0, even, a)), TUnit.MultiplyAdd(v1, odd, TUnit.MultiplyAdd(v0, even, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat A, TFloat B) AddInput(TFloat u, TFloat v, float x, TFloat a, TFloat b)
    {
        var input = TUnit.Create(x);
        return (TUnit.MultiplyAdd(u, input, a), TUnit.MultiplyAdd(v, input, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat A, TFloat B) Bias(PackedMatrix matrix, int panel, int column)
    {
        var bias = matrix.Bias + (panel * PanelOutputs) + column;
        return (TUnit.Load(bias), TUnit.Load(bias + TUnit.Lanes));
    }
}
