using System.Text.Json;
using Plumbline.Models.Adapters;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Torch.Optimization;
using Plumbline.Torch.Safetensors;

namespace Plumbline.Training.Loop;

/// <summary>
/// A checkpoint of a training run: <c>model/</c> (a Hugging Face folder; where adapters are trained <c>adapters/NAME/</c> instead, their weights alone),
/// <c>optimizer.safetensors</c> (AdamW's moments by name) and
/// <c>trainer.json</c> (step, tokens, metrics since the last logged row). No generator state: every draw derives from the seed and the step.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string Optimizer = "optimizer";
    private const string Trainer = "trainer.json";

    internal static void Save(string folder, Decoder policy, AdamW optimizer, TrainingState state)
    {
        if (policy.Adapters.All.Count == 0)
        {
            ModelFolder.Save(Path.Combine(folder, "model"), policy);
        }

        foreach (var name in Trained(policy))
        {
            AdapterFolder.SaveWeights(AdapterPath(folder, name), policy, name);
        }

        SafetensorsWriter.Write(Path.Combine(folder, Optimizer + ".safetensors"), optimizer.State);
        File.WriteAllText(Path.Combine(folder, Trainer), JsonSerializer.Serialize(state));
    }

    internal static TrainingState Load(string folder, Decoder policy, AdamW optimizer)
    {
        if (policy.Adapters.All.Count == 0)
        {
            ModelFolder.LoadWeights(Path.Combine(folder, "model"), policy);
        }

        foreach (var name in Trained(policy))
        {
            AdapterFolder.LoadWeights(AdapterPath(folder, name), policy, name);
        }

        StateLoader.Load(folder, optimizer.State, new StateLoadOptions { AllowCast = false, Stem = Optimizer });
        var path = Path.Combine(folder, Trainer);
        try
        {
            var state =
                JsonSerializer.Deserialize<TrainingState>(File.ReadAllText(path))
                ?? throw new InvalidInputException("The file is empty.", "Delete this checkpoint folder.", new InputPosition(path));
            optimizer.ResumeAt(state.Step);
            return state;
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(
                $"The checkpoint's state is damaged: {failure.Message}",
                "Delete this checkpoint folder to go on from an older one, or from the start.",
                new InputPosition(path, failure.LineNumber + 1),
                failure
            );
        }
    }

    private static IEnumerable<string> Trained(Decoder policy) =>
        from entry in policy.Adapters.Active
        where entry.Adapter.IsTrainable
        select entry.Adapter.Name;

    private static string AdapterPath(string folder, string name) => Path.Combine(folder, "adapters", name);
}

/// <summary>What a checkpoint knows beside tensors.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tokens">Tokens computed since the start of the run.</param>
/// <param name="Metrics">Metric sums since the last logged row: name to sum and weight.</param>
internal sealed record TrainingState(long Step, long Tokens, IReadOnlyDictionary<string, double[]> Metrics);
