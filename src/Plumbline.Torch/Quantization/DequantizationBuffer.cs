using static TorchSharp.torch;

namespace Plumbline.Torch.Quantization;

/// <summary>
/// The memory that four-bit matrices are widened into, a panel of rows at a time, for each multiply anew. One serves all matrices of a model, so the widened
/// model never exists. Not thread-safe.
/// </summary>
public sealed class DequantizationBuffer : IDisposable
{
    /// <summary>Values in a panel: 16 MiB in float32, 8 MiB in bf16. A matrix with very long rows gets as much as one step of its rows needs.</summary>
    public const long PanelValues = 1L << 22;

    private readonly Dictionary<ScalarType, Tensor> memory = [];

    /// <summary>Bytes it holds at present: what the multiplies so far have needed.</summary>
    public long Bytes => memory.Values.Sum(tensor => tensor.numel() * tensor.element_size());

    /// <summary>How many rows of a matrix make a panel.</summary>
    internal static long PanelRows(NormalFloat4Matrix matrix)
    {
        var step = matrix.RowStep;
        return Math.Min(matrix.Rows, Math.Max(step, PanelValues / matrix.Columns / step * step));
    }

    /// <summary>Makes room for the panels of a matrix; called outside of backward passes, where memory that stays may be taken.</summary>
    internal void Reserve(NormalFloat4Matrix matrix, ScalarType dtype)
    {
        var needed = PanelRows(matrix) * matrix.Columns;
        if (memory.TryGetValue(dtype, out var present))
        {
            if (present.numel() >= needed)
            {
                return;
            }

            present.Dispose();
        }

        memory[dtype] = empty(needed, dtype: dtype).DetachFromDisposeScope();
    }

    /// <summary>Rows of a matrix in the reserved memory, valid until the next call.</summary>
    /// <returns>[rows, columns]; a view, which the caller disposes.</returns>
    internal Tensor Fill(NormalFloat4Matrix matrix, long firstRow, long rows, ScalarType dtype)
    {
        using var flat = memory[dtype].narrow(0, 0, rows * matrix.Columns);
        var panel = flat.view(rows, matrix.Columns);
        matrix.DequantizeInto(panel, firstRow);
        return panel;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in memory.Values)
        {
            tensor.Dispose();
        }

        memory.Clear();
    }
}
