using System.Diagnostics.CodeAnalysis;
using Plumbline.Models.Language;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>Says in the terms of the decode kernels what a <see cref="Decoder"/> computes.</summary>
internal static class DecodePlanCompiler
{
    private static readonly string[] KnownTypes = ["llama", "mistral", "qwen2", "qwen3"];

    /// <summary>Whether the kernels can compute a decoder of this shape.</summary>
    internal static bool Supports(DecoderConfig config, [NotNullWhen(false)] out string? reason)
    {
        reason = KnownTypes.Contains(config.ModelType, StringComparer.Ordinal)
            ? null
            : $"The decode kernels know the model types {string.Join(", ", KnownTypes)}, and not {config.ModelType}.";
        return reason is null;
    }

    /// <summary>The plan of a decoder on the CPU; its functions read the decoder's tensors whenever they are called.</summary>
    internal static DecodePlan Compile(Decoder decoder)
    {
        var config = decoder.Config;
        var tensors = decoder.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal);
        var embedding = tensors["model.embed_tokens.weight"];
        var head = tensors.GetValueOrDefault("lm_head.weight", embedding);
        using var scope = NewDisposeScope();
        var rotary = new RotaryPlan(RotaryEmbedding.Frequencies(config.HeadSize, config.RopeTheta).data<float>().ToArray());
        return new DecodePlan
        {
            Embedding = embedding,
            Layers = [.. Enumerable.Range(0, config.LayerCount).Select(layer => Layer(config, tensors, $"model.layers.{layer}.", rotary))],
            FinalNorm = Norm(config, tensors["model.norm.weight"]),
            Head = new MatrixPlan(config.VocabularySize, config.HiddenSize, () => head),
            MaxPositions = config.MaxPositions,
        };
    }

    private static DecodeLayerPlan Layer(DecoderConfig config, Dictionary<string, Tensor> tensors, string prefix, RotaryPlan rotary)
    {
        var (layout, inner) = (config.Layout, config.IntermediateSize);
        var (attention, feedForward) = (prefix + "self_attn.", prefix + "mlp.");
        NormPlan? HeadNorm(string name) => config.QueryKeyNorm ? Norm(config, tensors[attention + name]) : null;
        MatrixPlan Matrix(string name, int first, int outputs, int inputs) => Rows(tensors, name, first, outputs, inputs);
        return new DecodeLayerPlan(
            new AttentionPlan
            {
                Norm = Norm(config, tensors[prefix + "input_layernorm.weight"]),
                QueryKeyValue = Matrix(attention + "qkv_proj", 0, layout.RowSize, config.HiddenSize),
                QueryNorm = HeadNorm("q_norm.weight"),
                KeyNorm = HeadNorm("k_norm.weight"),
                Rotary = rotary,
                Layout = layout,
                Scale = 1 / MathF.Sqrt(config.HeadSize),
                Window = config.SlidingWindow,
                Output = Matrix(attention + "o_proj", 0, config.HiddenSize, layout.QuerySize),
            },
            new FeedForwardPlan
            {
                Norm = Norm(config, tensors[prefix + "post_attention_layernorm.weight"]),
                Gate = Matrix(feedForward + "gate_up_proj", 0, inner, config.HiddenSize),
                Up = Matrix(feedForward + "gate_up_proj", inner, inner, config.HiddenSize),
                Down = Matrix(feedForward + "down_proj", 0, config.HiddenSize, inner),
                Activation = DecodeActivation.Silu,
            }
        );
    }

    private static NormPlan Norm(DecoderConfig config, Tensor weight) => new((int)weight.shape[0], () => weight, config.RmsNormEpsilon);

    // Some rows of a module's matrix, and of its bias where it has one.
    private static MatrixPlan Rows(Dictionary<string, Tensor> tensors, string name, int first, int outputs, int inputs)
    {
        var weight = tensors[name + ".weight"];
        var bias = tensors.GetValueOrDefault(name + ".bias");
        return new MatrixPlan(
            outputs,
            inputs,
            () => weight.narrow(0, first, outputs),
            bias is null ? null : () => bias.narrow(0, first, outputs)
        );
    }
}
