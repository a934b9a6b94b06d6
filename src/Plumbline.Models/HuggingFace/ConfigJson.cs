using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Language;

namespace Plumbline.Models.HuggingFace;

/// <summary>Hugging Face's <c>config.json</c> of Llama-family models, read strictly and written so that transformers loads it.</summary>
public static class ConfigJson
{
    private const long LargestFile = 1 << 20;

    private static readonly string[] KnownModelTypes = ["llama", "mistral", "qwen2", "qwen3"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads the shape of a model.</summary>
    /// <param name="path">The file <c>config.json</c>.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing or no JSON, its architecture is none of ours, or a value is missing, out of range or asks for what is not built.
    /// </exception>
    public static DecoderConfig Read(string path)
    {
        var fields = new ConfigFields(path, Parse(path));
        var modelType = fields.Text("model_type");
        if (!KnownModelTypes.Contains(modelType))
        {
            throw fields.Problem($"model_type is '{modelType}'.", $"Models of type {string.Join(", ", KnownModelTypes)} can be read.");
        }

        Refuse(fields);
        var heads = fields.Count("num_attention_heads");
        var hidden = fields.Count("hidden_size");
        var bias = fields.Flag("attention_bias", false);
        var config = new DecoderConfig
        {
            ModelType = modelType,
            VocabularySize = fields.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Count("intermediate_size"),
            LayerCount = fields.Count("num_hidden_layers"),
            HeadCount = heads,
            KeyValueHeadCount = fields.Count("num_key_value_heads", heads),
            HeadSize = fields.Count("head_dim", Math.Max(1, hidden / heads)),
            RmsNormEpsilon = fields.Number("rms_norm_eps", 1e-6),
            RopeTheta = RopeTheta(fields),
            MaxPositions = fields.Count("max_position_embeddings", 2048),
            SlidingWindow = Window(fields, modelType),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", false),
            QueryKeyValueBias = modelType == "qwen2" || bias,
            OutputBias = bias && (modelType is "llama" or "qwen3"),
            FeedForwardBias = fields.Flag("mlp_bias", false),
            QueryKeyNorm = modelType == "qwen3",
            InitializerRange = fields.Number("initializer_range", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
        };
        if (config.HeadCount % config.KeyValueHeadCount != 0 || config.HeadSize % 2 != 0)
        {
            throw fields.Problem(
                $"{heads} heads with {config.KeyValueHeadCount} key heads of size {config.HeadSize} do not fit together.",
                "num_key_value_heads must divide num_attention_heads, and the head size must be even."
            );
        }

        return config;
    }

    /// <summary>The text of a <c>config.json</c> that transformers loads as the same model.</summary>
    public static string Write(DecoderConfig config)
    {
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(Architecture(config.ModelType)),
            ["model_type"] = config.ModelType,
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.HiddenSize,
            ["intermediate_size"] = config.IntermediateSize,
            ["num_hidden_layers"] = config.LayerCount,
            ["num_attention_heads"] = config.HeadCount,
            ["num_key_value_heads"] = config.KeyValueHeadCount,
            ["head_dim"] = config.HeadSize,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = config.RmsNormEpsilon,
            ["rope_theta"] = config.RopeTheta,
            ["max_position_embeddings"] = config.MaxPositions,
            ["tie_word_embeddings"] = config.TieWordEmbeddings,
            ["attention_bias"] = config.OutputBias || (config.QueryKeyValueBias && config.ModelType != "qwen2"),
            ["mlp_bias"] = config.FeedForwardBias,
            ["attention_dropout"] = 0.0,
            ["initializer_range"] = config.InitializerRange,
            ["bos_token_id"] = config.BosTokenId,
            ["eos_token_id"] = config.EosTokenIds.Count switch
            {
                0 => null,
                1 => config.EosTokenIds[0],
                _ => new JsonArray([.. config.EosTokenIds.Select(id => JsonValue.Create(id))]),
            },
            ["pad_token_id"] = config.PadTokenId,
            ["torch_dtype"] = "float32",
        };
        if (config.ModelType is "mistral" or "qwen2" or "qwen3")
        {
            json["sliding_window"] = config.SlidingWindow;
            json["use_sliding_window"] = config.ModelType == "mistral" ? null : config.SlidingWindow is not null;
        }

        return json.ToJsonString(Indented);
    }

    /// <summary>The end tokens that a <c>generation_config.json</c> names; none where it names none.</summary>
    internal static IReadOnlyList<int> ReadEndTokens(string path) => new ConfigFields(path, Parse(path)).Ids("eos_token_id");

    private static string Architecture(string modelType) =>
        modelType switch
        {
            "llama" => "LlamaForCausalLM",
            "mistral" => "MistralForCausalLM",
            "qwen2" => "Qwen2ForCausalLM",
            _ => "Qwen3ForCausalLM",
        };

    private static JsonObject Parse(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > LargestFile)
            {
                throw new InvalidInputException(
                    $"The file has {length} bytes.",
                    "A config.json is a few kilobytes.",
                    new InputPosition(path)
                );
            }

            return JsonNode.Parse(
                    File.ReadAllText(path),
                    documentOptions: new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false }
                ) as JsonObject
                ?? throw new InvalidInputException("The file holds no JSON object.", null, new InputPosition(path));
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(
                $"The file is not JSON: {failure.Message}",
                "Download the model folder again.",
                new InputPosition(path, failure.LineNumber + 1, failure.BytePositionInLine + 1),
                failure
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                "A model folder needs a config.json, and it cannot be read: " + failure.Message,
                "Name a Hugging Face model folder.",
                new InputPosition(path),
                failure
            );
        }
    }

    private static void Refuse(ConfigFields fields)
    {
        if (fields.Raw("rope_scaling") is JsonObject scaling && RopeType(scaling) != "default")
        {
            throw fields.Problem($"rope_scaling asks for {RopeType(scaling)}.", "Only plain rotary positions are built so far.");
        }

        if (fields.Raw("rope_parameters") is JsonObject parameters && RopeType(parameters) != "default")
        {
            throw fields.Problem($"rope_parameters ask for {RopeType(parameters)}.", "Only plain rotary positions are built so far.");
        }

        if (fields.Raw("quantization_config") is not null)
        {
            throw fields.Problem("The weights are quantised.", "Use the unquantised model (bf16 or fp32 weights).");
        }

        var activation = fields.Text("hidden_act", "silu");
        if (activation is not ("silu" or "swish"))
        {
            throw fields.Problem($"hidden_act is '{activation}'.", "Only silu is built.");
        }
    }

    private static string RopeType(JsonObject scaling) => (scaling["rope_type"] ?? scaling["type"])?.ToString() ?? "default";

    // transformers 5 moved rope_theta into rope_parameters.
    private static double RopeTheta(ConfigFields fields) =>
        (fields.Raw("rope_parameters") as JsonObject)?["rope_theta"] is JsonValue value && value.TryGetValue<double>(out var theta)
            ? theta
            : fields.Number("rope_theta", 10_000);

    private static int? Window(ConfigFields fields, string modelType) =>
        (modelType == "mistral" || fields.Flag("use_sliding_window", false)) && fields.Raw("sliding_window") is not null
            ? fields.Count("sliding_window")
            : null;
}
