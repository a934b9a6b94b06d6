using System.Diagnostics.CodeAnalysis;
using Plumbline.Models.Language;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>Says in the terms of the decode kernels what a <see cref="Decoder"/> computes.</summary>
internal static class DecodePlanCompiler
{
    /// <summary>Whether the kernels can compute a decoder of this shape.</summary>
    internal static bool Supports(DecoderConfig config, [NotNullWhen(false)] out string? reason)
    {
        reason =
            config.Experts is not null ? $"The decode kernels have no experts, and {config.ModelType} has."
            : config.RopeScaling is DynamicRopeScaling or LongRopeScaling
                ? $"The decode kernels rotate a position by one angle, and {config.RopeScaling.GetType().Name} by one for each length."
            : null;
        return reason is null;
    }

    /// <summary>The plan of a decoder on the CPU; its functions read the decoder's tensors, adapters counted in, whenever they are called.</summary>
    internal static DecodePlan Compile(Decoder decoder)
    {
        var config = decoder.Config;
        using var scope = NewDisposeScope();
        var rotations = new Dictionary<RotaryEmbedding, RotaryPlan>();
        return new DecodePlan
        {
            Embedding = decoder.Embedding.Value,
            EmbeddingScale = (float)config.EmbeddingScale,
            PositionEmbedding = decoder.PositionEmbedding?.Value,
            Layers = [.. decoder.Layers.Select((layer, index) => Layer(config, layer, index, Rotation(decoder, index, rotations)))],
            FinalNorm = Norm(decoder.FinalNorm),
            Head = new MatrixPlan(config.VocabularySize, config.HiddenSize, () => decoder.Head.Value),
            LogitSoftCap = (float?)config.LogitSoftCap,
            MaxPositions = config.ContextLength,
        };
    }

    private static DecodeLayerPlan Layer(DecoderConfig config, DecoderLayer layer, int index, RotaryPlan? rotation)
    {
        var rule = config.AttentionOf(index);
        var feedForward = (DenseFeedForward)layer.FeedForward;
        var inner = config.IntermediateSize;
        return new DecodeLayerPlan(
            new DecodeAttentionPlan
            {
                Norm = Norm(layer.InputNorm),
                PostNorm = OptionalNorm(layer.PostAttentionNorm),
                QueryKeyValue = Rows(layer.QueryKeyValue, 0, config.Layout.RowSize),
                QueryNorm = OptionalNorm(layer.QueryNorm),
                KeyNorm = OptionalNorm(layer.KeyNorm),
                Rotary = rotation,
                Layout = config.Layout,
                Scale = (float)rule.Scale,
                SoftCap = (float?)rule.SoftCap,
                Window = rule.Window,
                Output = Rows(layer.Output, 0, config.HiddenSize),
            },
            new FeedForwardPlan
            {
                Norm = Norm(layer.FeedForwardNorm),
                PostNorm = OptionalNorm(layer.PostFeedForwardNorm),
                Gate = config.GatedFeedForward ? Rows(feedForward.Up, 0, inner) : null,
                Up = Rows(feedForward.Up, config.GatedFeedForward ? inner : 0, inner),
                Down = Rows(feedForward.Down, 0, config.HiddenSize),
                Activation = config.Activation,
            },
            config.ParallelResidual
        );
    }

    // Layers that rotate alike share one plan.
    private static RotaryPlan? Rotation(Decoder decoder, int layer, Dictionary<RotaryEmbedding, RotaryPlan> made)
    {
        if (decoder.RotaryOf(layer) is not { } rotary)
        {
            return null;
        }

        if (!made.TryGetValue(rotary, out var plan))
        {
            plan = new RotaryPlan(rotary.Frequencies(decoder.Config.MaxPositions), (float)rotary.Factor);
            made.Add(rotary, plan);
        }

        return plan;
    }

    private static NormPlan? OptionalNorm(Normalization? norm) => norm is null ? null : Norm(norm);

    private static NormPlan Norm(Normalization norm) =>
        new(
            (int)norm.Weight.Value.shape[0],
            () => norm.Weight.Value,
            norm.Epsilon,
            norm.Bias is { } bias ? () => bias.Value : null,
            norm.Kind == NormKind.RootMeanSquareOffset ? 1 : 0,
            norm.Kind == NormKind.Layer
        );

    // Some rows of a projection's matrix, and of its bias where it has one.
    private static MatrixPlan Rows(Projection projection, int first, int outputs) =>
        new(
            outputs,
            (int)projection.Inputs,
            () => projection.EffectiveWeight().narrow(0, first, outputs),
            projection.Bias is { } bias ? () => bias.Value.narrow(0, first, outputs) : null
        );
}
