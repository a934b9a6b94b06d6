using System.Text.Json.Nodes;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Torch.Functions;

namespace Plumbline.Models.Architectures;

/// <summary>What the descendants of Llama share in their configs.</summary>
internal abstract class RotaryArchitecture : Architecture
{
    internal override DecoderConfig Read(ConfigFields fields)
    {
        var heads = fields.Count("num_attention_heads");
        var hidden = fields.Count("hidden_size");
        var headSize = fields.Count("head_dim", Math.Max(1, hidden / heads));
        var share = RopeFields.Share(fields);
        var rope = RopeFields.Read(fields, (int)(headSize * share) / 2 * 2);
        var config = new DecoderConfig
        {
            ModelType = ModelType,
            VocabularySize = fields.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Count("intermediate_size"),
            LayerCount = fields.Count("num_hidden_layers"),
            HeadCount = heads,
            KeyValueHeadCount = fields.Count("num_key_value_heads", heads),
            HeadSize = headSize,
            NormEpsilon = fields.Number("rms_norm_eps", 1e-6),
            Activation = Activations.Read(fields, "hidden_act", DefaultActivation),
            RopeTheta = rope.Theta,
            SlidingRopeTheta = rope.SlidingTheta,
            RotaryShare = share,
            RopeScaling = rope.Scaling,
            MaxPositions = fields.Count("max_position_embeddings", 2048),
            ScaledMaxPositions = rope.ScaledMaxPositions,
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", TiedByDefault),
            FeedForwardBias = fields.Flag("mlp_bias", false),
        };
        return WithTokens(fields, config);
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        json["intermediate_size"] = config.IntermediateSize;
        json["num_hidden_layers"] = config.LayerCount;
        json["hidden_size"] = config.HiddenSize;
        json["num_attention_heads"] = config.HeadCount;
        json["num_key_value_heads"] = config.KeyValueHeadCount;
        json["head_dim"] = config.HeadSize;
        json["hidden_act"] = Activations.Name(config.Activation);
        json["rms_norm_eps"] = config.NormEpsilon;
        json["max_position_embeddings"] = config.MaxPositions;
        json["attention_dropout"] = 0.0;
        RopeFields.Write(config, json);
    }

    /// <summary>Reads <c>attention_bias</c>: whether all four projections of the attention have one.</summary>
    protected static DecoderConfig WithAttentionBias(ConfigFields fields, DecoderConfig config)
    {
        var bias = fields.Flag("attention_bias", false);
        return config with { QueryKeyValueBias = bias, OutputBias = bias };
    }

    /// <summary>Writes <c>attention_bias</c>.</summary>
    protected static void WriteAttentionBias(DecoderConfig config, JsonObject json) => json["attention_bias"] = config.QueryKeyValueBias;

    /// <summary>What <c>hidden_act</c> is where the file leaves it out.</summary>
    protected virtual string DefaultActivation => "silu";

    /// <summary>What <c>tie_word_embeddings</c> is where the file leaves it out.</summary>
    protected virtual bool TiedByDefault => false;

    /// <summary>
    /// Which layers have the sliding window: as <c>layer_types</c> says, else by <paramref name="byDefault"/>; nothing where no layer has one.
    /// </summary>
    protected static DecoderConfig WithSliding(ConfigFields fields, DecoderConfig config, Func<int, bool> byDefault)
    {
        if (fields.OptionalCount("sliding_window") is not { } window)
        {
            return config;
        }

        var types = fields.OptionalTexts("layer_types", config.LayerCount);
        if (types?.FirstOrDefault(type => type is not ("sliding_attention" or "full_attention")) is { } unknown)
        {
            throw fields.Problem($"layer_types names '{unknown}'.", "Layers of kind full_attention and sliding_attention are built.");
        }

        bool[] sliding =
        [
            .. Enumerable
                .Range(0, config.LayerCount)
                .Select(layer => types is null ? byDefault(layer) : types[layer] == "sliding_attention"),
        ];
        return Array.TrueForAll(sliding, one => one) ? config with { SlidingWindow = window }
            : Array.Exists(sliding, one => one) ? config with { SlidingWindow = window, SlidingLayers = sliding }
            : config;
    }

    /// <summary>Writes <c>sliding_window</c> and <c>layer_types</c>.</summary>
    protected static void WriteSliding(DecoderConfig config, JsonObject json)
    {
        json["sliding_window"] = config.SlidingWindow;
        json["layer_types"] = new JsonArray([
            .. Enumerable
                .Range(0, config.LayerCount)
                .Select(layer => JsonValue.Create(config.IsSliding(layer) ? "sliding_attention" : "full_attention")),
        ]);
    }
}

/// <summary>Hugging Face's names of activations.</summary>
internal static class Activations
{
    internal static ActivationKind Read(ConfigFields fields, string name, string fallback) =>
        fields.Text(name, fallback) switch
        {
            "silu" or "swish" => ActivationKind.Silu,
            "gelu" => ActivationKind.Gelu,
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => ActivationKind.GeluTanh,
            var other => throw fields.Problem($"{name} is '{other}'.", "silu, gelu, gelu_new and gelu_pytorch_tanh are built."),
        };

    internal static string Name(ActivationKind kind) =>
        kind switch
        {
            ActivationKind.Silu => "silu",
            ActivationKind.Gelu => "gelu",
            _ => "gelu_pytorch_tanh",
        };
}
