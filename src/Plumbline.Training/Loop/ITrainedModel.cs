using Plumbline.Models.Adapters;
using Plumbline.Models.Heads;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Torch.Optimization;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Training.Loop;

/// <summary>What a <see cref="TrainingLoop{TExample}"/> moves: a language model, or a decoder with a score head. Not owned.</summary>
public interface ITrainedModel
{
    /// <summary>What reads the tokens.</summary>
    Decoder Decoder { get; }

    /// <summary>What the optimiser moves.</summary>
    IReadOnlyList<DecoderParameter> TrainableParameters { get; }

    /// <summary>The same as the optimiser takes it.</summary>
    IEnumerable<OptimizedParameter> OptimizedParameters =>
        TrainableParameters.Select(parameter => new OptimizedParameter(parameter.Name, parameter.Value, parameter.Decays));

    /// <summary>Writes what training changes into a checkpoint's folder: the whole model, or the trained adapters (and a head) alone.</summary>
    void SaveWeights(string folder);

    /// <summary>Reads what <see cref="SaveWeights"/> wrote, to the same bits.</summary>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit.</exception>
    void LoadWeights(string folder);
}

/// <summary>A language model in training: all of it, or its active adapters where it has any.</summary>
/// <param name="decoder">The model.</param>
public sealed class TrainedDecoder(Decoder decoder) : ITrainedModel
{
    /// <inheritdoc/>
    public Decoder Decoder => decoder;

    /// <inheritdoc/>
    public IReadOnlyList<DecoderParameter> TrainableParameters => decoder.TrainableParameters;

    /// <inheritdoc/>
    public void SaveWeights(string folder)
    {
        if (decoder.Adapters.All.Count == 0)
        {
            ModelFolder.Save(Path.Combine(folder, "model"), decoder);
        }

        TrainedAdapters.Save(folder, decoder);
    }

    /// <inheritdoc/>
    public void LoadWeights(string folder)
    {
        if (decoder.Adapters.All.Count == 0)
        {
            ModelFolder.LoadWeights(Path.Combine(folder, "model"), decoder);
        }

        TrainedAdapters.Load(folder, decoder);
    }
}

/// <summary>A decoder with a score head in training: head and decoder, or head and active adapters where there are any.</summary>
/// <param name="model">The model.</param>
public sealed class TrainedScorer(ScoredDecoder model) : ITrainedModel
{
    private const string Head = "head";

    /// <summary>Decoder and head.</summary>
    public ScoredDecoder Model => model;

    /// <inheritdoc/>
    public Decoder Decoder => model.Decoder;

    /// <inheritdoc/>
    public IReadOnlyList<DecoderParameter> TrainableParameters => model.TrainableParameters;

    /// <inheritdoc/>
    public void SaveWeights(string folder)
    {
        if (Decoder.Adapters.All.Count == 0)
        {
            ScoredModelFolder.Save(Path.Combine(folder, "model"), model);
            return;
        }

        TrainedAdapters.Save(folder, Decoder);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(folder, Head + ".safetensors"), [.. ScoredModelFolder.HeadTensors(model)]);
    }

    /// <inheritdoc/>
    public void LoadWeights(string folder)
    {
        using var scope = NewDisposeScope();
        if (Decoder.Adapters.All.Count == 0)
        {
            ScoredModelFolder.LoadWeights(Path.Combine(folder, "model"), model);
            return;
        }

        TrainedAdapters.Load(folder, Decoder);
        using var noGradients = no_grad();
        StateLoader.Load(folder, [.. ScoredModelFolder.HeadTensors(model)], new StateLoadOptions { AllowCast = false, Stem = Head });
    }
}

/// <summary>The adapters in training, each in a folder <c>adapters/NAME</c> of its own.</summary>
file static class TrainedAdapters
{
    internal static void Save(string folder, Decoder decoder)
    {
        foreach (var name in Names(decoder))
        {
            AdapterFolder.SaveWeights(Path.Combine(folder, "adapters", name), decoder, name);
        }
    }

    internal static void Load(string folder, Decoder decoder)
    {
        foreach (var name in Names(decoder))
        {
            AdapterFolder.LoadWeights(Path.Combine(folder, "adapters", name), decoder, name);
        }
    }

    private static IEnumerable<string> Names(Decoder decoder) =>
        from entry in decoder.Adapters.Active
        where entry.Adapter.IsTrainable
        select entry.Adapter.Name;
}
