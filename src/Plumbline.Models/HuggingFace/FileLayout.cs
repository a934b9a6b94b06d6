using Plumbline.Models.Language;
using static TorchSharp.torch;

namespace Plumbline.Models.HuggingFace;

/// <summary>Turns a decoder's rows into the layout of a file and back. Results join the innermost dispose scope.</summary>
internal static class FileLayout
{
    /// <summary>Rows as a file has them: a view, or a copy where the order of rows differs.</summary>
    /// <param name="rows">[rows, inputs], or [rows] for a bias.</param>
    /// <param name="layout">The file's layout.</param>
    /// <param name="headSize">Values in a head.</param>
    internal static Tensor ToFile(Tensor rows, PartLayout layout, int headSize) =>
        layout switch
        {
            PartLayout.Rows => rows,
            PartLayout.Transposed => rows.t(),
            _ => rows.view([3, -1, headSize, .. rows.shape[1..]]).transpose(0, 1).reshape(rows.shape),
        };

    /// <summary>The inverse of <see cref="ToFile"/>.</summary>
    internal static Tensor FromFile(Tensor stored, PartLayout layout, int headSize) =>
        layout switch
        {
            PartLayout.Rows => stored,
            PartLayout.Transposed => stored.t(),
            _ => stored.view([-1, 3, headSize, .. stored.shape[1..]]).transpose(0, 1).reshape(stored.shape),
        };
}
