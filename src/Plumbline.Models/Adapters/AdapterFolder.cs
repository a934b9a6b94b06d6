using Plumbline.Models.Architectures;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Adapters;

/// <summary>
/// A PEFT adapter folder: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>. The header of the weights also carries the hash of the base
/// (<see cref="BaseFingerprint"/>), where no version of PEFT minds it.
/// </summary>
public static class AdapterFolder
{
    /// <summary>The key of the base's hash among the text pairs of <c>adapter_model.safetensors</c>.</summary>
    public const string BaseHashKey = "plumbline.base_sha256";

    private const string Stem = "adapter_model";
    private const string Config = "adapter_config.json";

    /// <summary>Writes an adapter as PEFT reads it, in float32. Each file appears whole or not at all.</summary>
    /// <param name="folder">Made if missing.</param>
    /// <param name="decoder">The base; every weight is read once, for the hash.</param>
    /// <param name="name">Which of its adapters.</param>
    /// <param name="baseModel">What the base is called: a folder or a name at Hugging Face; null to leave it out.</param>
    /// <exception cref="InvalidInputException">There is no such adapter.</exception>
    /// <exception cref="InvalidOperationException">The base's weights are merged at present.</exception>
    public static void Save(string folder, Decoder decoder, string name, string? baseModel = null) =>
        SaveWithModules(folder, decoder, new AdapterConfig(decoder.Adapters[name].Options, baseModel, "CAUSAL_LM"), name, []);

    /// <summary>Reads an adapter, adds it to its base and makes it the only active one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="decoder">The base.</param>
    /// <param name="name">What it shall be called.</param>
    /// <param name="trainable">Whether it goes on learning.</param>
    /// <param name="allowOtherBase">Whether a base with another hash is taken, where shapes fit (one whose weights moved a little since).</param>
    /// <returns>The adapter; the decoder owns it.</returns>
    /// <exception cref="InvalidInputException">
    /// A file is missing or damaged, the adapter is of a kind that is not built, or it belongs to another base: every tensor that does not fit is listed at
    /// once.
    /// </exception>
    public static LoraAdapter Load(string folder, Decoder decoder, string name, bool trainable = false, bool allowOtherBase = false) =>
        LoadWithModules(folder, decoder, name, [], trainable, allowOtherBase);

    /// <summary>Writes weights over those of an existing adapter of the same options.</summary>
    /// <exception cref="InvalidInputException">The weights do not fit, or one is no number.</exception>
    public static void LoadWeights(string folder, Decoder decoder, string name) =>
        LoadWeights(folder, decoder.Adapters[name], [], decoder.Config.HeadSize);

    /// <summary>Writes an adapter's weights alone: what a checkpoint keeps.</summary>
    public static void SaveWeights(string folder, Decoder decoder, string name) =>
        WriteWeights(folder, decoder, decoder.Adapters[name], [], null);

    /// <summary>Writes an adapter and modules that were trained whole beside it.</summary>
    internal static void SaveWithModules(
        string folder,
        Decoder decoder,
        AdapterConfig config,
        string name,
        IReadOnlyList<(string Name, Tensor Tensor)> wholeModules
    )
    {
        if (decoder.Adapters.IsMerged)
        {
            throw new InvalidOperationException("The base's weights are merged with its adapters: unmerge before an adapter is saved.");
        }

        var adapter = decoder.Adapters[name];
        WriteWeights(
            folder,
            decoder,
            adapter,
            wholeModules,
            new Dictionary<string, string> { ["format"] = "pt", [BaseHashKey] = BaseFingerprint.Of(decoder) }
        );
        var transposed = Architecture.Of(decoder.Config.ModelType).Names.Matrices == PartLayout.Transposed;
        DurableFile.WriteText(Path.Combine(folder, Config), AdapterConfigJson.Write(config, adapter.Modules, transposed) + "\n");
    }

    /// <summary>Reads an adapter; where it brings modules that were trained whole, they are written over the given ones.</summary>
    internal static LoraAdapter LoadWithModules(
        string folder,
        Decoder decoder,
        string name,
        IReadOnlyList<(string Name, Tensor Tensor)> wholeModules,
        bool trainable,
        bool allowOtherBase
    )
    {
        var config = AdapterConfigJson.Read(Path.Combine(folder, Config));
        if (config.Options.ModulesToSave.Count > 0 && wholeModules.Count == 0)
        {
            throw new InvalidInputException(
                $"The adapter brings a head of its own ({string.Join(", ", config.Options.ModulesToSave)}), which a language model has not.",
                "Load it on a scored decoder (a reward model, a classifier).",
                new InputPosition(Path.Combine(folder, Config))
            );
        }

        if (!allowOtherBase)
        {
            ThrowIfOtherBase(folder, decoder, config);
        }

        var before = decoder.Adapters.Active.Select(entry => (entry.Adapter.Name, entry.Share)).ToArray();
        var adapter = decoder.Adapters.Add(name, config.Options, new Seed(0));
        try
        {
            LoadWeights(folder, adapter, config.Options.ModulesToSave.Count > 0 ? wholeModules : [], decoder.Config.HeadSize);
            adapter.IsTrainable = trainable;
            return adapter;
        }
        catch
        {
            decoder.Adapters.Remove(name);
            decoder.Adapters.Activate(before);
            throw;
        }
    }

    private static void WriteWeights(
        string folder,
        Decoder decoder,
        LoraAdapter adapter,
        IEnumerable<(string, Tensor)> wholeModules,
        IReadOnlyDictionary<string, string>? metadata
    )
    {
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var places = Places(adapter)
            .Select(place => (place.Part.Name, FileLayout.ToFile(place.Rows, place.Part.Layout, decoder.Config.HeadSize)));
        SafetensorsWriter.Write(Path.Combine(folder, Stem + ".safetensors"), places.Concat(wholeModules), metadata);
    }

    private static void LoadWeights(
        string folder,
        LoraAdapter adapter,
        IReadOnlyList<(string Name, Tensor Tensor)> wholeModules,
        int headSize
    )
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var places = Places(adapter)
            .Select(place => (place.Part, place.Rows, Stored: place.Part.Layout == PartLayout.Rows ? place.Rows : empty_like(place.Rows)))
            .ToList();
        StateLoader.Load(
            folder,
            [.. places.Select(place => (place.Part.Name, place.Stored)), .. wholeModules],
            new StateLoadOptions { Stem = Stem }
        );
        foreach (var (part, rows, stored) in places)
        {
            using var each = NewDisposeScope();
            if (!stored.isfinite().all().item<bool>())
            {
                throw new InvalidInputException(
                    $"Weights of '{part.Name}' are NaN or infinite.",
                    "The training that made them diverged: take an earlier checkpoint.",
                    new InputPosition(folder)
                );
            }

            if (part.Layout != PartLayout.Rows)
            {
                rows.copy_(FileLayout.FromFile(stored, part.Layout, headSize));
            }
        }
    }

    private static IEnumerable<(ParameterPart Part, Tensor Rows)> Places(LoraAdapter adapter) =>
        from parameter in adapter.Parameters
        from part in parameter.Parts
        select (part, parameter.Value.detach().narrow(0, part.Start, part.Rows));

    private static void ThrowIfOtherBase(string folder, Decoder decoder, AdapterConfig config)
    {
        using var weights = SafetensorsFolder.Open(folder, Stem);
        if (weights.Files[0].Metadata.TryGetValue(BaseHashKey, out var recorded) && recorded != BaseFingerprint.Of(decoder))
        {
            throw new InvalidInputException(
                $"The adapter was trained on another base{(config.BaseModel is { } named ? $" ({named})" : string.Empty)}, whose weights have the hash {recorded}.",
                "Load the base it was trained on; to put it on this one all the same, allow another base.",
                new InputPosition(folder)
            );
        }
    }
}
