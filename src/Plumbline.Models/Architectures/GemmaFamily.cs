using System.Text.Json.Nodes;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;

namespace Plumbline.Models.Architectures;

/// <summary>Gemma (arXiv 2403.08295): norms offset by one, embeddings scaled, GELU gates, tied head.</summary>
internal class GemmaArchitecture : RotaryArchitecture
{
    internal override string ModelType => "gemma";

    internal override string ClassStem => "Gemma";

    protected override string DefaultActivation => "gelu_pytorch_tanh";

    protected override bool TiedByDefault => true;

    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = WithAttentionBias(fields, base.Read(fields));
        return config with
        {
            Norm = NormKind.RootMeanSquareOffset,
            EmbeddingScale = Math.Sqrt(config.HiddenSize),
            // Early configs said "gelu" in hidden_act and meant the tanh form, which hidden_activation then said.
            Activation = fields.Raw("hidden_activation") is null
                ? Torch.Functions.ActivationKind.GeluTanh
                : Activations.Read(fields, "hidden_activation", DefaultActivation),
        };
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        json["hidden_activation"] = Activations.Name(config.Activation);
        WriteAttentionBias(config, json);
    }
}

/// <summary>Gemma 2 (arXiv 2408.00118): norms around attention and feed-forward, soft caps, a window in every other layer.</summary>
internal class Gemma2Architecture : GemmaArchitecture
{
    internal override string ModelType => "gemma2";

    internal override string ClassStem => "Gemma2";

    internal override ParameterNames Names { get; } = new() { FeedForwardNorm = "pre_feedforward_layernorm" };

    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = base.Read(fields) with
        {
            PostNorms = true,
            QueryScalar = fields.Number("query_pre_attn_scalar", 256),
            AttentionSoftCap = fields.OptionalNumber("attn_logit_softcapping"),
            LogitSoftCap = fields.OptionalNumber("final_logit_softcapping"),
        };
        return WithSliding(fields, config, layer => layer % 2 == 0);
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        json["query_pre_attn_scalar"] = config.QueryScalar;
        json["attn_logit_softcapping"] = config.AttentionSoftCap;
        json["final_logit_softcapping"] = config.LogitSoftCap;
        WriteSliding(config, json);
    }
}

/// <summary>Gemma 3, text only (arXiv 2503.19786): heads normalised, a window with rotary base of its own in five layers of six.</summary>
internal sealed class Gemma3Architecture : Gemma2Architecture
{
    internal override string ModelType => "gemma3_text";

    internal override string ClassStem => "Gemma3";

    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = base.Read(fields);
        var pattern = fields.Count("sliding_window_pattern", fields.Count("_sliding_window_pattern", 6));
        return WithSliding(
            fields,
            config with
            {
                QueryKeyNorm = true,
                RopeTheta = HasTheta(fields) ? config.RopeTheta : 1_000_000,
                SlidingRopeTheta = config.SlidingRopeTheta ?? 10_000,
                SlidingWindow = null,
                SlidingLayers = [],
            },
            layer => (layer + 1) % pattern != 0
        );
    }

    private static bool HasTheta(ConfigFields fields) => fields.Raw("rope_theta") is not null || fields.Raw("rope_parameters") is not null;
}
