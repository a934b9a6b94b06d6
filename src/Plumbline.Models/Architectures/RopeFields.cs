using System.Text.Json.Nodes;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;

namespace Plumbline.Models.Architectures;

/// <summary>
/// The rotary settings of a config, in the layout up to transformers 4 (<c>rope_theta</c>, <c>rope_scaling</c>) and that of transformers 5
/// (<c>rope_parameters</c>, possibly one set per kind of layer).
/// </summary>
/// <param name="Theta">The base.</param>
/// <param name="SlidingTheta">That of layers with a sliding window, where it differs.</param>
/// <param name="Scaling">How frequencies are stretched.</param>
/// <param name="ScaledMaxPositions">Positions that the scaling reaches, where <c>max_position_embeddings</c> does not say so already.</param>
internal sealed record RopeFields(double Theta, double? SlidingTheta, RopeScaling? Scaling, int? ScaledMaxPositions)
{
    private const double DefaultTheta = 10_000;

    /// <summary>Reads them.</summary>
    /// <param name="fields">The config.</param>
    /// <param name="rotarySize">Rotated values of a head.</param>
    internal static RopeFields Read(ConfigFields fields, int rotarySize)
    {
        var parameters = fields.Section("rope_parameters");
        var full = parameters?.Section("full_attention") ?? parameters;
        var sliding = parameters?.Section("sliding_attention");
        var theta = full?.OptionalNumber("rope_theta") ?? fields.Number("rope_theta", DefaultTheta);
        var slidingTheta = sliding?.OptionalNumber("rope_theta") ?? fields.OptionalNumber("rope_local_base_freq");
        var source = full ?? fields.Section("rope_scaling");
        var scaling = source is null ? null : ReadScaling(fields, source, rotarySize);
        return new RopeFields(theta, slidingTheta, scaling, Reach(fields, scaling));
    }

    /// <summary>The share of a head that is rotated.</summary>
    internal static double Share(ConfigFields fields)
    {
        var share = fields.Section("rope_parameters")?.OptionalNumber("partial_rotary_factor") ?? fields.Number("partial_rotary_factor", 1);
        return share <= 1 ? share : throw fields.Problem($"partial_rotary_factor is {share}.", "It must be in (0, 1].");
    }

    /// <summary>Writes them in the layout that every transformers reads.</summary>
    internal static void Write(DecoderConfig config, JsonObject json)
    {
        json["rope_theta"] = config.RopeTheta;
        if (config.SlidingRopeTheta is { } sliding)
        {
            json["rope_local_base_freq"] = sliding;
        }

        if (config.RotaryShare != 1)
        {
            json["partial_rotary_factor"] = config.RotaryShare;
        }

        json["rope_scaling"] = config.RopeScaling is { } scaling ? ScalingJson(scaling) : null;
        if (config.RopeScaling is LongRopeScaling longRope)
        {
            json["original_max_position_embeddings"] = longRope.OriginalMaxPositions;
        }
    }

    private static RopeScaling? ReadScaling(ConfigFields fields, ConfigFields scaling, int rotarySize)
    {
        var type = scaling.Text("rope_type", scaling.Text("type", "default"));
        double Factor() => scaling.OptionalNumber("factor") ?? (double)fields.Count("max_position_embeddings") / Original(fields, scaling);
        return type switch
        {
            "default" or "mrope" => null,
            "linear" => new LinearRopeScaling { Factor = scaling.Number("factor") },
            "dynamic" => new DynamicRopeScaling { Factor = scaling.Number("factor") },
            "llama3" => Llama(fields, scaling),
            "yarn" => new YarnRopeScaling
            {
                Factor = Factor(),
                OriginalMaxPositions = Original(fields, scaling),
                BetaFast = scaling.Number("beta_fast", 32),
                BetaSlow = scaling.Number("beta_slow", 1),
                Truncate = scaling.Flag("truncate", true),
                AttentionFactor = scaling.OptionalNumber("attention_factor") ?? MagnitudeScale(scaling, Factor()),
            },
            "longrope" or "su" => new LongRopeScaling
            {
                Factor = scaling.OptionalNumber("factor") ?? (double)fields.Count("max_position_embeddings") / Original(fields, scaling),
                OriginalMaxPositions = Original(fields, scaling),
                ShortFactors = scaling.Numbers("short_factor", rotarySize / 2),
                LongFactors = scaling.Numbers("long_factor", rotarySize / 2),
                AttentionFactor = scaling.OptionalNumber("attention_factor"),
            },
            _ => throw fields.Problem($"rope_scaling asks for {type}.", "default, linear, dynamic, yarn, llama3 and longrope are built."),
        };
    }

    private static LlamaRopeScaling Llama(ConfigFields fields, ConfigFields scaling)
    {
        var llama = new LlamaRopeScaling
        {
            Factor = scaling.Number("factor"),
            LowFrequencyFactor = scaling.Number("low_freq_factor"),
            HighFrequencyFactor = scaling.Number("high_freq_factor"),
            OriginalMaxPositions = scaling.Count("original_max_position_embeddings"),
        };
        return llama.HighFrequencyFactor > llama.LowFrequencyFactor
            ? llama
            : throw fields.Problem(
                $"high_freq_factor {llama.HighFrequencyFactor} is not above low_freq_factor {llama.LowFrequencyFactor}.",
                "Take rope_scaling from the model's own config.json."
            );
    }

    // DeepSeek's way to say the attention factor: the quotient of two magnitudes.
    private static double? MagnitudeScale(ConfigFields scaling, double factor)
    {
        var (magnitude, all) = (scaling.OptionalNumber("mscale"), scaling.OptionalNumber("mscale_all_dim"));
        double Scale(double weight) => factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;
        return magnitude is { } one && all is { } two ? Scale(one) / Scale(two) : null;
    }

    private static int Original(ConfigFields fields, ConfigFields scaling) =>
        scaling.OptionalCount("original_max_position_embeddings")
        ?? fields.OptionalCount("original_max_position_embeddings")
        ?? fields.Count("max_position_embeddings");

    // Gemma 3 and Llama 3.1 state the positions after scaling; the older kinds and YaRN as its users switch it on state those before.
    private static int? Reach(ConfigFields fields, RopeScaling? scaling)
    {
        var stated = fields.Count("max_position_embeddings", 2048);
        var reached = scaling switch
        {
            YarnRopeScaling yarn => yarn.OriginalMaxPositions * yarn.Factor,
            DynamicRopeScaling dynamic => stated * dynamic.Factor,
            LinearRopeScaling linear when fields.Raw("rope_local_base_freq") is null => stated * linear.Factor,
            _ => stated,
        };
        return reached > stated ? (int)Math.Min(reached, int.MaxValue) : null;
    }

    private static JsonObject ScalingJson(RopeScaling scaling)
    {
        var json = new JsonObject { ["factor"] = scaling.Factor };
        switch (scaling)
        {
            case LinearRopeScaling:
                json["rope_type"] = "linear";
                break;
            case DynamicRopeScaling:
                json["rope_type"] = "dynamic";
                break;
            case LlamaRopeScaling llama:
                json["rope_type"] = "llama3";
                json["low_freq_factor"] = llama.LowFrequencyFactor;
                json["high_freq_factor"] = llama.HighFrequencyFactor;
                json["original_max_position_embeddings"] = llama.OriginalMaxPositions;
                break;
            case YarnRopeScaling yarn:
                json["rope_type"] = "yarn";
                json["original_max_position_embeddings"] = yarn.OriginalMaxPositions;
                json["beta_fast"] = yarn.BetaFast;
                json["beta_slow"] = yarn.BetaSlow;
                json["truncate"] = yarn.Truncate;
                WriteAttentionFactor(json, yarn.AttentionFactor);
                break;
            case LongRopeScaling longRope:
                json["rope_type"] = "longrope";
                json["short_factor"] = new JsonArray([.. longRope.ShortFactors.Select(factor => JsonValue.Create(factor))]);
                json["long_factor"] = new JsonArray([.. longRope.LongFactors.Select(factor => JsonValue.Create(factor))]);
                WriteAttentionFactor(json, longRope.AttentionFactor);
                break;
        }

        return json;
    }

    private static void WriteAttentionFactor(JsonObject json, double? factor)
    {
        if (factor is { } value)
        {
            json["attention_factor"] = value;
        }
    }
}
