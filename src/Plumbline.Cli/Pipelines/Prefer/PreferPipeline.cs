using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.Preferences.Unpaired;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Prefer;

/// <summary>
/// <c>plumb prefer</c>: a policy and preferences in, an aligned policy and a report out. Every stage is cached under the hash of what it is made from, and a killed
/// run goes on where it was.
/// </summary>
internal sealed class PreferPipeline
{
    private readonly PreferOptions options;
    private readonly PipelineContext context;
    private readonly DataFacts data;
    private readonly string referenceHash;
    private readonly PreferenceLossMixture? mixture;

    internal PreferPipeline(PreferOptions options, PipelineContext context)
    {
        (this.options, this.context) = (options, context);
        if (!options.IsUnpaired)
        {
            // A loss that cannot be is found before anything is read or trained.
            mixture = PreferenceLossMixture.Parse(options.LossType);
            mixture.Check(options.Loss);
        }

        data = options.Data.Facts();
        referenceHash = options.Reference.Path is { } reference ? StartingModel.Hash(reference) : string.Empty;
    }

    /// <summary>Runs what is not finished yet and measures.</summary>
    internal PreferResult Run()
    {
        var rows = PreferData.Read(options, mixture);
        DataNotice.Write(context, rows.Report);
        WarnOfUnreadConfidences(rows);
        var starting = new StartingModel(options.Model, options.Pretrain, options.MaxLength, options.Seed);
        var (start, tokenizer) = starting.Prepare(context, rows.Training, $"{data.Sha256} {SplitKey}", data, Facts);
        var encoder = new ExampleEncoder(tokenizer, TrainingStage.Chat(tokenizer), options.MaxLength);
        if (options.Sft is { } sft)
        {
            start = ModelStart.Of(Supervise(start, tokenizer, sft, encoder, rows));
        }

        var load = () => ModelFolder.Load(start.Folder);

        var aligned = options.IsUnpaired
            ? Train<TokenizedAnswer>(
                start,
                load,
                tokenizer,
                () => [.. encoder.ForUnpaired(Shuffled(rows.TrainingAnswers))],
                UnpairedObjectiveOf
            )
            : Train<TokenizedPair>(
                start,
                load,
                tokenizer,
                () => [.. encoder.ForPreferences(rows.TrainingPairs, NeedsGold)],
                PairObjectiveOf
            );
        return Measure(load, aligned, encoder, rows);
    }

    private Stage Supervise(ModelStart start, Tokenizer tokenizer, FineTuningOptions sft, ExampleEncoder encoder, PreferData rows) =>
        TrainingStage.Train<TokenizedExample>(
            context,
            Stage.Of(context, "sft", [start.Source, .. data.Sources], [OptionsFile.Write(sft), start.Key, data.Sha256, SplitKey]),
            "supervised fine-tuning",
            () => ModelFolder.Load(start.Folder),
            tokenizer,
            policy => (new SupervisedObjective(policy, sft.Supervised), null),
            () =>
                [
                    .. encoder.ForSupervision(
                        rows.TrainingPairs.Count > 0 ? rows.TrainingPairs : Completions(rows.TrainingAnswers.Where(row => row.Label))
                    ),
                ],
            sft,
            Facts()
        );

    private Stage Train<TExample>(
        ModelStart start,
        Func<Decoder> load,
        Tokenizer tokenizer,
        Func<IReadOnlyList<TExample>> examples,
        Func<Decoder, IReadOnlyList<TExample>, ReferencePolicy?, IObjective<TExample>> objective
    )
    {
        var stage = Stage.Of(
            context,
            "prefer",
            [
                start.Source,
                .. options.Reference.Path is { } reference ? [StageSource.OfModel(reference)] : Array.Empty<StageSource>(),
                .. data.Sources,
                .. context.LossSources,
            ],
            [
                OptionsFile.Write(
                    options with
                    {
                        Output = null,
                        Data = new() { Path = "-" },
                    }
                ),
                referenceHash,
                start.Key,
                data.Sha256,
                SplitKey,
                .. context.LossKey,
            ]
        );
        IReadOnlyList<TExample> encoded = [];
        return TrainingStage.Train(
            context,
            stage,
            "preference learning",
            () => Policy(load),
            tokenizer,
            policy =>
            {
                encoded = examples();
                var reference = References.Of(context, options, stage, policy, load, encoded);
                return (objective(policy, encoded, reference), reference);
            },
            () => encoded,
            options.Training,
            Facts()
        );
    }

    private Decoder Policy(Func<Decoder> load)
    {
        var policy = load();
        if (options.Lora is { } lora)
        {
            policy.Adapters.Add("default", lora, options.Seed.Derive("adapter"));
        }

        return policy;
    }

    private IObjective<TokenizedPair> PairObjectiveOf(Decoder policy, IReadOnlyList<TokenizedPair> pairs, ReferencePolicy? reference) =>
        new PreferenceObjective(policy, reference, options.Preference);

    private IObjective<TokenizedAnswer> UnpairedObjectiveOf(
        Decoder policy,
        IReadOnlyList<TokenizedAnswer> answers,
        ReferencePolicy? reference
    ) => new UnpairedObjective(policy, reference!, options.LossType, options.Unpaired);

    // Good and bad answers of a pair stand side by side in the rows; mismatched answers must come from elsewhere.
    private List<UnpairedPreferenceExample> Shuffled(IReadOnlyList<UnpairedPreferenceExample> answers)
    {
        UnpairedPreferenceExample[] order = [.. answers];
        options.Seed.Derive("mismatch").Source().Shuffle<UnpairedPreferenceExample>(order);
        return [.. order];
    }

    private PreferResult Measure(Func<Decoder> load, Stage aligned, ExampleEncoder encoder, PreferData rows)
    {
        using var before = load();
        using var after = ModelFolder.Load(aligned.ModelFolder);
        if (rows.HeldOutPairs.Count > 0)
        {
            var measured = rows.HeldOutPairs.Where(pair => encoder.Fits(pair)).ToList();
            var trained = rows.TrainingPairs.Count(pair => encoder.Fits(pair, NeedsGold));
            var tooLong = rows.TrainingPairs.Count + rows.HeldOutPairs.Count - trained - measured.Count;
            return new PreferResult(
                aligned,
                Compare(before, after, encoder, measured),
                null,
                measured.Count,
                trained,
                tooLong,
                rows.Report,
                Facts()
            );
        }

        var answers = rows.HeldOutAnswers.Where(pair => encoder.Fits(pair)).ToList();
        var learnt = rows.TrainingAnswers.Count(pair => encoder.Fits(pair));
        var left = rows.TrainingAnswers.Count + rows.HeldOutAnswers.Count - learnt - answers.Count;
        return new PreferResult(
            aligned,
            null,
            TellApart(before, after, encoder, answers),
            answers.Count,
            learnt,
            left,
            rows.Report,
            Facts()
        );
    }

    private PreferenceAccuracies Compare(Decoder before, Decoder after, ExampleEncoder encoder, List<PreferenceExample> measured)
    {
        ThrowIfNone(measured.Count);
        var pairs = encoder.ForPreferences(measured).ToList();
        IReadOnlyList<PairScore> Scores(string phase, Decoder model) =>
            PreferenceEvaluation.Score(model, pairs, options.Training, Progress(phase, pairs.Count), context.Cancellation);
        return PreferenceAccuracies.Of(
            measured,
            Scores("scoring, aligned", after),
            Scores("scoring, before", before),
            options.Seed.Derive("coin")
        );
    }

    private Estimate TellApart(Decoder before, Decoder after, ExampleEncoder encoder, List<UnpairedPreferenceExample> measured)
    {
        ThrowIfNone(measured.Count);
        var answers = encoder.ForSupervision(Completions(measured)).ToList();
        IReadOnlyList<double> Sums(string phase, Decoder model) =>
            PreferenceEvaluation.Score(model, answers, options.Training, Progress(phase, answers.Count), context.Cancellation);
        var rewards = Sums("scoring, aligned", after).Zip(Sums("scoring, before", before), (policy, start) => policy - start).ToArray();
        return Separation.Of(rewards, [.. measured.Select(row => row.Label)], options.Seed.Derive("bootstrap"));
    }

    private static IEnumerable<PromptCompletionExample> Completions(IEnumerable<UnpairedPreferenceExample> rows) =>
        rows.Select(row => new PromptCompletionExample(row.Id, row.Prompt, row.Completion));

    private Action<int> Progress(string phase, int count) =>
        done => context.Progress.Report(new ProgressUpdate(phase, done, count, done, "rows"));

    private void ThrowIfNone(int fitting)
    {
        if (fitting == 0)
        {
            throw new InvalidInputException($"No held-out row fits into {options.MaxLength} tokens.", "Raise max_length.");
        }
    }

    private bool NeedsGold => mixture?.NeedsGold == true;

    private void WarnOfUnreadConfidences(PreferData rows)
    {
        if (mixture is null && rows.TrainingPairs.Any(pair => pair.Confidence < 1))
        {
            context.Notices.WriteLine(
                $"The rows say how sure preferences are, and {options.LossType}, which judges each answer for itself, does not read it: losses of pairs do."
            );
        }
    }

    private string SplitKey => options.Data.SplitKey(options.Seed, options.MaxLength);

    private RunFacts Facts() =>
        new(context.Command, options, options.Seed.Value, Versions.All, RunMachine.Facts(context.Threads), context.Inputs(data));
}

/// <summary>What a preference run found.</summary>
/// <param name="Aligned">The trained stage.</param>
/// <param name="Accuracies">On held-out pairs; null where the data hold none.</param>
/// <param name="Separation">On held-out judged answers: the chance that a good answer's implicit reward is above a bad one's; null where the data are pairs.</param>
/// <param name="HeldOut">Rows measured on.</param>
/// <param name="Trained">Rows trained on.</param>
/// <param name="TooLong">Rows of both parts that are longer than the longest sequence, and left out.</param>
/// <param name="Data">What came of the file.</param>
/// <param name="Facts">The record of the run.</param>
internal sealed record PreferResult(
    Stage Aligned,
    PreferenceAccuracies? Accuracies,
    Estimate? Separation,
    int HeldOut,
    int Trained,
    int TooLong,
    DatasetReport Data,
    RunFacts Facts
);
