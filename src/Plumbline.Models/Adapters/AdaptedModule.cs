using Plumbline.Models.Language;
using Plumbline.Torch.Blocks;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Adapters;

/// <summary>
/// The low-rank update of one module: W x becomes W x + s·B·A x, or with a magnitude m (arXiv 2402.09353) m/‖W + s·B·A‖ · (W + s·B·A) x, the norm of each
/// row counting as a constant in the gradient (section 4.3).
/// </summary>
/// <param name="module">Where it sits in its projection.</param>
/// <param name="firstRank">Its first row of the projection's joined A.</param>
/// <param name="rank">Its rows of A.</param>
/// <param name="scaling">s.</param>
/// <param name="down">The projection's joined A, [Σ ranks, inputs].</param>
/// <param name="up">B, [rows, rank].</param>
/// <param name="magnitude">m, [rows]; null without weight decomposition.</param>
internal sealed class AdaptedModule(
    ProjectionModule module,
    long firstRank,
    int rank,
    double scaling,
    Tensor down,
    Tensor up,
    Tensor? magnitude
)
{
    /// <summary>Where it sits in its projection.</summary>
    internal ProjectionModule Module => module;

    /// <summary>Whether the update needs W x without bias.</summary>
    internal bool HasMagnitude => magnitude is not null;

    /// <summary>The update without magnitude as a block computes it.</summary>
    /// <param name="share">Factor on what is added.</param>
    internal LowRankModule AsModule(double share) => new(module.Start, firstRank, up, scaling * share);

    /// <summary>What the module's output becomes.</summary>
    /// <param name="output">The module's columns of the output so far, […, rows].</param>
    /// <param name="low">A x of the whole projection, […, Σ ranks].</param>
    /// <param name="ofBase">W x without bias, […, rows]; only read with a magnitude.</param>
    /// <param name="weight">Gives W, [rows, inputs]; only called with a magnitude.</param>
    /// <param name="share">Factor on what is added.</param>
    internal Tensor AddTo(Tensor output, Tensor low, Tensor? ofBase, Func<Tensor> weight, double share)
    {
        var own = low.narrow(-1, firstRank, rank);
        if (magnitude is null)
        {
            return output + F.linear(own.Times(scaling * share), up);
        }

        using var rows = weight();
        var gain = magnitude / RowNorms(rows);
        var change = (gain.Plus(-1) * ofBase!) + (gain * F.linear(own.Times(scaling), up));
        return output + change.Times(share).to(output.dtype);
    }

    /// <summary>What the update adds to W: s·B·A, or m/‖W + s·B·A‖ · (W + s·B·A) − W.</summary>
    /// <param name="weight">W, [rows, inputs].</param>
    internal Tensor WeightChange(Tensor weight)
    {
        var change = up.mm(down.narrow(0, firstRank, rank)).Times(scaling);
        if (magnitude is null)
        {
            return change;
        }

        var direction = weight + change;
        return (direction * (magnitude / direction.norm(1)).unsqueeze(1)) - weight;
    }

    /// <summary>
    /// ‖W + s·B·A‖ of each row, without ever making B·A: with u = W Aᵀ and G = A Aᵀ a row's square is ‖w‖² + 2s·b·u + s²·b G bᵀ.
    /// </summary>
    private Tensor RowNorms(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var (a, b) = (down.detach().narrow(0, firstRank, rank), up.detach());
        var (u, gram) = (Product(weight, a.t()), Product(a, a.t()));
        var squares =
            weight.norm(1).square() + (b * u).sum(dim: 1).Times(2 * scaling) + (Product(b, gram) * b).sum(dim: 1).Times(scaling * scaling);
        return squares.clamp_min(0).sqrt().MoveToOuterDisposeScope();
    }

    // In place, because autocast leaves in-place products in the dtype of their tensors: lengths must not be rounded to bf16.
    private static Tensor Product(Tensor left, Tensor right) =>
        zeros([left.shape[0], right.shape[1]], left.dtype, left.device).addmm_(left, right, 0, 1);
}
