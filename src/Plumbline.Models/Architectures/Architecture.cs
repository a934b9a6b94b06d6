using System.Text.Json.Nodes;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;

namespace Plumbline.Models.Architectures;

/// <summary>One of Hugging Face's model types: how its <c>config.json</c> is read and written, and what its tensors are called.</summary>
internal abstract class Architecture
{
    private static readonly Architecture[] All =
    [
        new LlamaArchitecture(),
        new MistralArchitecture(),
        new Qwen2Architecture(),
        new Qwen3Architecture(),
        new SmolLm3Architecture(),
        new Phi3Architecture(),
        new GemmaArchitecture(),
        new Gemma2Architecture(),
        new Gemma3Architecture(),
        new MixtralArchitecture(),
        new Qwen2MoeArchitecture(),
        new Qwen3MoeArchitecture(),
        new Gpt2Architecture(),
        new GptNeoXArchitecture(),
    ];

    /// <summary>Every <c>model_type</c> there is.</summary>
    internal static IEnumerable<string> ModelTypes => All.Select(architecture => architecture.ModelType);

    /// <summary>Hugging Face's <c>model_type</c>.</summary>
    internal abstract string ModelType { get; }

    /// <summary>What transformers' classes start with: <c>Llama</c> of <c>LlamaForCausalLM</c>.</summary>
    internal abstract string ClassStem { get; }

    /// <summary>What the tensors are called.</summary>
    internal virtual ParameterNames Names { get; } = new();

    /// <summary>Reads the shape.</summary>
    /// <exception cref="InvalidInputException">A field is missing, out of range or asks for what is not built.</exception>
    internal abstract DecoderConfig Read(ConfigFields fields);

    /// <summary>Writes the fields that transformers reads.</summary>
    internal abstract void Write(DecoderConfig config, JsonObject json);

    /// <summary>The architecture of a model type; null where there is none.</summary>
    internal static Architecture? Find(string modelType) => Array.Find(All, architecture => architecture.ModelType == modelType);

    /// <summary>The architecture of a model type.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal static Architecture Of(string modelType) =>
        Find(modelType) ?? throw new ArgumentException($"There is no architecture of model type '{modelType}'.", nameof(modelType));

    /// <summary>Adds what every config says alike: how new weights are drawn, and the tokens that start, end and fill a text.</summary>
    protected static DecoderConfig WithTokens(ConfigFields fields, DecoderConfig config) =>
        config with
        {
            InitializerRange = fields.Number("initializer_range", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
        };

    /// <summary>Refuses a field whose value asks for what is not built.</summary>
    protected static void Require(ConfigFields fields, string name, bool built, string mend)
    {
        if (!built)
        {
            throw fields.Problem($"{name} is {fields.Raw(name)?.ToJsonString() ?? "missing"}.", mend);
        }
    }
}
