namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// The way of a block's sums from registers into the output. Kernels store all of them side by side first and then call this once: a call between two stores
/// would make the compiler keep every sum in memory, and read and write it in every turn of the loop before.
/// </summary>
internal static unsafe class PanelColumns
{
    /// <summary>Floats that the sums of a block take at most.</summary>
    internal const int BlockFloats = PreparedRows.BlockRows * PackedMatrix.PanelOutputs;

    /// <summary>Copies sums to their columns. What only fills a block or a panel up is left behind.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="column">The first of the panel's outputs.</param>
    /// <param name="sums">[rows, width].</param>
    /// <param name="width">Neighbouring outputs.</param>
    /// <param name="output">The first row of the block.</param>
    /// <param name="stride">From one row of the output to the next.</param>
    /// <param name="rows">Rows of the block that are wanted.</param>
    internal static void Write(PackedMatrix matrix, int panel, int column, float* sums, int width, float* output, long stride, int rows)
    {
        var first = (panel * PackedMatrix.PanelOutputs) + column;
        var columns = Math.Clamp(matrix.Outputs - first, 0, width);
        for (var row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(sums + (row * width), columns).CopyTo(new Span<float>(output + (row * stride) + first, columns));
        }
    }
}
