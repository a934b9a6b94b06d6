namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// The inputs of a product, in blocks of eight rows (the last one of eight, four or one): within a block all rows' value of input 0, then of input 1 and so on,
/// so that the kernels read them with one pointer. Values are float32 for bfloat16 weights; for int8 weights, pairs of int16 in one word with a scale per row.
/// </summary>
/// <param name="Data">float32 [inputs, width] or int32 [pairs, width] per block; a block starts at its first row · inputs (or pairs).</param>
/// <param name="Scales">One per row, for int8 weights.</param>
/// <param name="Count">Rows.</param>
internal readonly unsafe record struct PreparedRows(nint Data, nint Scales, int Count)
{
    /// <summary>Rows of a full block.</summary>
    internal const int BlockRows = 8;

    private const int HalfBlock = 4;

    /// <summary>Rows of the block that starts with so many rows left: what is missing is computed and thrown away.</summary>
    internal static int Width(int left) =>
        left > HalfBlock ? BlockRows
        : left > 1 ? HalfBlock
        : 1;

    /// <summary>Words that the rows take, for so many words per row.</summary>
    internal static long Words(int rows, int perRow) => (rows + BlockRows - 1L) / BlockRows * BlockRows * perRow;

    /// <summary>Lays values from <paramref name="first"/> to <paramref name="end"/> of one row into its block, as float32.</summary>
    /// <param name="values">The row.</param>
    /// <param name="target">The blocks.</param>
    /// <param name="row">Its number.</param>
    /// <param name="rows">Rows in all.</param>
    /// <param name="inputs">Inputs of the product, even.</param>
    /// <param name="first">First input.</param>
    /// <param name="end">Input after the last.</param>
    internal static void Place(float* values, float* target, int row, int rows, int inputs, int first, int end)
    {
        var (start, width) = Block(row, rows);
        var lane = target + ((long)start * inputs) + (row - start);
        for (var input = first; input < end; input++)
        {
            lane[(long)input * width] = values[input];
        }
    }

    /// <summary>The same as int16 pairs: round(value · inverse).</summary>
    internal static void PlacePairs(float* values, float inverse, int* target, int row, int rows, int inputs, int first, int end)
    {
        var (start, width) = Block(row, rows);
        var lane = target + ((long)start * (inputs / 2)) + (row - start);
        for (var input = first; input < end; input += 2)
        {
            var (even, odd) = ((int)MathF.Round(values[input] * inverse), (int)MathF.Round(values[input + 1] * inverse));
            lane[(long)(input / 2) * width] = (even & 0xFFFF) | (odd << 16);
        }
    }

    private static (int Start, int Width) Block(int row, int rows)
    {
        var start = row / BlockRows * BlockRows;
        return (start, Width(rows - start));
    }
}
