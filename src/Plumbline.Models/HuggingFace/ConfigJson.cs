using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Architectures;
using Plumbline.Models.Language;

namespace Plumbline.Models.HuggingFace;

/// <summary>Hugging Face's <c>config.json</c> of decoder-only models, read strictly and written so that transformers loads it.</summary>
public static class ConfigJson
{
    private const long LargestFile = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The <c>model_type</c>s that are read.</summary>
    public static IReadOnlyList<string> ModelTypes { get; } = [.. Architecture.ModelTypes];

    /// <summary>Reads the shape of a model.</summary>
    /// <param name="path">The file <c>config.json</c>.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing or no JSON, its architecture is none of ours, or a value is missing, out of range or asks for what is not built.
    /// </exception>
    public static DecoderConfig Read(string path)
    {
        var fields = new ConfigFields(path, Parse(path));
        var modelType = fields.Text("model_type");
        var architecture =
            Architecture.Find(modelType)
            ?? throw fields.Problem($"model_type is '{modelType}'.", $"Models of type {string.Join(", ", ModelTypes)} can be read.");
        if (fields.Raw("quantization_config") is not null)
        {
            throw fields.Problem("The weights are quantised.", "Use the unquantised model (bf16 or fp32 weights).");
        }

        var config = architecture.Read(fields);
        ThrowIfHeadsMisfit(fields, config);
        return config;
    }

    /// <summary>The text of a <c>config.json</c> that transformers loads as the same model.</summary>
    public static string Write(DecoderConfig config)
    {
        var architecture = Architecture.Of(config.ModelType);
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(architecture.ClassStem + "ForCausalLM"),
            ["model_type"] = config.ModelType,
            ["vocab_size"] = config.VocabularySize,
        };
        architecture.Write(config, json);
        json["tie_word_embeddings"] = config.TieWordEmbeddings;
        json["initializer_range"] = config.InitializerRange;
        json["bos_token_id"] = config.BosTokenId;
        json["eos_token_id"] = config.EosTokenIds.Count switch
        {
            0 => null,
            1 => config.EosTokenIds[0],
            _ => new JsonArray([.. config.EosTokenIds.Select(id => JsonValue.Create(id))]),
        };
        json["pad_token_id"] = config.PadTokenId;
        json["torch_dtype"] = "float32";
        return json.ToJsonString(Indented);
    }

    /// <summary>The end tokens that a <c>generation_config.json</c> names; none where it names none.</summary>
    internal static IReadOnlyList<int> ReadEndTokens(string path) => new ConfigFields(path, Parse(path)).Ids("eos_token_id");

    private static void ThrowIfHeadsMisfit(ConfigFields fields, DecoderConfig config)
    {
        if (config.HeadCount % config.KeyValueHeadCount != 0 || config.HeadSize % 2 != 0)
        {
            throw fields.Problem(
                $"{config.HeadCount} heads with {config.KeyValueHeadCount} key heads of size {config.HeadSize} do not fit together.",
                "num_key_value_heads must divide num_attention_heads, and the head size must be even."
            );
        }

        if (!config.LearnedPositions && config.RotarySize < 2)
        {
            throw fields.Problem(
                $"A share of {config.RotaryShare} of heads of size {config.HeadSize} leaves nothing to rotate.",
                "The rotated part of a head must be at least 2."
            );
        }

        if (config.Experts is { } experts && experts.PerToken > experts.Count)
        {
            throw fields.Problem(
                $"Each token meets {experts.PerToken} of {experts.Count} experts.",
                "num_experts_per_tok must not be above the number of experts."
            );
        }
    }

    /// <summary>The object in a small JSON file of a model's or an adapter's folder.</summary>
    /// <exception cref="InvalidInputException">It is missing, large, no JSON or no object.</exception>
    internal static JsonObject Parse(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > LargestFile)
            {
                throw new InvalidInputException(
                    $"The file has {length} bytes.",
                    "Such a file is a few kilobytes.",
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
                "Download the folder again.",
                new InputPosition(path, failure.LineNumber + 1, failure.BytePositionInLine + 1),
                failure
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The folder needs its {Path.GetFileName(path)}, and it cannot be read: {failure.Message}",
                "Name a folder in Hugging Face's layout.",
                new InputPosition(path),
                failure
            );
        }
    }
}
