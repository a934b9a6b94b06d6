using Plumbline.Models.Architectures;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Heads;

/// <summary>Hugging Face folders of models with a score head: transformers' <c>…ForSequenceClassification</c> and <c>…ForTokenClassification</c>.</summary>
public static class ScoredModelFolder
{
    /// <summary>Reads a classifier, reward model or token scorer.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the weights shall live; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">
    /// It is a language model without such a head, a file is missing or damaged, or weights do not fit: every misfit is listed at once.
    /// </exception>
    public static ScoredDecoder Load(string folder, Device? device = null)
    {
        var path = Path.Combine(folder, "config.json");
        var head =
            ScoreHeadJson.Read(path)
            ?? throw new InvalidInputException(
                "The model has no score head.",
                "Name a folder of a classifier or reward model, or start a new head on this language model.",
                new InputPosition(path)
            );
        // The head's first weights are overwritten.
        return Load(folder, head, new Seed(0), device, readHead: true);
    }

    /// <summary>Reads a language model and puts a new head on it.</summary>
    /// <param name="folder">The folder of the language model.</param>
    /// <param name="head">Kind and labels of the new head.</param>
    /// <param name="seed">The seed of its weights.</param>
    /// <param name="device">Where the weights shall live; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">An option is out of range, or the folder is not to be read: see <see cref="ModelFolder.Load"/>.</exception>
    public static ScoredDecoder Start(string folder, ScoreHeadOptions head, Seed seed, Device? device = null) =>
        Load(folder, head, seed, device, readHead: false);

    /// <summary>Writes a model as transformers reads it, in float32, in shards where it is large. Each file appears whole or not at all.</summary>
    /// <param name="folder">Made if missing.</param>
    /// <param name="model">The model; adapters are saved by themselves.</param>
    /// <exception cref="InvalidOperationException">The decoder is quantised.</exception>
    public static void Save(string folder, ScoredDecoder model)
    {
        if (model.Decoder.IsQuantized)
        {
            throw new InvalidOperationException("A decoder in four bits is not saved: save its adapters.");
        }

        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var languageHead = LanguageHead(model.Decoder.Config);
        var ofDecoder = ModelFolder.Named(model.Decoder).Where(pair => pair.Name != languageHead);
        SafetensorsWriter.WriteSharded(folder, ofDecoder.Concat(HeadTensors(model)));
        DurableFile.WriteText(
            Path.Combine(folder, "config.json"),
            ScoreHeadJson.Write(model.Decoder.Config, model.Options, model.Scale) + "\n"
        );
    }

    /// <summary>Writes a folder's weights over those of a model of the same shape and head.</summary>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or weights do not fit.</exception>
    public static void LoadWeights(string folder, ScoredDecoder model)
    {
        using var scope = NewDisposeScope();
        ModelFolder.LoadWeights(folder, model.Decoder, [.. HeadTensors(model)]);
    }

    /// <summary>The head's tensors under their names; views of its memory.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> HeadTensors(ScoredDecoder model) =>
        model.HeadParameters.Select(parameter => (parameter.Name, parameter.Value.detach()));

    private static ScoredDecoder Load(string folder, ScoreHeadOptions head, Seed seed, Device? device, bool readHead)
    {
        // Tied, so that no output matrix over the vocabulary is made: nothing would read it.
        var config = ConfigJson.Read(Path.Combine(folder, "config.json")) with
        {
            TieWordEmbeddings = true,
        };
        var decoder = Decoder.Uninitialised(config, device ?? CPU);
        ScoredDecoder? model = null;
        try
        {
            model = new ScoredDecoder(decoder, head, seed);
            if (readHead)
            {
                LoadWeights(folder, model);
                model.Scale = ScoreHeadJson.ReadScale(Path.Combine(folder, "config.json"));
            }
            else
            {
                ModelFolder.LoadWeights(folder, decoder);
            }

            return model;
        }
        catch
        {
            (model as IDisposable ?? decoder).Dispose();
            throw;
        }
    }

    private static string LanguageHead(DecoderConfig config) => Architecture.Of(config.ModelType).Names.Head + ".weight";
}
