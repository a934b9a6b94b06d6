using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.HuggingFace;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Advantages;
using Plumbline.Training.Preferences;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>
/// <c>plumb rl ALGORITHM</c>: a policy, prompts and rewards in, a policy that earns more and a report out. Every stage is cached under the hash of what it is made
/// from, and a killed run goes on where it was, within a round too.
/// </summary>
internal sealed class RlPipeline
{
    private readonly RlAlgorithm algorithm;
    private readonly RlOptions options;
    private readonly PipelineContext context;
    private readonly DataFacts data;
    private readonly InputFact? curated;
    private readonly string modelsKey;

    internal RlPipeline(RlAlgorithm algorithm, RlOptions options, PipelineContext context)
    {
        (this.algorithm, this.options, this.context) = (algorithm, options, context);
        // What cannot be is found before anything is read or trained.
        algorithm.ThrowIfIgnored(options);
        RlConversations.ThrowIfUnusable(options);
        PolicyLosses.Find(options.Policy.LossType);
        AdvantageEstimators.Find(options.Rollout.AdvantageType);
        PreferenceLossMixture.Parse(options.Preference.LossType).Check(options.Preference.Loss);
        data = options.Data.Facts();
        curated = options.Ptx?.Data is { } answers ? InputFact.Of(answers.Path) : null;
        if (options.Feedback is null != context.FeedbackStore is null)
        {
            throw new InvalidInputException(
                options.Feedback is null
                    ? "A feedback store is given, and the options say nothing about feedback."
                    : "The options have a feedback section, and no feedback store is given.",
                "Write a feedback section (feedback: {} for its defaults) and give --feedback STORE, or leave both away."
            );
        }

        modelsKey = string.Join(' ', Others.Select(StartingModel.Hash).Append(RlRewards.Key(options)));
    }

    // Models beside the policy and those that judge.
    private IEnumerable<string> Others =>
        new[] { options.ReferencePath, options.Critic.Path }.Concat(options.Feedback?.Paths ?? []).OfType<string>();

    /// <summary>Runs what is not finished yet and measures.</summary>
    internal RlResult Run()
    {
        var rows = RlData.Read(options);
        DataNotice.Write(context, rows.Report);
        if (options.GroupColumn is { } column)
        {
            RlData.ThrowIfColumnIsMissing(rows.Training, column, "group_column", options);
        }

        RlConversations.ThrowIfUnfit(options, [.. rows.Training, .. rows.HeldOut]);
        var starting = new StartingModel(options.Model, options.Pretrain, options.MaxLength, options.Seed);
        var (start, tokenizer) = starting.Prepare(context, rows.TrainingRows, $"{data.Sha256} {SplitKey}", data, Facts);
        var encoder = new ExampleEncoder(tokenizer, TrainingStage.Chat(tokenizer), options.MaxLength);
        if (options.Sft is { } sft)
        {
            start = ModelStart.Of(Supervise(start, tokenizer, sft, encoder, rows.TrainingRows));
        }

        var (training, heldOut) = (RlData.Encode(rows.Training, encoder, options), RlData.Encode(rows.HeldOut, encoder, options));
        ThrowIfNone(training.Count, "training prompt");
        ThrowIfNone(heldOut.Count, "held-out prompt");
        var stage = Train(
            start,
            tokenizer,
            new RlPrompts(training, heldOut) { Curated = RlData.Curated(options, rows.TrainingRows, encoder) }
        );
        var measured = RlMeasurement.Of(options, context, start.Folder, stage, tokenizer, heldOut);
        var tooLong = rows.Training.Count + rows.HeldOut.Count - training.Count - heldOut.Count;
        return new RlResult(stage, measured, new RlCounts(training.Count, heldOut.Count, tooLong), rows.Report, Facts());
    }

    private Stage Supervise(
        ModelStart start,
        Tokenizer tokenizer,
        FineTuningOptions sft,
        ExampleEncoder encoder,
        IReadOnlyList<Example> rows
    ) =>
        TrainingStage.Train<TokenizedExample>(
            context,
            Stage.Of(context, "sft", [start.Source, .. data.Sources], [OptionsFile.Write(sft), start.Key, data.Sha256, SplitKey]),
            "supervised fine-tuning",
            () => ModelFolder.Load(start.Folder),
            tokenizer,
            policy => (new SupervisedObjective(policy, sft.Supervised), null),
            () => [.. encoder.ForSupervision(RlData.WithAnswers(rows))],
            sft,
            Facts()
        );

    private Stage Train(ModelStart start, Tokenizer tokenizer, RlPrompts prompts)
    {
        var stage = Stage.Of(
            context,
            "rl",
            Sources(start),
            [
                algorithm.Name,
                OptionsFile.Write(
                    options with
                    {
                        Output = null,
                        Data = new() { Path = "-" },
                    }
                ),
                start.Key,
                modelsKey,
                data.Sha256,
                .. curated is null ? Array.Empty<string>() : [curated.Sha256],
                SplitKey,
                .. context.LossKey,
            ]
        );
        return new RlTraining(algorithm, options, context, Facts).Train(stage, start.Folder, tokenizer, prompts);
    }

    private List<StageSource> Sources(ModelStart start) =>
        [
            start.Source,
            .. Others.Concat(RlRewards.Models(options)).Distinct(StringComparer.Ordinal).Select(StageSource.OfModel),
            .. RlRewards.Constitutions(options).Select(StageSource.OfConstitution),
            .. data.Sources,
            .. curated is null ? Array.Empty<StageSource>() : [StageSource.OfFile(curated)],
            .. context.LossSources,
        ];

    private void ThrowIfNone(int count, string what)
    {
        if (count == 0)
        {
            throw new InvalidInputException(
                $"No {what} leaves room for an answer of {options.Policy.MaxCompletionLength} tokens in {options.MaxLength}.",
                "Raise max_length, or lower policy.max_completion_length."
            );
        }
    }

    private string SplitKey => options.Data.SplitKey(options.Seed, options.MaxLength);

    private RunFacts Facts() =>
        new(
            context.Command,
            options,
            options.Seed.Value,
            Versions.All,
            RunMachine.Facts(context.Threads),
            [.. context.Inputs(data), .. curated is null ? Array.Empty<InputFact>() : [curated]]
        );
}

/// <summary>What a run found.</summary>
/// <param name="Stage">The trained stage.</param>
/// <param name="Measured">On held-out prompts.</param>
/// <param name="Counts">How many prompts.</param>
/// <param name="Data">What came of the file.</param>
/// <param name="Facts">The record of the run.</param>
internal sealed record RlResult(Stage Stage, RlMeasures Measured, RlCounts Counts, DatasetReport Data, RunFacts Facts);

/// <summary>How many prompts a run had.</summary>
/// <param name="Trained">Trained on.</param>
/// <param name="HeldOut">Measured on.</param>
/// <param name="TooLong">Left out, because they leave no room for an answer.</param>
internal sealed record RlCounts(int Trained, int HeldOut, int TooLong);
