using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Language;

/// <summary>One block: x + attention(norm(x)), then x + feed-forward(norm(x)).</summary>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig config;
    private readonly int index;
    private readonly Tensor inputNorm;
    private readonly Tensor queryKeyValue;
    private readonly Tensor? queryKeyValueBias;
    private readonly Tensor? queryNorm;
    private readonly Tensor? keyNorm;
    private readonly Tensor output;
    private readonly Tensor? outputBias;
    private readonly Tensor feedForwardNorm;
    private readonly Tensor gateUp;
    private readonly Tensor? gateUpBias;
    private readonly Tensor down;
    private readonly Tensor? downBias;

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
        queryKeyValue = factory.JoinedMatrix(attention, "qkv_proj", projections, config.HiddenSize).Value;
        queryKeyValueBias = config.QueryKeyValueBias ? factory.JoinedBias(attention, "qkv_proj", projections).Value : null;
        queryNorm = config.QueryKeyNorm ? factory.Norm(attention + "q_norm.weight", config.HeadSize).Value : null;
        keyNorm = config.QueryKeyNorm ? factory.Norm(attention + "k_norm.weight", config.HeadSize).Value : null;
        output = factory.Matrix(attention + "o_proj.weight", config.HiddenSize, config.Layout.QuerySize).Value;
        outputBias = config.OutputBias ? factory.Bias(attention + "o_proj.bias", config.HiddenSize).Value : null;
        feedForwardNorm = factory.Norm($"model.layers.{index}.post_attention_layernorm.weight", config.HiddenSize).Value;
        gateUp = factory.JoinedMatrix(feedForward, "gate_up_proj", gates, config.HiddenSize).Value;
        gateUpBias = config.FeedForwardBias ? factory.JoinedBias(feedForward, "gate_up_proj", gates).Value : null;
        down = factory.Matrix(feedForward + "down_proj.weight", config.HiddenSize, config.IntermediateSize).Value;
        downBias = config.FeedForwardBias ? factory.Bias(feedForward + "down_proj.bias", config.HiddenSize).Value : null;
    }

    /// <summary>The block's output for hidden states [tokens, hidden size].</summary>
    internal Tensor Forward(Tensor hidden, Tensor cosine, Tensor sine, IAttention attention)
    {
        var normed = FusedLayers.RmsNorm(hidden, inputNorm, config.RmsNormEpsilon);
        var rows = F.linear(normed, queryKeyValue, queryKeyValueBias);
        if (config.QueryKeyNorm)
        {
            rows = NormaliseHeads(rows);
        }

        rows = FusedLayers.Rotary(rows, cosine, sine, config.HeadCount + config.KeyValueHeadCount, config.HeadSize);
        hidden = hidden + F.linear(attention.Attend(index, rows), output, outputBias);
        var gates = F.linear(FusedLayers.RmsNorm(hidden, feedForwardNorm, config.RmsNormEpsilon), gateUp, gateUpBias);
        return hidden + F.linear(FusedLayers.SwiGlu(gates), down, downBias);
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
