using Plumbline.Cli.Pipelines.Reward;
using Plumbline.Cli.Pipelines.Rl;
using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.Heads;
using Plumbline.Rewards;
using Plumbline.TinyWorld;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Rewards;

namespace Plumbline.Cli.Pipelines.Demo;

// The third step of RLHF: a reward model from the raters' rankings, and policies that are optimised against it, from the same start as DPO.
internal sealed partial class DemoPipeline
{
    private IReadOnlyList<(string Name, Stage Stage)> Optimise(
        DemoRlhfOptions rlhf,
        Stage supervised,
        ComparedAnswers compared,
        Func<IEnumerable<Example>> supervision
    )
    {
        var members = Enumerable.Range(1, rlhf.Members).Select(member => RewardModel(rlhf, supervised, compared, member)).ToList();
        var order = compared.Prompts.ToArray();
        options.Seed.Derive("prompts of policies").Source().Shuffle<WorldPrompt>(order);
        var prompts = order
            .Take(rlhf.Prompts)
            .Select(prompt => new PolicyPrompt(chat.EncodePrompt(prompt.Content.Messages!), new PromptExample(prompt.Id, prompt.Content)))
            .ToList();
        return
        [
            .. rlhf.Algorithms.Select(own =>
            {
                var algorithm = RlAlgorithm.Find(own.Name);
                var rl = RlhfOptions(rlhf, own, [.. members.Select(member => member.ModelFolder)]);
                var stage = Stage.Of(
                    context,
                    own.Name,
                    [StageSource.Of(supervised), .. members.Select(StageSource.Of), GeneratedWorld],
                    [
                        OptionsFile.Write(
                            rl with
                            {
                                Rewards = [],
                                Data = new PipelineDataOptions { Path = "-" },
                            }
                        ),
                        supervised.Key,
                        $"{rlhf.Prompts}",
                        .. members.Select(member => member.Key),
                    ]
                );
                return (
                    $"after {own.Name}",
                    new RlTraining(algorithm, rl, context, () => Facts).Train(
                        stage,
                        supervised.ModelFolder,
                        tokenizer,
                        new RlPrompts(prompts, []) { Curated = rl.Ptx is null ? [] : [.. encoder.ForSupervision(supervision())] }
                    )
                );
            }),
        ];
    }

    // What an algorithm cannot be run with is found before anything is trained.
    private void CheckAlgorithms(DemoRlhfOptions rlhf)
    {
        foreach (var algorithm in rlhf.Algorithms)
        {
            RlAlgorithm.Find(algorithm.Name).ThrowIfIgnored(RlhfOptions(rlhf, algorithm, ["-"]));
        }
    }

    private Stage RewardModel(DemoRlhfOptions rlhf, Stage supervised, ComparedAnswers compared, int member)
    {
        var rankings = compared.Path;
        var seed = options.Seed.Derive("reward model", member);
        return TrainingStage.Train<ScoredDecoder, TokenizedRanking>(
            context,
            Stage.Of(
                context,
                $"reward-{member}",
                [StageSource.Of(supervised), StageSource.Of(compared.Stage)],
                [OptionsFile.Write(rlhf.Reward), supervised.Key, compared.Stage.Key, $"{rlhf.Members}"]
            ),
            $"reward model {member} of {rlhf.Members}",
            new StageModel<ScoredDecoder>(
                () =>
                    ScoredModelFolder.Start(
                        supervised.ModelFolder,
                        new ScoreHeadOptions
                        {
                            Labels = ["reward"],
                            ProblemType = ScoreProblemType.Regression,
                            InitialDeviation = 1 / Math.Sqrt(options.Model.HiddenSize + 1),
                        },
                        seed
                    ),
                ScoredModelFolder.Save,
                model => model.Scale = Scale(model, rlhf, rankings)
            ),
            tokenizer,
            model => (new RewardObjective(model, new RewardOptions()), null),
            () => Bootstrapped(rankings, rlhf, seed),
            rlhf.Reward,
            Facts
        );
    }

    private List<TokenizedRanking> Lists(string rankings) =>
        [
            .. RewardRows
                .Fitting(
                    RewardRows.Read(DatasetReader.Open(new DatasetOptions(rankings)), rankings, softLabels: true, byHarm: false),
                    encoder
                )
                .Select(row => row.Tokens),
        ];

    // Members of an ensemble see as many rankings, drawn with replacement.
    private List<TokenizedRanking> Bootstrapped(string rankings, DemoRlhfOptions rlhf, Randomness.Seed seed)
    {
        var lists = Lists(rankings);
        var random = seed.Derive("bootstrap").Source();
        var seen = rlhf.Members == 1 ? lists : lists.ConvertAll(_ => random.Choose(lists));
        return [.. seen.SelectMany(list => list.Pairs())];
    }

    private ScoreScale Scale(ScoredDecoder model, DemoRlhfOptions rlhf, string rankings) =>
        ScoreScale.Of([.. RewardEvaluation.Score(model, Lists(rankings), rlhf.Reward).SelectMany(list => list)]);

    private RlOptions RlhfOptions(DemoRlhfOptions rlhf, DemoAlgorithm algorithm, IReadOnlyList<string> rewardModels)
    {
        var usual = RlAlgorithm
            .Find(algorithm.Name)
            .Defaults(
                new RlOptions
                {
                    Name = "demo",
                    Data = new PipelineDataOptions { Path = "-" },
                }
            );
        return OptionsFile.Read(
            path: null,
            algorithm.Set,
            usual with
            {
                Seed = options.Seed,
                MaxLength = options.MaxLength,
                Rewards =
                [
                    new RewardSourceOptions
                    {
                        Kind = RewardKind.RewardModel,
                        RewardModel = new RewardModelOptions { Paths = rewardModels },
                    },
                ],
                Policy = usual.Policy with { MaxCompletionLength = LongestAnswer },
                Training = rlhf.Training,
            }
        );
    }
}

/// <summary>Answers that somebody compared: what a reward model learns.</summary>
/// <param name="Stage">Where they were compared.</param>
/// <param name="Path">The file of rankings or pairs that it left.</param>
/// <param name="Prompts">What policies are asked that are optimised against it.</param>
internal sealed record ComparedAnswers(Stage Stage, string Path, IReadOnlyList<WorldPrompt> Prompts);
