using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.Heads;
using Plumbline.Models.HuggingFace;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>The language model that a reward head is put on, prepared from the training rows.</summary>
internal sealed class RewardFoundation
{
    private readonly RewardPipelineOptions options;
    private readonly PipelineContext context;
    private readonly DataFacts data;
    private readonly Func<RunFacts> facts;
    private readonly ModelStart start;
    private Stage? supervised;

    /// <summary>Finds or makes the starting model.</summary>
    /// <param name="options">The pipeline's.</param>
    /// <param name="context">The pipeline.</param>
    /// <param name="data">The data.</param>
    /// <param name="training">What a small model reads.</param>
    /// <param name="facts">The record of the run.</param>
    internal RewardFoundation(
        RewardPipelineOptions options,
        PipelineContext context,
        DataFacts data,
        IReadOnlyList<Example> training,
        Func<RunFacts> facts
    )
    {
        (this.options, this.context, this.data, this.facts) = (options, context, data, facts);
        SplitKey = options.Data.SplitKey(options.Seed, options.MaxLength);
        var starting = new StartingModel(options.Model, options.Steps.Pretrain, options.MaxLength, options.Seed);
        (start, Tokenizer) = starting.Prepare(context, training, $"{data.Sha256} {SplitKey}", data, facts);
        Encoder = new ExampleEncoder(Tokenizer, TrainingStage.Chat(Tokenizer), options.MaxLength);
    }

    /// <summary>The model's tokenizer.</summary>
    internal Tokenizer Tokenizer { get; }

    /// <summary>Encodes rows for the model.</summary>
    internal ExampleEncoder Encoder { get; }

    /// <summary>What beside the data decides which rows are trained on.</summary>
    internal string SplitKey { get; }

    /// <summary>The key of what the head is put on.</summary>
    internal string Key => supervised?.Key ?? $"{start.Key} {data.Sha256}";

    /// <summary>What the ledger will say that a reward model is made from.</summary>
    internal StageSource[] Sources =>
        [supervised is null ? start.Source : StageSource.Of(supervised), .. data.Sources, .. context.LossSources];

    /// <summary>Fine-tunes on good answers, where the options ask for it.</summary>
    internal void Supervise(IEnumerable<PromptCompletionExample> answers)
    {
        if (options.Steps.Sft is not { } sft)
        {
            return;
        }

        supervised = TrainingStage.Train<TokenizedExample>(
            context,
            Stage.Of(context, "sft", [start.Source, .. data.Sources], [OptionsFile.Write(sft), start.Key, data.Sha256, SplitKey]),
            "supervised fine-tuning",
            () => ModelFolder.Load(start.Folder),
            Tokenizer,
            policy => (new SupervisedObjective(policy, sft.Supervised), null),
            () => [.. Encoder.ForSupervision(answers)],
            sft,
            facts()
        );
    }

    /// <summary>The language model under a new head.</summary>
    /// <param name="head">Kind and labels; the deviation of its first weights is the pipeline's.</param>
    /// <param name="seed">The seed of the head's weights.</param>
    internal ScoredDecoder UnderHead(ScoreHeadOptions head, Seed seed)
    {
        var folder = supervised?.ModelFolder ?? start.Folder;
        var width = ConfigJson.Read(Path.Combine(folder, "config.json")).HiddenSize;
        var sized = head with { InitialDeviation = options.HeadDeviation ?? (1 / Math.Sqrt(width + 1)) };
        // The output matrix is not even read: a score head has no use for it.
        return ScoredModelFolder.Start(folder, sized, seed);
    }
}
