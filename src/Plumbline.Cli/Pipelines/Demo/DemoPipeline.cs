using Plumbline.Cli.Pipelines.Demo.Constitutional;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Lineage;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Runs;
using Plumbline.TinyWorld;
using Plumbline.Tokenization;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Demo;

/// <summary>
/// <c>plumb demo</c>: a small model learns a dirty corpus, and is then aligned: rules filter the data, supervised fine-tuning on what is left and on curated
/// answers, preferences of simulated raters, DPO. An exact judge measures every model on prompts that none of them has seen.
/// </summary>
internal sealed partial class DemoPipeline
{
    // Tokens.
    private const int LongestAnswer = 48;
    private const int AnswersAtATime = 64;
    private const string RankingsName = "rankings.jsonl";

    private readonly DemoOptions options;
    private readonly PipelineContext context;
    private readonly World world;
    private readonly DirtyCorpus corpus;
    private readonly IReadOnlyList<RowDecision> decisions;
    private readonly Tokenizer tokenizer;
    private readonly ChatEncoder chat;
    private readonly ExampleEncoder encoder;

    internal DemoPipeline(DemoOptions options, PipelineContext context)
    {
        (this.options, this.context) = (options, context);
        foreach (var rlhf in new[] { options.Rlhf, options.Constitution?.Rlhf }.OfType<DemoRlhfOptions>())
        {
            CheckAlgorithms(rlhf);
        }

        world = World.Generate(options.Seed, options.World);
        corpus = world.DirtyCorpus(options.Corpus);
        decisions = DirtyDataRules.Apply(corpus.Examples);
        tokenizer = BpeTrainer.Train(
            corpus.Rows.SelectMany(row => new[] { row.Question, row.Answer }).Concat(ConstitutionalWords),
            new BpeTrainerOptions { VocabularySize = options.Model.VocabularySize },
            progress: null,
            context.Cancellation
        );
        chat = TrainingStage.Chat(tokenizer);
        encoder = new ExampleEncoder(tokenizer, chat, options.MaxLength);
    }

    // What the rules leave of the dirty corpus, and curated answers.
    private IEnumerable<Example> Supervision =>
        decisions.Select(decision => decision.Result).OfType<Example>().Concat(world.CuratedExamples);

    internal DemoResult Run()
    {
        var pretrained = Train<TokenizedExample>(
            Stage.Of(context, "pretrain", [GeneratedWorld], [OptionsFile.Write(options.Pretrain), Inputs]),
            "pretraining on the dirty corpus",
            () => new Decoder(options.Model.ToConfig(tokenizer, options.MaxLength), options.Seed.Derive("weights")),
            policy => (new SupervisedObjective(policy), null),
            () => [.. encoder.ForPretraining(corpus.Conversations())],
            options.Pretrain
        );
        return options.Constitution is { } own ? ByConstitution(own, pretrained) : ByRankings(pretrained);
    }

    // Filtered and curated data, and what raters prefer.
    private DemoResult ByRankings(Stage pretrained)
    {
        var supervised = FineTuned("sft", pretrained, [GeneratedWorld], [], () => Supervision);
        var ranked = Rank(supervised);
        var rankings = RankingsOf(ranked);
        var aligned = Train<TokenizedPair>(
            Stage.Of(
                context,
                "dpo",
                [StageSource.Of(supervised), StageSource.Of(ranked)],
                [OptionsFile.Write(options.Dpo), supervised.Key, $"{options.Beta} {options.PreferencePrompts} {options.AnswersPerPrompt}"]
            ),
            "preference learning",
            () => TrainingStage.LoadModel(supervised),
            policy =>
            {
                var reference = FrozenReference.Of(policy, options.Dpo);
                return (
                    new PreferenceObjective(
                        policy,
                        reference,
                        new PreferenceOptions { Loss = new PreferenceLossOptions { Beta = options.Beta } }
                    ),
                    reference
                );
            },
            () => [.. encoder.ForPreferences(Pairs(rankings))],
            options.Dpo
        );
        var optimised = options.Rlhf is { } rlhf
            ? Optimise(rlhf, supervised, new ComparedAnswers(ranked, rankings, world.TrainingPrompts), () => Supervision)
            : [];
        return new DemoResult(
            [Measure("dirty corpus", pretrained), Measure("after fine-tuning", supervised), Measure("after preferences", aligned)],
            [.. optimised.Select(policy => Measure(policy.Name, policy.Stage))],
            [("pretraining", pretrained), ("fine-tuning", supervised), ("preferences", aligned), .. optimised],
            FilterReport.Measure(corpus, decisions),
            Pairs(rankings).Count(),
            corpus,
            Facts
        );
    }

    // A model that learnt answers.
    private Stage FineTuned(string name, Stage start, StageSource[] data, string[] inputs, Func<IEnumerable<Example>> answers) =>
        Train<TokenizedExample>(
            Stage.Of(context, name, [StageSource.Of(start), .. data], [OptionsFile.Write(options.Sft), start.Key, .. inputs]),
            "supervised fine-tuning",
            () => TrainingStage.LoadModel(start),
            policy => (new SupervisedObjective(policy, options.Sft.Supervised), null),
            () => [.. encoder.ForSupervision(answers())],
            options.Sft
        );

    private string Inputs =>
        $"{options.Seed.Value}\n{options.Corpus}\n{options.World}\n{options.Model}\n{options.MaxLength}{string.Concat(ConstitutionalWords)}";

    private StageSource GeneratedWorld => StageSource.OfText("world", "the demo's generated world", Inputs);

    private RunFacts Facts => new(context.Command, options, options.Seed.Value, Versions.All, RunMachine.Facts(context.Threads), []);

    // Of each ranking the best and the worst answer.
    private static IEnumerable<PreferenceExample> Pairs(string rankings) =>
        DatasetReader.Open(new DatasetOptions(rankings)).ReadPreferences(RankingPairs.BestAndWorst);

    // Several answers of the fine-tuned model to each prompt, ranked by simulated raters.
    private Stage Rank(Stage supervised)
    {
        var stage = Stage.Of(
            context,
            "rankings",
            [StageSource.Of(supervised), GeneratedWorld],
            [supervised.Key, $"{options.PreferencePrompts} {options.AnswersPerPrompt}"],
            RankingsName
        );
        return stage.Ensure(
            Facts,
            () =>
            {
                var prompts = world.TrainingPrompts.ToArray();
                options.Seed.Derive("preference prompts").Source().Shuffle<WorldPrompt>(prompts);
                var chosen = prompts.Take(options.PreferencePrompts).ToList();
                using var model = TrainingStage.LoadModel(supervised);
                var answers = Answer(model, chosen, options.AnswersPerPrompt, temperature: 1, "sampling answers");
                var panel = new SimulatedRaterPanel(options.Seed.Derive("simulated raters"));
                var rankings = chosen.SelectMany(
                    (prompt, i) => Rank(panel, prompt, answers.Slice(i * options.AnswersPerPrompt, options.AnswersPerPrompt))
                );
                DatasetWriter.Write(RankingsOf(stage), rankings);
            }
        );
    }

    private static string RankingsOf(Stage ranked) => Path.Combine(ranked.Folder, RankingsName);

    private static IEnumerable<RankedExample> Rank(SimulatedRaterPanel panel, WorldPrompt prompt, List<string> answers)
    {
        var distinct = answers.Where(answer => answer.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return distinct.Count < 2 ? [] : [panel.Rank(prompt, distinct).Example];
    }

    private DemoMeasurement Measure(string name, Stage stage)
    {
        using var model = TrainingStage.LoadModel(stage);
        var prompts = world.EvaluationPrompts.All;
        var answers = Answer(model, prompts, answersPerPrompt: 1, temperature: 0, $"judging: {name}");
        Keep(stage, prompts, answers);
        var judged = prompts.Zip(answers, (prompt, answer) => new JudgedAnswer(prompt, answer, ExactJudge.Judge(prompt, answer))).ToList();
        return new DemoMeasurement(name, judged);
    }

    // So that an answer can be walked back to all that made the model give it.
    private void Keep(Stage model, IReadOnlyList<WorldPrompt> prompts, List<string> answers)
    {
        var stage = Stage.Of(context, "answers", [StageSource.Of(model), GeneratedWorld], [model.Key, $"{LongestAnswer}"], "answers.jsonl");
        stage.Ensure(
            Facts,
            () =>
                TracedRows.Write(
                    Path.Combine(stage.Folder, "answers.jsonl"),
                    prompts.Zip(answers, (prompt, answer) => ((Example)prompt.WithAnswer(answer), From(prompt, model)))
                )
        );
    }

    private RowOrigin[] From(WorldPrompt prompt, Stage model) =>
        [new("prompt", GeneratedWorld.Id) { Text = prompt.Text }, new("answer", StageSource.Of(model).Id)];

    // The answers to the first prompt, then those to the second, and so on.
    private List<string> Answer(Decoder model, IReadOnlyList<WorldPrompt> prompts, int answersPerPrompt, double temperature, string phase)
    {
        var sampling = new SamplingOptions
        {
            MaxNewTokens = LongestAnswer,
            Temperature = temperature,
            EndTokens = model.Config.EosTokenIds,
        };
        var requests = prompts.Select(
            (prompt, i) =>
                new SamplingRequest
                {
                    Prompt = chat.EncodePrompt(prompt.Content.Messages!),
                    Options = sampling,
                    Seed = options.Seed.Derive(phase),
                    FirstStream = (long)i * answersPerPrompt,
                    Answers = answersPerPrompt,
                }
        );
        var answers = BatchSampling.Sample(
            model,
            [.. requests],
            AnswersAtATime,
            done => context.Progress.Report(new ProgressUpdate(phase, done.Finished, done.Answers, done.Finished, "answers")),
            context.Cancellation
        );
        return [.. answers.Select(answer => answer.Text(tokenizer).Trim())];
    }

    private Stage Train<TExample>(
        Stage stage,
        string phase,
        Func<Decoder> start,
        Func<Decoder, (IObjective<TExample>, IDisposable?)> objective,
        Func<IReadOnlyList<TExample>> examples,
        TrainingOptions training
    ) => TrainingStage.Train(context, stage, phase, start, tokenizer, objective, examples, training, Facts);
}

/// <summary>A model's judged answers to the held-out prompts.</summary>
internal sealed record DemoMeasurement(string Name, IReadOnlyList<JudgedAnswer> Answers)
{
    internal JudgeSummary Summary { get; } = JudgeSummary.Of(Answers);
}

/// <summary>What the demo found.</summary>
internal sealed record DemoResult(
    IReadOnlyList<DemoMeasurement> Measurements,
    IReadOnlyList<DemoMeasurement> Optimised,
    IReadOnlyList<(string Name, Stage Stage)> Stages,
    FilterReport? Filter,
    int Preferences,
    DirtyCorpus Corpus,
    RunFacts Facts
)
{
    /// <summary>How reviser and judge did, where the model was aligned by a constitution; null elsewhere.</summary>
    internal ConstitutionFindings? Constitution { get; init; }

    /// <summary>Every measured model, in the order in which they came about.</summary>
    internal IEnumerable<DemoMeasurement> All => Measurements.Concat(Optimised);

    internal JudgeSummary Before => Measurements[0].Summary;

    internal JudgeSummary After => Measurements[^1].Summary;
}
