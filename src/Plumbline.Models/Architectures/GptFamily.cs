using System.Text.Json.Nodes;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;

namespace Plumbline.Models.Architectures;

/// <summary>GPT-2 (Radford et al. 2019): learned positions, layer norms, no gates; matrices stand transposed in the file.</summary>
internal sealed class Gpt2Architecture : Architecture
{
    internal override string ModelType => "gpt2";

    internal override string ClassStem => "GPT2";

    internal override ParameterNames Names { get; } =
        new()
        {
            Base = "transformer.",
            Embedding = "wte",
            Positions = "wpe",
            Layers = "h",
            InputNorm = "ln_1",
            FeedForwardNorm = "ln_2",
            Attention = "attn.",
            QueryKeyValue = "c_attn",
            QueryKeyValueLayout = PartLayout.Transposed,
            Output = "c_proj",
            Up = "c_fc",
            Down = "c_proj",
            FinalNorm = "ln_f",
            Matrices = PartLayout.Transposed,
        };

    internal override DecoderConfig Read(ConfigFields fields)
    {
        const string Mend = "Only GPT-2 with scaled attention as OpenAI trained it is built.";
        Require(fields, "scale_attn_weights", fields.Flag("scale_attn_weights", true), Mend);
        Require(fields, "scale_attn_by_inverse_layer_idx", !fields.Flag("scale_attn_by_inverse_layer_idx", false), Mend);
        Require(fields, "add_cross_attention", !fields.Flag("add_cross_attention", false), Mend);
        var (hidden, heads) = (fields.Count("n_embd"), fields.Count("n_head"));
        var config = new DecoderConfig
        {
            ModelType = ModelType,
            VocabularySize = fields.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.OptionalCount("n_inner") ?? 4 * hidden,
            LayerCount = fields.Count("n_layer"),
            HeadCount = heads,
            KeyValueHeadCount = heads,
            HeadSize = Math.Max(1, hidden / heads),
            Norm = NormKind.Layer,
            NormEpsilon = fields.Number("layer_norm_epsilon", 1e-5),
            Activation = Activations.Read(fields, "activation_function", "gelu_new"),
            GatedFeedForward = false,
            LearnedPositions = true,
            MaxPositions = fields.Count("n_positions", fields.Count("n_ctx", 1024)),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            QueryKeyValueBias = true,
            OutputBias = true,
            FeedForwardBias = true,
        };
        return WithTokens(fields, config);
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        json["n_embd"] = config.HiddenSize;
        json["n_head"] = config.HeadCount;
        json["n_layer"] = config.LayerCount;
        json["n_inner"] = config.IntermediateSize;
        json["n_positions"] = config.MaxPositions;
        json["n_ctx"] = config.MaxPositions;
        json["layer_norm_epsilon"] = config.NormEpsilon;
        json["activation_function"] = Activations.Name(config.Activation);
        json["attn_pdrop"] = 0.0;
        json["embd_pdrop"] = 0.0;
        json["resid_pdrop"] = 0.0;
    }
}

/// <summary>GPT-NeoX (arXiv 2204.06745) and Pythia (2304.01373): attention and feed-forward side by side, a part of each head rotated.</summary>
internal sealed class GptNeoXArchitecture : Architecture
{
    internal override string ModelType => "gpt_neox";

    internal override string ClassStem => "GPTNeoX";

    internal override ParameterNames Names { get; } =
        new()
        {
            Base = "gpt_neox.",
            Embedding = "embed_in",
            Attention = "attention.",
            QueryKeyValue = "query_key_value",
            QueryKeyValueLayout = PartLayout.HeadByHead,
            Output = "dense",
            Up = "dense_h_to_4h",
            Down = "dense_4h_to_h",
            FinalNorm = "final_layer_norm",
            Head = "embed_out",
        };

    internal override DecoderConfig Read(ConfigFields fields)
    {
        var (hidden, heads) = (fields.Count("hidden_size"), fields.Count("num_attention_heads"));
        var headSize = Math.Max(1, hidden / heads);
        var parameters = fields.Section("rope_parameters");
        var share = parameters?.OptionalNumber("partial_rotary_factor") ?? fields.Number("rotary_pct", 0.25);
        var rope = RopeFields.Read(fields, (int)(headSize * share) / 2 * 2);
        var bias = fields.Flag("attention_bias", true);
        var config = new DecoderConfig
        {
            ModelType = ModelType,
            VocabularySize = fields.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Count("intermediate_size"),
            LayerCount = fields.Count("num_hidden_layers"),
            HeadCount = heads,
            KeyValueHeadCount = heads,
            HeadSize = headSize,
            Norm = NormKind.Layer,
            NormEpsilon = fields.Number("layer_norm_eps", 1e-5),
            ParallelResidual = fields.Flag("use_parallel_residual", true),
            Activation = Activations.Read(fields, "hidden_act", "gelu"),
            GatedFeedForward = false,
            RopeTheta = parameters is null ? fields.Number("rotary_emb_base", 10_000) : rope.Theta,
            RotaryShare = share,
            RopeScaling = rope.Scaling,
            MaxPositions = fields.Count("max_position_embeddings", 2048),
            ScaledMaxPositions = rope.ScaledMaxPositions,
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", false),
            QueryKeyValueBias = bias,
            OutputBias = bias,
            FeedForwardBias = true,
        };
        return WithTokens(fields, config);
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        json["hidden_size"] = config.HiddenSize;
        json["intermediate_size"] = config.IntermediateSize;
        json["num_hidden_layers"] = config.LayerCount;
        json["num_attention_heads"] = config.HeadCount;
        json["hidden_act"] = Activations.Name(config.Activation);
        json["layer_norm_eps"] = config.NormEpsilon;
        json["use_parallel_residual"] = config.ParallelResidual;
        json["attention_bias"] = config.OutputBias;
        json["max_position_embeddings"] = config.MaxPositions;
        RopeFields.Write(config, json);
        json.Remove("rope_theta");
        json.Remove("partial_rotary_factor");
        json["rotary_emb_base"] = config.RopeTheta;
        json["rotary_pct"] = config.RotaryShare;
    }
}
