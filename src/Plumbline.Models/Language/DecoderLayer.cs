using Plumbline.Models.Architectures;
using Plumbline.Torch.Blocks;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>One block: x + attention(norm(x)), then x + feed-forward(norm(x)), with the variations that the config names.</summary>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig config;
    private readonly int index;

    /// <summary>Makes the block's parameters under Hugging Face's names.</summary>
    internal DecoderLayer(DecoderConfig config, int index, ParameterNames names, ParameterFactory factory)
    {
        this.config = config;
        this.index = index;
        var layer = names.Layer(index);
        var attention = layer + names.Attention;
        InputNorm = factory.Norm(layer + names.InputNorm, config.HiddenSize);
        QueryKeyValue = names.QueryKeyValue is { } fused
            ? factory.Projection(
                attention + fused,
                config.Layout.RowSize,
                config.HiddenSize,
                config.QueryKeyValueBias,
                names.QueryKeyValueLayout
            )
            : factory.JoinedProjection(
                attention,
                "qkv_proj",
                [("q_proj", config.Layout.QuerySize), ("k_proj", config.Layout.KeyValueSize), ("v_proj", config.Layout.KeyValueSize)],
                config.HiddenSize,
                config.QueryKeyValueBias
            );
        QueryNorm = config.QueryKeyNorm ? factory.Norm(attention + "q_norm", config.HeadSize) : null;
        KeyNorm = config.QueryKeyNorm ? factory.Norm(attention + "k_norm", config.HeadSize) : null;
        Output = factory.Projection(
            attention + names.Output,
            config.HiddenSize,
            config.Layout.QuerySize,
            config.OutputBias,
            names.Matrices
        );
        PostAttentionNorm = config.PostNorms ? factory.Norm(layer + names.PostAttentionNorm, config.HiddenSize) : null;
        FeedForwardNorm = factory.Norm(layer + names.FeedForwardNorm, config.HiddenSize);
        FeedForward = config.HasExperts(index)
            ? new ExpertFeedForward(config, layer + names.Experts, names, factory)
            : new DenseFeedForward(config, layer + names.FeedForward, names, config.IntermediateSize, factory);
        PostFeedForwardNorm = config.PostNorms ? factory.Norm(layer + names.PostFeedForwardNorm, config.HiddenSize) : null;
    }

    internal Normalization InputNorm { get; }

    internal Projection QueryKeyValue { get; }

    internal Normalization? QueryNorm { get; }

    internal Normalization? KeyNorm { get; }

    internal Projection Output { get; }

    internal Normalization? PostAttentionNorm { get; }

    internal Normalization FeedForwardNorm { get; }

    internal IFeedForward FeedForward { get; }

    internal Normalization? PostFeedForwardNorm { get; }

    /// <summary>The block's output for hidden states [tokens, hidden size].</summary>
    /// <param name="hidden">[tokens, hidden size].</param>
    /// <param name="angles">The rotations of this layer's kind; null where it has none.</param>
    /// <param name="attention">Who sees whom.</param>
    /// <param name="routing">Receives what routers decided; null where nobody asks.</param>
    internal Tensor Forward(Tensor hidden, RotaryAngles? angles, IAttention attention, RoutingRecord? routing)
    {
        if (
            attention is PackedAttention packed
            && DecoderBlockCompiler.Compile(this, config, index, angles, hidden) is var (shape, weights)
        )
        {
            return DecoderBlock.Forward(hidden, shape, weights, packed.Plan, angles?.Cosine, angles?.Sine);
        }

        var attended = Output.Forward(attention.Attend(index, Rows(InputNorm.Forward(hidden), angles)));
        attended = PostAttentionNorm?.Forward(attended) ?? attended;
        if (config.ParallelResidual)
        {
            return hidden + attended + FeedForward.Forward(FeedForwardNorm.Forward(hidden), routing);
        }

        hidden = hidden + attended;
        var added = FeedForward.Forward(FeedForwardNorm.Forward(hidden), routing);
        return hidden + (PostFeedForwardNorm?.Forward(added) ?? added);
    }

    // Queries, keys and values as the attention reads them.
    private Tensor Rows(Tensor normed, RotaryAngles? angles)
    {
        var rows = QueryKeyValue.Forward(normed);
        if (config.QueryKeyNorm)
        {
            rows = NormaliseHeads(rows);
        }

        return angles is null
            ? rows
            : FusedLayers.Rotary(rows, angles.Cosine, angles.Sine, config.HeadCount + config.KeyValueHeadCount, config.HeadSize);
    }

    // Qwen3 and Gemma 3 normalise each query and key head before it is rotated.
    private Tensor NormaliseHeads(Tensor rows)
    {
        var layout = config.Layout;
        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        Tensor Normalised(Tensor part, Normalization norm) => norm.Forward(part.reshape(-1, layout.HeadSize)).view(part.shape);
        return cat([Normalised(parts[0], QueryNorm!), Normalised(parts[1], KeyNorm!), parts[2]], -1);
    }
}
