using System.Text.Json.Nodes;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;

namespace Plumbline.Models.Architectures;

/// <summary>Llama 2 (arXiv 2307.09288), Llama 3 to 3.2 (2407.21783), SmolLM2.</summary>
internal sealed class LlamaArchitecture : RotaryArchitecture
{
    internal override string ModelType => "llama";

    internal override string ClassStem => "Llama";

    internal override DecoderConfig Read(ConfigFields fields) => WithAttentionBias(fields, base.Read(fields));

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        WriteAttentionBias(config, json);
        json["mlp_bias"] = config.FeedForwardBias;
    }
}

/// <summary>Mistral 7B (arXiv 2310.06825) and Nemo: a sliding window in every layer or in none.</summary>
internal sealed class MistralArchitecture : RotaryArchitecture
{
    internal override string ModelType => "mistral";

    internal override string ClassStem => "Mistral";

    internal override DecoderConfig Read(ConfigFields fields) => WithSliding(fields, base.Read(fields), _ => true);

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        json["sliding_window"] = config.SlidingWindow;
    }
}

/// <summary>Qwen2 and Qwen2.5 (arXiv 2407.10671, 2412.15115): biases on query, key and value.</summary>
internal sealed class Qwen2Architecture : QwenArchitecture
{
    internal override string ModelType => "qwen2";

    internal override string ClassStem => "Qwen2";

    internal override DecoderConfig Read(ConfigFields fields) => base.Read(fields) with { QueryKeyValueBias = true };
}

/// <summary>Qwen3 (arXiv 2505.09388): each query and key head is normalised.</summary>
internal sealed class Qwen3Architecture : QwenArchitecture
{
    internal override string ModelType => "qwen3";

    internal override string ClassStem => "Qwen3";

    internal override DecoderConfig Read(ConfigFields fields) => WithAttentionBias(fields, base.Read(fields)) with { QueryKeyNorm = true };

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        WriteAttentionBias(config, json);
    }
}

/// <summary>What the Qwen models share: a window in the layers from <c>max_window_layers</c> on, if it is switched on at all.</summary>
internal abstract class QwenArchitecture : RotaryArchitecture
{
    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = base.Read(fields);
        if (!fields.Flag("use_sliding_window", false))
        {
            return config;
        }

        var first = fields.WholeNumber("max_window_layers", 28);
        return WithSliding(fields, config, layer => layer >= first);
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        json["use_sliding_window"] = config.SlidingWindow is not null;
        json["max_window_layers"] = Enumerable.Range(0, config.LayerCount).FirstOrDefault(config.IsSliding, config.LayerCount);
        WriteSliding(config, json);
    }
}

/// <summary>SmolLM3: every fourth layer leaves positions out (NoPE, arXiv 2305.19466).</summary>
internal sealed class SmolLm3Architecture : RotaryArchitecture
{
    internal override string ModelType => "smollm3";

    internal override string ClassStem => "SmolLM3";

    protected override bool TiedByDefault => true;

    internal override DecoderConfig Read(ConfigFields fields)
    {
        var config = WithAttentionBias(fields, base.Read(fields));
        if (fields.Flag("use_sliding_window", false))
        {
            config = WithSliding(fields, config, layer => !Rotates(fields, layer));
        }

        bool[] rotary = [.. Enumerable.Range(0, config.LayerCount).Select(layer => Rotates(fields, layer))];
        return Array.TrueForAll(rotary, one => one) ? config : config with { RotaryLayers = rotary };
    }

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        WriteAttentionBias(config, json);
        json["mlp_bias"] = config.FeedForwardBias;
        json["no_rope_layers"] = new JsonArray([
            .. Enumerable.Range(0, config.LayerCount).Select(layer => JsonValue.Create(config.IsRotary(layer) ? 1 : 0)),
        ]);
        json["use_sliding_window"] = config.SlidingWindow is not null;
        WriteSliding(config, json);
    }

    // In spite of its name, a 1 in no_rope_layers is a layer that rotates.
    private static bool Rotates(ConfigFields fields, int layer)
    {
        var given = fields.WholeNumbers("no_rope_layers");
        var every = fields.Count("no_rope_layer_interval", 4);
        return given.Count == 0 ? (layer + 1) % every != 0
            : layer < given.Count ? given[layer] != 0
            : throw fields.Problem($"no_rope_layers has {given.Count} entries.", "It must have one per layer.");
    }
}

/// <summary>Phi-3 (arXiv 2404.14219): query, key and value, and gate and up, stand as one matrix in the file.</summary>
internal sealed class Phi3Architecture : RotaryArchitecture
{
    internal override string ModelType => "phi3";

    internal override string ClassStem => "Phi3";

    internal override ParameterNames Names { get; } = new() { QueryKeyValue = "qkv_proj", GateUp = "gate_up_proj" };

    internal override DecoderConfig Read(ConfigFields fields) => WithSliding(fields, base.Read(fields), _ => true);

    internal override void Write(DecoderConfig config, JsonObject json)
    {
        base.Write(config, json);
        json["sliding_window"] = config.SlidingWindow;
        json["original_max_position_embeddings"] = (config.RopeScaling as LongRopeScaling)?.OriginalMaxPositions ?? config.MaxPositions;
    }
}
