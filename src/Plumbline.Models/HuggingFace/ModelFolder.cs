using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Architectures;
using Plumbline.Models.Language;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.HuggingFace;

/// <summary>A Hugging Face model folder: <c>config.json</c>, <c>model.safetensors</c> (or its shards) and <c>generation_config.json</c>.</summary>
public static class ModelFolder
{
    // What older exports carry and the config says already: rotary frequencies and causal masks.
    private static readonly string[] DerivedSuffixes =
    [
        ".rotary_emb.inv_freq",
        ".attn.bias",
        ".attn.masked_bias",
        ".attention.bias",
        ".attention.masked_bias",
    ];

    /// <summary>Reads a decoder. Weights of any floating dtype become float32 masters.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the weights shall live; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">
    /// A file is missing or damaged, the architecture unknown, a weight is no number, or weights do not fit the config: every misfit is listed at once.
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
    /// <exception cref="InvalidInputException">The weights do not fit, or one is no number.</exception>
    public static void LoadWeights(string folder, Decoder decoder) => LoadWeights(folder, decoder, []);

    /// <summary>As the public one, with tensors beside the decoder's (a head of another kind).</summary>
    internal static void LoadWeights(string folder, Decoder decoder, IReadOnlyList<(string Name, Tensor Destination)> others)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var names = Architecture.Of(decoder.Config.ModelType).Names;
        var prefix = LacksPrefix(folder, names.Base) ? names.Base : string.Empty;
        var ignored = decoder.Config.TieWordEmbeddings ? names.Head + ".weight" : null;
        var places = decoder
            .Parameters.SelectMany(parameter => parameter.Parts.Select(part => new Place(decoder, parameter, part)))
            .ToList();
        StateLoader.Load(
            folder,
            [.. places.Select(place => (WithoutPrefix(place.Part.Name, prefix), place.Destination)), .. others],
            new StateLoadOptions { AllowUnexpected = name => name == ignored || Array.Exists(DerivedSuffixes, name.EndsWith) }
        );
        places.ForEach(place => place.Settle());
        ThrowIfNotFinite(folder, places);
    }

    /// <summary>Writes a decoder as transformers reads it, in float32, in shards where it is large. Each file appears whole or not at all.</summary>
    /// <param name="folder">Made if missing.</param>
    /// <param name="decoder">The model's base; adapters are saved by themselves, or as a merged copy.</param>
    /// <exception cref="InvalidOperationException">The decoder is quantised.</exception>
    public static void Save(string folder, Decoder decoder)
    {
        if (decoder.IsQuantized)
        {
            throw new InvalidOperationException("A decoder in four bits is not saved: save its adapters, or a merged copy.");
        }

        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        SafetensorsWriter.WriteSharded(folder, Named(decoder));
        DurableFile.WriteText(Path.Combine(folder, "config.json"), ConfigJson.Write(decoder.Config) + "\n");
        DurableFile.WriteText(Path.Combine(folder, "generation_config.json"), GenerationConfig(decoder.Config) + "\n");
    }

    /// <summary>Hugging Face's names with the decoder's rows in the file's layout.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> Named(Decoder decoder)
    {
        foreach (var parameter in decoder.Parameters)
        {
            foreach (var part in parameter.Parts)
            {
                var rows = parameter.Value.detach().narrow(0, part.Start, part.Rows);
                yield return (part.Name, FileLayout.ToFile(rows, part.Layout, decoder.Config.HeadSize));
            }
        }
    }

    // Files of a model without head (GPT-2's own, for one) leave the base's name out.
    private static bool LacksPrefix(string folder, string prefix)
    {
        using var weights = SafetensorsFolder.Open(folder);
        return !weights.Entries.Any(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static string WithoutPrefix(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;

    private static void ThrowIfNotFinite(string folder, List<Place> places)
    {
        foreach (var place in places)
        {
            using var scope = NewDisposeScope();
            // A sum is one pass without memory of its own; only where it is no number are the elements looked at.
            if (!double.IsFinite(place.Rows.sum().item<float>()) && !place.Rows.isfinite().all().item<bool>())
            {
                var bad = place.Rows.isfinite().logical_not().sum().item<long>();
                throw new InvalidInputException(
                    $"{bad} of {place.Rows.numel()} weights of '{place.Part.Name}' are NaN or infinite.",
                    "The training that made them diverged or the file is damaged: take an earlier checkpoint or download it again.",
                    new InputPosition(folder)
                );
            }
        }
    }

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

    /// <summary>Where a tensor of the file goes: into the decoder's rows, or, where the file lays them out otherwise, beside them first.</summary>
    private sealed class Place
    {
        private readonly int headSize;

        internal Place(Decoder decoder, DecoderParameter parameter, ParameterPart part)
        {
            Part = part;
            headSize = decoder.Config.HeadSize;
            Rows = parameter.Value.detach().narrow(0, part.Start, part.Rows);
            Destination = part.Layout == PartLayout.Rows ? Rows : empty_like(FileLayout.ToFile(Rows, part.Layout, headSize));
        }

        internal ParameterPart Part { get; }

        internal Tensor Rows { get; }

        internal Tensor Destination { get; }

        internal void Settle()
        {
            if (Part.Layout != PartLayout.Rows)
            {
                Rows.copy_(FileLayout.FromFile(Destination, Part.Layout, headSize));
                Destination.Dispose();
            }
        }
    }
}
