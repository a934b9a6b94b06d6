using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Generation;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Models.Tokenization;
using Plumbline.Runs;
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
    private readonly InputFact data;
    private readonly string modelHash;

    internal AlignPipeline(AlignOptions options, PipelineContext context)
    {
        (this.options, this.context) = (options, context);
        data = InputFact.Of(options.Data.Path);
        modelHash = options.Model.IsTiny ? "tiny" : HashModel(options.Model.Path);
    }

    /// <summary>Runs what is not finished yet and measures.</summary>
    internal AlignResult Run()
    {
        // Everything that can be wrong with the input is found before anything is trained.
        var reader = DatasetReader.Open(
            new DatasetOptions(options.Data.Path)
            {
                Shape = options.Data.Shape,
                Columns = options.Data.Columns,
                Strict = options.Data.Strict,
                Limit = options.Data.Limit,
            }
        );
        var pairs = reader.ReadPreferences().ToList();
        Notice(reader.Report);
        var (training, heldOut) = PairSplit.By(pairs, options.Data.HeldOut, options.Seed);
        var (start, tokenizer, startKey) = StartingPoint(training);
        var chat = TrainingStage.Chat(tokenizer);
        var encoder = new ExampleEncoder(tokenizer, chat, options.Budget.MaxLength);
        var supervised = Supervise(start, tokenizer, startKey, encoder, training);
        var aligned = Prefer(supervised, tokenizer, encoder, training);
        return Measure(supervised, aligned, encoder, chat, (reader.Report, training, heldOut));
    }

    private void Notice(DatasetReport report)
    {
        if (report.BadRows.Count == 0)
        {
            return;
        }

        var reasons = string.Join(", ", report.BadRows.Select(bad => $"{bad.Value} {bad.Key}"));
        context.Notices.WriteLine(
            $"{report.RowsRead - report.RowsGood} of {report.RowsRead} rows cannot be used and are left out ({reasons}). The first:"
        );
        foreach (var bad in report.FirstBadRows)
        {
            context.Notices.WriteLine($"  {bad.Position}: {bad.Problem}");
        }
    }

    private (Func<Decoder> Start, Tokenizer Tokenizer, string Key) StartingPoint(List<PreferenceExample> training)
    {
        if (!options.Model.IsTiny)
        {
            var folder = options.Model.Path;
            // Loaded once now: weights that do not fit must be found before an hour of work.
            using var loaded = ModelFolder.Load(folder);
            var own = Tokenizer.Load(folder);
            foreach (var warning in StopTokenCheck.Warnings(TrainingStage.Chat(own), loaded.Config.EosTokenIds))
            {
                context.Notices.WriteLine(warning);
            }

            return (() => ModelFolder.Load(folder), own, modelHash);
        }

        var vocabulary = Stage.Of(context, "tokenizer", OptionsFile.Write(options.Model.Tiny), data.Sha256, SplitKey);
        vocabulary.Ensure(() =>
        {
            var texts = training.SelectMany(Turns).Distinct(StringComparer.Ordinal);
            var progress = new TokenizerProgress(context.Progress);
            BpeTrainer
                .Train(texts, new BpeTrainerOptions { VocabularySize = options.Model.Tiny.VocabularySize }, progress, context.Cancellation)
                .Save(vocabulary.ModelFolder);
        });
        var tokenizer = Tokenizer.Load(vocabulary.ModelFolder);
        var encoder = new ExampleEncoder(tokenizer, TrainingStage.Chat(tokenizer), options.Budget.MaxLength);
        var stage = Stage.Of(
            context,
            "pretrain",
            OptionsFile.Write(options.Steps.Pretrain),
            vocabulary.Key,
            $"{options.Budget.MaxLength}",
            $"{options.Seed.Value}"
        );
        TrainingStage.Train<TokenizedExample>(
            context,
            stage,
            "pretraining",
            () => new Decoder(options.Model.Tiny.ToConfig(tokenizer, options.Budget.MaxLength), options.Seed.Derive("weights")),
            tokenizer,
            policy => (new SupervisedObjective(policy), null),
            () => [.. encoder.ForPretraining(training.DistinctBy(pair => PairSplit.Opening(pair)))],
            options.Steps.Pretrain,
            Facts()
        );
        return (() => TrainingStage.LoadModel(stage), tokenizer, stage.Key);
    }

    private Stage Supervise(
        Func<Decoder> start,
        Tokenizer tokenizer,
        string startKey,
        ExampleEncoder encoder,
        List<PreferenceExample> training
    ) =>
        TrainingStage.Train<TokenizedExample>(
            context,
            Stage.Of(context, "sft", OptionsFile.Write(options.Steps.Sft), startKey, data.Sha256, SplitKey),
            "supervised fine-tuning",
            start,
            tokenizer,
            policy => (new SupervisedObjective(policy), null),
            () => [.. encoder.ForSupervision(training)],
            options.Steps.Sft,
            Facts()
        );

    private Stage Prefer(Stage supervised, Tokenizer tokenizer, ExampleEncoder encoder, List<PreferenceExample> training) =>
        TrainingStage.Train<TokenizedPair>(
            context,
            Stage.Of(context, "dpo", OptionsFile.Write(options.Steps.Dpo), supervised.Key),
            "preference learning",
            () => TrainingStage.LoadModel(supervised),
            tokenizer,
            policy =>
            {
                var reference = new FrozenReference(policy.FrozenCopy());
                return (new PreferenceObjective(policy, reference, options.Steps.Dpo.Beta), reference);
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
            options.Seed.Derive("ties")
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
            .DistinctBy(PairSplit.Opening)
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
        var fitting = rows.Training.Count(encoder.Fits);
        return new AlignCounts(fitting, rows.Training.Count - fitting, measured.Count, rows.HeldOut.Count - measured.Count);
    }

    private string SplitKey =>
        $"{options.Seed.Value} {options.Data.HeldOut} {options.Data.Shape} {options.Data.Limit} {options.Budget.MaxLength} {string.Join(',', options.Data.Columns)}";

    private RunFacts Facts() => new(context.Command, options, options.Seed.Value, Versions.All, RunMachine.Facts(context.Threads), [data]);

    private static IEnumerable<string> Turns(PreferenceExample pair)
    {
        foreach (var content in new[] { pair.Prompt, pair.Chosen, pair.Rejected })
        {
            if (content.Messages is null)
            {
                yield return content.Text!;
                continue;
            }

            foreach (var message in content.Messages)
            {
                yield return message.Text;
            }
        }
    }

    private static string HashModel(string folder)
    {
        var files = Directory.Exists(folder)
            ? Directory
                .GetFiles(folder, "*.safetensors")
                .Append(Path.Combine(folder, "config.json"))
                .Append(Path.Combine(folder, "tokenizer.json"))
            : throw new InvalidInputException(
                $"There is no model folder {folder}.",
                "Name a Hugging Face folder, or 'tiny'.",
                new InputPosition(folder)
            );
        return string.Join(' ', files.Order(StringComparer.Ordinal).Select(file => InputFact.Of(file).Sha256));
    }

    private sealed class TokenizerProgress(IProgressSink sink) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value) =>
            sink.Report(new ProgressUpdate("tokenizer", value.VocabularySize, value.Target, value.VocabularySize, "entries"));
    }
}
