using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Generation;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Align;

/// <summary>
/// <c>plumb align</c>: preference data and a model in, an aligned model and a report out. Every stage is cached under the hash of what it is made from, and a
/// killed run goes on where it was.
/// </summary>
internal sealed class AlignPipeline
{
    private readonly AlignOptions options;
    private readonly PipelineContext context;
    private readonly DataFacts data;

    internal AlignPipeline(AlignOptions options, PipelineContext context)
    {
        (this.options, this.context) = (options, context);
        data = options.Data.Facts();
    }

    /// <summary>Runs what is not finished yet and measures.</summary>
    internal AlignResult Run()
    {
        // Everything that can be wrong with the input is found before anything is trained.
        var reader = options.Data.Open();
        var pairs = reader.ReadPreferences(options.Steps.Dpo.SoftLabels).ToList();
        DataNotice.Write(context, reader.Report);
        var (training, heldOut) = ConversationSplit.By(pairs, pair => pair.Prompt, options.Data.HeldOut, options.Seed);
        var starting = new StartingModel(options.Model, options.Steps.Pretrain, options.Budget.MaxLength, options.Seed);
        var (start, tokenizer) = starting.Prepare(context, training, $"{data.Sha256} {SplitKey}", data, Facts);
        var chat = TrainingStage.Chat(tokenizer);
        var encoder = new ExampleEncoder(tokenizer, chat, options.Budget.MaxLength);
        var supervised = Supervise(start, tokenizer, encoder, training);
        var aligned = Prefer(supervised, tokenizer, encoder, training);
        return Measure(supervised, aligned, encoder, chat, (reader.Report, training, heldOut));
    }

    private Stage Supervise(ModelStart start, Tokenizer tokenizer, ExampleEncoder encoder, List<PreferenceExample> training) =>
        TrainingStage.Train<TokenizedExample>(
            context,
            Stage.Of(
                context,
                "sft",
                [start.Source, .. data.Sources],
                [OptionsFile.Write(options.Steps.Sft), start.Key, data.Sha256, SplitKey]
            ),
            "supervised fine-tuning",
            () => ModelFolder.Load(start.Folder),
            tokenizer,
            policy => (new SupervisedObjective(policy, options.Steps.Sft.Supervised), null),
            () => [.. encoder.ForSupervision(training)],
            options.Steps.Sft,
            Facts()
        );

    private Stage Prefer(Stage supervised, Tokenizer tokenizer, ExampleEncoder encoder, List<PreferenceExample> training) =>
        TrainingStage.Train<TokenizedPair>(
            context,
            Stage.Of(context, "dpo", [StageSource.Of(supervised), .. data.Sources], [OptionsFile.Write(options.Steps.Dpo), supervised.Key]),
            "preference learning",
            () => TrainingStage.LoadModel(supervised),
            tokenizer,
            policy =>
            {
                var reference = FrozenReference.Of(policy, options.Steps.Dpo.Training);
                return (
                    new PreferenceObjective(
                        policy,
                        reference,
                        new PreferenceOptions { Loss = new PreferenceLossOptions { Beta = options.Steps.Dpo.Beta } }
                    ),
                    reference
                );
            },
            () => [.. encoder.ForPreferences(training)],
            options.Steps.Dpo.Training,
            Facts()
        );

    private AlignResult Measure(
        Stage supervised,
        Stage aligned,
        ExampleEncoder encoder,
        ChatEncoder chat,
        (DatasetReport Report, List<PreferenceExample> Training, List<PreferenceExample> HeldOut) rows
    )
    {
        var measured = rows.HeldOut.Where(pair => encoder.Fits(pair)).ToList();
        var tokenized = encoder.ForPreferences(measured).ToList();
        if (tokenized.Count == 0)
        {
            throw new InvalidInputException(
                $"None of the {rows.HeldOut.Count} held-out pairs fits into {options.Budget.MaxLength} tokens.",
                "Raise budget.max_length."
            );
        }

        using var before = TrainingStage.LoadModel(supervised);
        using var after = TrainingStage.LoadModel(aligned);
        var accuracies = PreferenceAccuracies.Of(
            measured,
            Score("scoring, aligned", after),
            Score("scoring, before", before),
            options.Seed.Derive("coin")
        );
        var samples = Samples(before, after, chat, measured);
        return new AlignResult(supervised, aligned, accuracies, samples, rows.Report, Counts(rows, measured, encoder), Facts());

        IReadOnlyList<PairScore> Score(string phase, Decoder model) =>
            PreferenceEvaluation.Score(
                model,
                tokenized,
                options.Steps.Dpo.Training,
                done => context.Progress.Report(new ProgressUpdate(phase, done, tokenized.Count, done, "pairs")),
                context.Cancellation
            );
    }

    private List<AlignSample> Samples(Decoder before, Decoder after, ChatEncoder chat, List<PreferenceExample> measured)
    {
        var chosen = measured
            .Where(pair => pair.Prompt.Messages is not null)
            .DistinctBy(pair => ConversationSplit.Opening(pair.Prompt))
            .Take(options.Report.Samples)
            .ToList();
        var prompts = chosen.Select(pair => chat.EncodePrompt(pair.Prompt.Messages!)).ToList();
        var generation = options.Report.Generation;
        var fitting = Enumerable
            .Range(0, chosen.Count)
            .Where(i => prompts[i].Length + generation.MaxNewTokens <= after.Config.ContextLength)
            .ToList();
        IReadOnlyList<SampledAnswer> Answers(Decoder model) =>
            fitting.Count == 0
                ? []
                : BatchSampling.Sample(
                    model,
                    [
                        .. fitting.Select(
                            (i, at) =>
                                new SamplingRequest
                                {
                                    Prompt = prompts[i],
                                    Options = generation.Sampling(model.Config.EosTokenIds),
                                    Seed = options.Seed.Derive("samples"),
                                    FirstStream = at,
                                }
                        ),
                    ],
                    generation.BatchSize,
                    progress: null,
                    context.Cancellation
                );
        var (first, second) = (Answers(before), Answers(after));
        return
        [
            .. fitting.Select(
                (i, at) => new AlignSample(chosen[i].Prompt, first[at].Text(chat.Tokenizer), second[at].Text(chat.Tokenizer))
            ),
        ];
    }

    private static AlignCounts Counts(
        (DatasetReport Report, List<PreferenceExample> Training, List<PreferenceExample> HeldOut) rows,
        List<PreferenceExample> measured,
        ExampleEncoder encoder
    )
    {
        var fitting = rows.Training.Count(pair => encoder.Fits(pair));
        return new AlignCounts(fitting, rows.Training.Count - fitting, measured.Count, rows.HeldOut.Count - measured.Count);
    }

    private string SplitKey => options.Data.SplitKey(options.Seed, options.Budget.MaxLength);

    private RunFacts Facts() =>
        new(context.Command, options, options.Seed.Value, Versions.All, RunMachine.Facts(context.Threads), data.Files);
}
