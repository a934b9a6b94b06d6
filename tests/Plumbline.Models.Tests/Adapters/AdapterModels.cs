using Plumbline.Models.Adapters;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Tiny decoders and adapters that have something to say.</summary>
internal static class AdapterModels
{
    internal static Decoder Decoder(string modelType) =>
        modelType is "llama" or "qwen2" or "qwen3"
            ? new(TinyModels.Config(modelType) with { InitializerRange = 0.1, QueryKeyValueBias = modelType == "qwen2" }, new Seed(1))
            : ModelFolder.Load(Path.Combine(AppContext.BaseDirectory, "Architectures", "Reference", modelType));

    /// <summary>Adds an adapter whose every tensor is moved at random, as training would.</summary>
    internal static LoraAdapter AddTrained(Decoder decoder, string name, LoraOptions options, ulong seed)
    {
        var adapter = decoder.Adapters.Add(name, options, new Seed(seed));
        Move(adapter, seed);
        return adapter;
    }

    internal static void Move(LoraAdapter adapter, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var generator = new Generator(seed, CPU);
        foreach (var parameter in adapter.Parameters)
        {
            parameter.Value.add_(empty_like(parameter.Value, requires_grad: false).normal_(0, 0.05, generator));
        }
    }
}
