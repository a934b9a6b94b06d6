using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Language;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.HuggingFace;

/// <summary>A Hugging Face model folder: <c>config.json</c>, <c>model.safetensors</c> (or its shards) and <c>generation_config.json</c>.</summary>
public static class ModelFolder
{
    /// <summary>Reads a decoder. Weights of any floating dtype become float32 masters.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the weights shall live; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">
    /// A file is missing or damaged, the architecture unknown, or weights do not fit the config: every misfit is listed at once.
    /// </exception>
    public static Decoder Load(string folder, Device? device = null)
    {
        var config = WithGenerationEndTokens(folder, ConfigJson.Read(Path.Combine(folder, "config.json")));
        var decoder = Decoder.Uninitialised(config, device ?? CPU);
        try
        {
            LoadWeights(folder, decoder);
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>Writes weights over those of an existing model of the same shape.</summary>
    /// <exception cref="InvalidInputException">The weights do not fit.</exception>
    public static void LoadWeights(string folder, Decoder decoder)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var ignored = decoder.Config.TieWordEmbeddings ? new[] { "lm_head.weight" } : [];
        StateLoader.Load(
            folder,
            [.. Named(decoder)],
            new StateLoadOptions { AllowUnexpected = name => ignored.Contains(name) || IsDerived(name) }
        );
    }

    /// <summary>Writes a decoder as transformers reads it, in float32. Each file appears whole or not at all.</summary>
    /// <param name="folder">Made if missing.</param>
    /// <param name="decoder">The model.</param>
    public static void Save(string folder, Decoder decoder)
    {
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), Named(decoder));
        DurableFile.WriteText(Path.Combine(folder, "config.json"), ConfigJson.Write(decoder.Config) + "\n");
        DurableFile.WriteText(Path.Combine(folder, "generation_config.json"), GenerationConfig(decoder.Config) + "\n");
    }

    /// <summary>Hugging Face's names with views of the decoder's rows.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> Named(Decoder decoder)
    {
        foreach (var parameter in decoder.Parameters)
        {
            foreach (var part in parameter.Parts)
            {
                yield return (part.Name, parameter.Value.detach().narrow(0, part.Start, part.Rows));
            }
        }
    }

    // Older exports carry the rotary frequencies, which follow from the config.
    private static bool IsDerived(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    // A model may end its turns with more tokens than config.json says.
    private static DecoderConfig WithGenerationEndTokens(string folder, DecoderConfig config)
    {
        var path = Path.Combine(folder, "generation_config.json");
        return File.Exists(path) ? config with { EosTokenIds = [.. config.EosTokenIds.Union(ConfigJson.ReadEndTokens(path))] } : config;
    }

    private static string GenerationConfig(DecoderConfig config)
    {
        var json = new JsonObject
        {
            ["bos_token_id"] = config.BosTokenId,
            ["eos_token_id"] = new JsonArray([.. config.EosTokenIds.Select(id => JsonValue.Create(id))]),
            ["pad_token_id"] = config.PadTokenId,
        };
        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }
}
