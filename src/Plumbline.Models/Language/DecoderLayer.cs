using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>One block: x + attention(norm(x)), then x + feed-forward(norm(x)).</summary>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig config;
    private readonly int index;
    private readonly Tensor inputNorm;
    private readonly Projection queryKeyValue;
    private readonly Tensor? queryNorm;
    private readonly Tensor? keyNorm;
    private readonly Projection output;
    private readonly Tensor feedForwardNorm;
    private readonly Projection gateUp;
    private readonly Projection down;

    /// <summary>Makes the block's parameters under Hugging Face's names.</summary>
    internal DecoderLayer(DecoderConfig config, int index, ParameterFactory factory)
    {
        this.config = config;
        this.index = index;
        var (attention, feedForward) = ($"model.layers.{index}.self_attn.", $"model.layers.{index}.mlp.");
        (string, int)[] projections =
        [
            ("q_proj", config.Layout.QuerySize),
            ("k_proj", config.Layout.KeyValueSize),
            ("v_proj", config.Layout.KeyValueSize),
        ];
        (string, int)[] gates = [("gate_proj", config.IntermediateSize), ("up_proj", config.IntermediateSize)];
        inputNorm = factory.Norm($"model.layers.{index}.input_layernorm.weight", config.HiddenSize).Value;
        queryKeyValue = factory.JoinedProjection(attention, "qkv_proj", projections, config.HiddenSize, config.QueryKeyValueBias);
        queryNorm = config.QueryKeyNorm ? factory.Norm(attention + "q_norm.weight", config.HeadSize).Value : null;
        keyNorm = config.QueryKeyNorm ? factory.Norm(attention + "k_norm.weight", config.HeadSize).Value : null;
        output = factory.Projection(attention + "o_proj", config.HiddenSize, config.Layout.QuerySize, config.OutputBias);
        feedForwardNorm = factory.Norm($"model.layers.{index}.post_attention_layernorm.weight", config.HiddenSize).Value;
        gateUp = factory.JoinedProjection(feedForward, "gate_up_proj", gates, config.HiddenSize, config.FeedForwardBias);
        down = factory.Projection(feedForward + "down_proj", config.HiddenSize, config.IntermediateSize, config.FeedForwardBias);
    }

    /// <summary>The block's output for hidden states [tokens, hidden size].</summary>
    internal Tensor Forward(Tensor hidden, Tensor cosine, Tensor sine, IAttention attention)
    {
        var normed = FusedLayers.RmsNorm(hidden, inputNorm, config.RmsNormEpsilon);
        var rows = queryKeyValue.Forward(normed);
        if (config.QueryKeyNorm)
        {
            rows = NormaliseHeads(rows);
        }

        rows = FusedLayers.Rotary(rows, cosine, sine, config.HeadCount + config.KeyValueHeadCount, config.HeadSize);
        hidden = hidden + output.Forward(attention.Attend(index, rows));
        var gates = gateUp.Forward(FusedLayers.RmsNorm(hidden, feedForwardNorm, config.RmsNormEpsilon));
        return hidden + down.Forward(FusedLayers.SwiGlu(gates));
    }

    // Qwen3 normalises each query and key head before it is rotated.
    private Tensor NormaliseHeads(Tensor rows)
    {
        var layout = config.Layout;
        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        Tensor Normalised(Tensor part, Tensor weight) =>
            FusedLayers.RmsNorm(part.reshape(-1, layout.HeadSize), weight, config.RmsNormEpsilon).view(part.shape);
        return cat([Normalised(parts[0], queryNorm!), Normalised(parts[1], keyNorm!), parts[2]], -1);
    }
}
