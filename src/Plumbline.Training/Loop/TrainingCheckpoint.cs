using System.Text.Json;
using Plumbline.Torch.Optimization;
using Plumbline.Torch.Safetensors;

namespace Plumbline.Training.Loop;

/// <summary>
/// A checkpoint of a training run: <c>model/</c> (a Hugging Face folder; where adapters are trained <c>adapters/NAME/</c> instead, their weights alone),
/// <c>optimizer.safetensors</c> (AdamW's moments by name), what objective and source remember,
/// <c>health.json</c> (what the watch remembers) and <c>trainer.json</c> (step, tokens, metrics since the last logged row). No generator state: every draw derives from the seed and the step.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string Optimizer = "optimizer";
    private const string Trainer = "trainer.json";

    internal static void Save<TExample>(
        string folder,
        IObjective<TExample> objective,
        IExampleSource<TExample> source,
        AdamW optimizer,
        TrainingState state
    )
    {
        objective.Model.SaveWeights(folder);
        objective.SaveState(folder);
        source.SaveState(folder);
        SafetensorsWriter.Write(Path.Combine(folder, Optimizer + ".safetensors"), optimizer.State);
        File.WriteAllText(Path.Combine(folder, Trainer), JsonSerializer.Serialize(state));
    }

    internal static TrainingState Load<TExample>(
        string folder,
        IObjective<TExample> objective,
        IExampleSource<TExample> source,
        AdamW optimizer
    )
    {
        objective.Model.LoadWeights(folder);
        objective.LoadState(folder);
        source.LoadState(folder);
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
}

/// <summary>What a checkpoint knows beside tensors.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tokens">Tokens computed since the start of the run.</param>
/// <param name="Metrics">Metric sums since the last logged row: name to sum and weight.</param>
internal sealed record TrainingState(long Step, long Tokens, IReadOnlyDictionary<string, double[]> Metrics);
