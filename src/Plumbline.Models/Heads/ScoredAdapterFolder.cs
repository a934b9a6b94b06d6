using Plumbline.Models.Adapters;
using static TorchSharp.torch;

namespace Plumbline.Models.Heads;

/// <summary>PEFT adapter folders of scored decoders: the adapter, and the head that was trained with it (PEFT's <c>modules_to_save</c>).</summary>
public static class ScoredAdapterFolder
{
    /// <summary>Writes an adapter and the head beside it as PEFT reads them, in float32.</summary>
    /// <param name="folder">Made if missing.</param>
    /// <param name="model">The scored decoder.</param>
    /// <param name="name">Which of its adapters.</param>
    /// <param name="baseModel">What the base is called; null to leave it out.</param>
    /// <exception cref="InvalidInputException">There is no such adapter.</exception>
    public static void Save(string folder, ScoredDecoder model, string name, string? baseModel = null)
    {
        using var scope = NewDisposeScope();
        var options = model.Decoder.Adapters[name].Options with { ModulesToSave = [model.HeadName] };
        var task = model.Options.Kind == ScoreHeadKind.Sequence ? "SEQ_CLS" : "TOKEN_CLS";
        AdapterFolder.SaveWithModules(folder, model.Decoder, new AdapterConfig(options, baseModel, task), name, Whole(model));
    }

    /// <summary>Reads an adapter, adds it to the decoder and makes it the only active one; the head it brings is written over the model's.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The scored decoder.</param>
    /// <param name="name">What the adapter shall be called.</param>
    /// <param name="trainable">Whether it goes on learning.</param>
    /// <param name="allowOtherBase">Whether a base with another hash is taken, where shapes fit.</param>
    /// <returns>The adapter; the decoder owns it.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="AdapterFolder.Load"/>, or the head has other labels.</exception>
    public static LoraAdapter Load(string folder, ScoredDecoder model, string name, bool trainable = false, bool allowOtherBase = false)
    {
        using var scope = NewDisposeScope();
        return AdapterFolder.LoadWithModules(folder, model.Decoder, name, Whole(model), trainable, allowOtherBase);
    }

    private static IReadOnlyList<(string Name, Tensor Tensor)> Whole(ScoredDecoder model) =>
        [.. ScoredModelFolder.HeadTensors(model).Select(pair => (PeftNames.Whole(pair.Name), pair.Tensor))];
}
