using Plumbline.Torch.Blocks;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>Σ over the vocabulary's slices of logit gradient · weight: in float32 (float64) where there are several, whose sum in bf16 would lose the small ones.</summary>
internal sealed class HiddenGradient(Tensor hidden, LogitTiles tiles)
{
    private readonly bool isSum = tiles.Slices > 1;

    /// <summary>[rows, width].</summary>
    internal Tensor Sum { get; } =
        tiles.Slices > 1 ? zeros(hidden.shape, FusedLayers.WideOf(hidden.dtype), hidden.device) : empty_like(hidden);

    /// <param name="tile">The tile.</param>
    /// <param name="logitGradient">[its rows, its entries].</param>
    /// <param name="weight">[its entries, width].</param>
    internal void Add(LogitTile tile, Tensor logitGradient, Tensor weight)
    {
        var rows = Sum.narrow(0, tile.FirstRow, tile.Rows);
        if (!isSum || Sum.dtype == weight.dtype)
        {
            rows.addmm_(logitGradient, weight, isSum ? 1 : 0, 1);
        }
        else
        {
            rows.add_(logitGradient.mm(weight));
        }
    }
}

/// <summary>Σ over blocks of rows of logit gradientᵀ · hidden, in float32 (float64): added to a parameter's own gradient, or a matrix for autograd.</summary>
/// <param name="weight">[vocabulary, width].</param>
/// <param name="parameter">Whose <c>grad</c> is added to; null for none.</param>
internal sealed class HeadGradient(Tensor weight, Tensor? parameter)
{
    /// <summary>[vocabulary, width]; null where a parameter has it.</summary>
    internal Tensor? Sum { get; } = parameter is null ? zeros(weight.shape, FusedLayers.WideOf(weight.dtype), weight.device) : null;

    /// <param name="tile">The tile.</param>
    /// <param name="logitGradient">[its rows, its entries].</param>
    /// <param name="hidden">[its rows, width].</param>
    internal void Add(LogitTile tile, Tensor logitGradient, Tensor hidden)
    {
        var transposed = logitGradient.t();
        if (parameter is null)
        {
            var entries = Sum!.narrow(0, tile.FirstEntry, tile.Entries);
            if (hidden.dtype == Sum.dtype)
            {
                entries.addmm_(transposed, hidden, 1, 1);
            }
            else
            {
                entries.add_(transposed.mm(hidden));
            }
        }
        else if (hidden.dtype == ScalarType.BFloat16)
        {
            ParameterGradient.AddProduct<BFloat16Element>(parameter, tile.FirstEntry, transposed, hidden);
        }
        else
        {
            ParameterGradient.AddProduct<Float32Element>(parameter, tile.FirstEntry, transposed, hidden);
        }
    }
}
