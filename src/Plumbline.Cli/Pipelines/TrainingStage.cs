using Plumbline.Models.Adapters;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Loop;

namespace Plumbline.Cli.Pipelines;

/// <summary>
/// Trains one stage of a pipeline in a run folder and leaves a Hugging Face model folder behind; where adapters were trained, with them merged, and the adapters
/// by themselves beside it.
/// </summary>
internal static class TrainingStage
{
    /// <summary>Trains unless the stage is finished; goes on from its newest checkpoint where it was killed.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="stage">Where to.</param>
    /// <param name="phase">What the user reads, such as <c>supervised fine-tuning</c>.</param>
    /// <param name="start">The model to start from; disposed here.</param>
    /// <param name="tokenizer">Saved beside the weights.</param>
    /// <param name="objective">What to minimise, given the starting model; may return something to dispose at the end.</param>
    /// <param name="examples">The data.</param>
    /// <param name="options">The numbers of the run.</param>
    /// <param name="facts">The record of the run; its options are the stage's.</param>
    internal static Stage Train<TExample>(
        PipelineContext context,
        Stage stage,
        string phase,
        Func<Decoder> start,
        Tokenizer tokenizer,
        Func<Decoder, (IObjective<TExample> Objective, IDisposable? Owned)> objective,
        Func<IReadOnlyList<TExample>> examples,
        TrainingOptions options,
        RunFacts facts
    ) => Train(context, stage, phase, OfDecoder(stage, start), tokenizer, objective, examples, options, facts);

    /// <summary>The same for a model of any kind.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="stage">Where to.</param>
    /// <param name="phase">What the user reads.</param>
    /// <param name="model">The model to start from, and how it is written.</param>
    /// <param name="tokenizer">Saved beside the weights.</param>
    /// <param name="objective">What to minimise, given the starting model; may return something to dispose at the end.</param>
    /// <param name="examples">The data.</param>
    /// <param name="options">The numbers of the run.</param>
    /// <param name="facts">The record of the run; its options are the stage's.</param>
    internal static Stage Train<TModel, TExample>(
        PipelineContext context,
        Stage stage,
        string phase,
        StageModel<TModel> model,
        Tokenizer tokenizer,
        Func<TModel, (IObjective<TExample> Objective, IDisposable? Owned)> objective,
        Func<IReadOnlyList<TExample>> examples,
        TrainingOptions options,
        RunFacts facts
    )
        where TModel : IDisposable =>
        Train(
            context,
            stage,
            phase,
            model,
            tokenizer,
            (trained, seed, journal) =>
            {
                var (minimised, owned) = objective(trained);
                return (new TrainingLoop<TExample>(minimised, examples(), options, seed, journal), owned);
            },
            options,
            facts
        );

    /// <summary>The same where more than a list of examples is needed.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="stage">Where to.</param>
    /// <param name="phase">What the user reads.</param>
    /// <param name="model">The model to start from, and how it is written.</param>
    /// <param name="tokenizer">Saved beside the weights.</param>
    /// <param name="prepare">The loop, given the starting model, the stage's seed and its journal; may return something to dispose at the end.</param>
    /// <param name="options">The numbers of the run.</param>
    /// <param name="facts">The record of the run; its options are the stage's.</param>
    internal static Stage Train<TModel, TExample>(
        PipelineContext context,
        Stage stage,
        string phase,
        StageModel<TModel> model,
        Tokenizer tokenizer,
        Func<TModel, Seed, ITrainingJournal, (TrainingLoop<TExample> Loop, IDisposable? Owned)> prepare,
        TrainingOptions options,
        RunFacts facts
    )
        where TModel : IDisposable =>
        stage.Ensure(
            facts,
            () =>
            {
                using var run = RunFolder.Open(stage.Folder, context.Clock);
                run.WriteFacts(facts);
                using var trained = model.Start();
                var journal = new RunJournal(run, context, phase, options.SaveTotalLimit);
                var (loop, owned) = prepare(trained, new Seed(facts.Seed).Derive(stage.Name), journal);
                using var released = owned;
                loop.Run(context.Cancellation);
                run.Flush();
                model.Finish?.Invoke(trained);
                SaveModel(stage, folder => model.Save(folder, trained), tokenizer);
            }
        );

    /// <summary>A language model in training.</summary>
    internal static StageModel<Decoder> OfDecoder(Stage stage, Func<Decoder> start) =>
        new(start, (folder, decoder) => SaveDecoder(stage, folder, decoder));

    /// <summary>The trained model of a finished stage.</summary>
    internal static Decoder LoadModel(Stage stage) => ModelFolder.Load(stage.ModelFolder);

    /// <summary>Metric rows of a stage, as points of a plot.</summary>
    internal static IReadOnlyList<Plumbline.Evaluation.Reports.PlotPoint> Curve(Stage stage, string metric) =>
        [
            .. RunFolder
                .ReadMetrics(stage.Folder)
                .Where(row => row.Find(metric) is not null)
                .Select(row => new Plumbline.Evaluation.Reports.PlotPoint(row.Step, row.Find(metric)!.Value)),
        ];

    /// <summary>The encoder of a tokenizer's own chat template, or of ours where it has none.</summary>
    internal static ChatEncoder Chat(Tokenizer tokenizer) =>
        tokenizer.ChatTemplate is null
            ? new ChatEncoder(tokenizer, ChatTemplate.Parse(ChatTemplate.Plumbline))
            : ChatEncoder.For(tokenizer);

    private static void SaveDecoder(Stage stage, string folder, Decoder decoder)
    {
        if (decoder.Adapters.All.Count == 0)
        {
            ModelFolder.Save(folder, decoder);
            return;
        }

        foreach (var adapter in decoder.Adapters.All)
        {
            AdapterFolder.Save(Path.Combine(stage.Folder, "adapters", adapter.Name), decoder, adapter.Name);
        }

        using var merged = decoder.MergedCopy();
        ModelFolder.Save(folder, merged);
    }

    private static void SaveModel(Stage stage, Action<string> save, Tokenizer tokenizer)
    {
        // Beside, then by rename: a killed save leaves no half model under the real name.
        var beside = stage.ModelFolder + ".partial";
        if (Directory.Exists(beside))
        {
            Directory.Delete(beside, recursive: true);
        }

        save(beside);
        tokenizer.Save(beside);
        if (Directory.Exists(stage.ModelFolder))
        {
            Directory.Delete(stage.ModelFolder, recursive: true);
        }

        Directory.Move(beside, stage.ModelFolder);
    }
}

/// <summary>The model that a stage trains.</summary>
/// <param name="Start">Makes or loads it; the stage disposes it.</param>
/// <param name="Save">Writes it into a folder.</param>
/// <param name="Finish">What is measured on it and stored with it once it is trained; null for nothing.</param>
internal sealed record StageModel<TModel>(Func<TModel> Start, Action<string, TModel> Save, Action<TModel>? Finish = null);
