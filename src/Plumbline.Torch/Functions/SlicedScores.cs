using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// What each slice of a vocabulary says by itself of a block of rows, and from it what the whole says. A slice i holds the share wᵢ = exp(lᵢ − l) of the
/// probability, l = log Σ exp lᵢ; so log p = log pᵢ + log wᵢ, H = Σ wᵢ (Hᵢ − log wᵢ), Σ p² = Σ wᵢ² Σ pᵢ², and KL = Σ wᵢ (KLᵢ + log wᵢ − log vᵢ) with the
/// reference's shares vᵢ.
/// </summary>
internal sealed class SlicedScores
{
    private readonly LogitTiles tiles;
    private readonly Tensor measures;
    private readonly Tensor top;

    /// <param name="tiles">The cut.</param>
    /// <param name="whole">[<see cref="TokenMeasure"/>, rows]: the block's measures, of which these are parts.</param>
    internal SlicedScores(LogitTiles tiles, Tensor whole)
    {
        this.tiles = tiles;
        measures = empty([tiles.Slices, whole.shape[0], whole.shape[1]], whole.dtype, whole.device);
        top = empty([tiles.Slices, whole.shape[1]], ScalarType.Int64, whole.device);
    }

    /// <summary>Where a slice's own measures and top entries belong.</summary>
    internal (Tensor Measures, Tensor Top) Part(LogitTile tile)
    {
        var slice = tile.FirstEntry / tiles.TileEntries;
        return (measures.select(0, slice), top.select(0, slice));
    }

    /// <summary>Writes those of the whole vocabulary.</summary>
    internal void CombineInto(Tensor wholeMeasures, Tensor wholeTop, bool hasReference)
    {
        using var scope = NewDisposeScope();
        Tensor Parts(TokenMeasure measure) => measures.select(1, (long)measure);
        void Write(TokenMeasure measure, Tensor values) => wholeMeasures.select(0, (long)measure).copy_(values);

        var (normaliser, logShare) = Shares(Parts(TokenMeasure.LogNormaliser));
        var share = logShare.exp();
        Write(TokenMeasure.LogNormaliser, normaliser);
        // −∞ but in the slice that holds the target.
        Write(TokenMeasure.LogProbability, (Parts(TokenMeasure.LogProbability) + logShare).amax([0]));
        Write(TokenMeasure.Entropy, (share * (Parts(TokenMeasure.Entropy) - logShare)).sum(dim: 0));
        Write(TokenMeasure.LogSumSquares, (Parts(TokenMeasure.LogSumSquares) + logShare + logShare).logsumexp(0));
        var best = Parts(TokenMeasure.Largest).argmax(0);
        wholeTop.copy_(top.gather(0, best.unsqueeze(0)).squeeze(0));
        if (hasReference)
        {
            var (referenceNormaliser, logReferenceShare) = Shares(Parts(TokenMeasure.ReferenceLogNormaliser));
            Write(TokenMeasure.ReferenceLogNormaliser, referenceNormaliser);
            Write(TokenMeasure.Divergence, (share * (Parts(TokenMeasure.Divergence) + logShare - logReferenceShare)).sum(dim: 0));
        }
    }

    private static (Tensor Normaliser, Tensor LogShare) Shares(Tensor normalisers)
    {
        var all = normalisers.logsumexp(0);
        return (all, normalisers - all);
    }
}
