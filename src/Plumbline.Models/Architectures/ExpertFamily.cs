using System.Text.Json.Nodes;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;

namespace Plumbline.Models.Architectures;

/// <summary>Mixtral (arXiv 2401.04088): experts in every layer.</summary>
internal sealed class MixtralArchitecture : RotaryArchitecture
{
    internal override string ModelType => "mixtral";

    internal override string ClassStem => "Mixtral";

    internal override ParameterNames Names { get; } =
        new()
        {
            Experts = "block_sparse_moe.",
            ExpertGate = "w1",
            ExpertUp = "w3",
            ExpertDown = "w2",
        };

    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = base.Read(fields);
        return WithSliding(
            fields,
            config with
            {
                Experts = new ExpertOptions
                {
                    Count = fields.Count("num_local_experts", 8),
                    PerToken = fields.Count("num_experts_per_tok", 2),
                    IntermediateSize = config.IntermediateSize,
                    NormalizeWeights = true,
                    AuxiliaryLossWeight = fields.Number("router_aux_loss_coef", 0.001),
                },
            },
            _ => true
        );
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        json["sliding_window"] = config.SlidingWindow;
        json["num_local_experts"] = config.Experts!.Count;
        json["num_experts_per_tok"] = config.Experts.PerToken;
        json["router_aux_loss_coef"] = config.Experts.AuxiliaryLossWeight;
    }
}

/// <summary>Qwen1.5-MoE and Qwen2-MoE (arXiv 2407.10671): fine-grained experts beside a shared one.</summary>
internal sealed class Qwen2MoeArchitecture : QwenMoeArchitecture
{
    internal override string ModelType => "qwen2_moe";

    internal override string ClassStem => "Qwen2Moe";

    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = base.Read(fields) with { QueryKeyValueBias = fields.Flag("qkv_bias", true) };
        return config with
        {
            Experts = config.Experts! with { SharedIntermediateSize = fields.Count("shared_expert_intermediate_size", 5632) },
        };
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        json["qkv_bias"] = config.QueryKeyValueBias;
        json["shared_expert_intermediate_size"] = config.Experts!.SharedIntermediateSize;
    }
}

/// <summary>Qwen3-MoE (arXiv 2505.09388): fine-grained experts, normalised heads.</summary>
internal sealed class Qwen3MoeArchitecture : QwenMoeArchitecture
{
    internal override string ModelType => "qwen3_moe";

    internal override string ClassStem => "Qwen3Moe";

    internal override DecoderConfig Read(ConfigFields fields) => WithAttentionBias(fields, base.Read(fields)) with { QueryKeyNorm = true };

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        WriteAttentionBias(config, json);
    }
}

/// <summary>What Qwen's mixtures share.</summary>
internal abstract class QwenMoeArchitecture : QwenArchitecture
{
    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = base.Read(fields);
        var step = fields.Count("decoder_sparse_step", 1);
        var dense = fields.WholeNumbers("mlp_only_layers");
        bool[] layers = [.. Enumerable.Range(0, config.LayerCount).Select(layer => !dense.Contains(layer) && (layer + 1) % step == 0)];
        return config with
        {
            Experts = new ExpertOptions
            {
                Count = fields.Count("num_experts"),
                PerToken = fields.Count("num_experts_per_tok"),
                IntermediateSize = fields.Count("moe_intermediate_size"),
                NormalizeWeights = fields.Flag("norm_topk_prob", false),
                AuxiliaryLossWeight = fields.Number("router_aux_loss_coef", 0.001),
            },
            ExpertLayers = Array.TrueForAll(layers, one => one) ? [] : layers,
        };
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        var experts = config.Experts!;
        json["num_experts"] = experts.Count;
        json["num_experts_per_tok"] = experts.PerToken;
        json["moe_intermediate_size"] = experts.IntermediateSize;
        json["norm_topk_prob"] = experts.NormalizeWeights;
        json["router_aux_loss_coef"] = experts.AuxiliaryLossWeight;
        json["decoder_sparse_step"] = 1;
        json["mlp_only_layers"] = new JsonArray([
            .. Enumerable.Range(0, config.LayerCount).Where(layer => !config.HasExperts(layer)).Select(layer => JsonValue.Create(layer)),
        ]);
    }
}
