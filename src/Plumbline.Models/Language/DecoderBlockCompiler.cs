using Plumbline.Torch.Blocks;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// Says which layers are computed as one <see cref="DecoderBlock"/>. All others are composed of their parts: layer norms, parallel residuals, norms behind
/// attention, experts, soft caps, quantised weights, adapters that drop inputs or decompose weights, other devices and dtypes, widths that are no whole vector
/// registers.
/// </summary>
internal static class DecoderBlockCompiler
{
    /// <summary>The layer's shape and parameters; null where it must be composed.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="config">The decoder's shape.</param>
    /// <param name="index">Which layer it is.</param>
    /// <param name="angles">Its rotations; null for none.</param>
    /// <param name="hidden">[tokens, hidden size].</param>
    internal static (BlockShape Shape, BlockWeights Weights)? Compile(
        DecoderLayer layer,
        DecoderConfig config,
        int index,
        RotaryAngles? angles,
        Tensor hidden
    )
    {
        if (
            config.Norm == NormKind.Layer
            || config.ParallelResidual
            || config.PostNorms
            || layer.FeedForward is not DenseFeedForward feedForward
        )
        {
            return null;
        }

        var shape = new BlockShape
        {
            HiddenSize = config.HiddenSize,
            FeedForwardSize = config.IntermediateSize,
            Layout = config.Layout,
            Rule = config.AttentionOf(index),
            NormEpsilon = config.NormEpsilon,
            NormOffset = config.Norm == NormKind.RootMeanSquareOffset ? 1 : 0,
            RotaryHalf = angles is null ? 0 : (int)angles.Cosine.shape[^1],
            QueryKeyNorm = config.QueryKeyNorm,
            Activation = config.Activation,
            Gated = config.GatedFeedForward,
        };
        if (!DecoderBlock.Supports(shape, hidden))
        {
            return null;
        }

        var projections = new[] { layer.QueryKeyValue, layer.Output, feedForward.Up, feedForward.Down };
        var parts = Array.ConvertAll(projections, AsBlockProjection);
        return Array.Exists(parts, part => part is null)
            ? null
            : (
                shape,
                new BlockWeights(
                    layer.InputNorm.Weight.Value,
                    parts[0]!,
                    parts[1]!,
                    layer.FeedForwardNorm.Weight.Value,
                    parts[2]!,
                    parts[3]!,
                    layer.QueryNorm?.Weight.Value,
                    layer.KeyNorm?.Weight.Value
                )
            );
    }

    private static BlockProjection? AsBlockProjection(Projection projection)
    {
        if (projection.Quantised is not null)
        {
            return null;
        }

        var additions = projection.Updates.Select(active => active.Update.AsAddition(active.Share)).ToArray();
        return Array.Exists(additions, addition => addition is null)
            ? null
            : new BlockProjection(projection.Weight.Value, projection.Bias?.Value, additions!);
    }
}
