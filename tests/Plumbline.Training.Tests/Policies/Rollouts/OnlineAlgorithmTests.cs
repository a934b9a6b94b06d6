using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Tests.Policies.Rollouts;

/// <summary>Algorithms that learn from a policy's own answers without being policy gradients with advantages.</summary>
[NoTensorLeaks]
public sealed class OnlineAlgorithmTests
{
    private static readonly TrainingOptions Training = TokenTask.Training(40);

    [Theory]
    [InlineData("sigmoid", false)]
    [InlineData("ipo", false)]
    [InlineData("xpo", true)]
    public void Preferences_between_its_own_answers_move_the_policy(string loss, bool hasOpponent)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var start = policy.FrozenCopy();
        using var reference = FrozenReference.Of(policy, Training);
        using var opponent = TokenTask.SamplerOf(start);

        var (first, last) = Learn(
            policy,
            (parts, prompts) =>
                new OnlinePairs(
                    parts with
                    {
                        Opponent = hasOpponent ? opponent : null,
                    },
                    prompts,
                    new RolloutOptions { AnswersPerPrompt = 4 },
                    Training,
                    new Seed(4)
                ),
            new PreferenceObjective(
                policy,
                reference,
                new PreferenceOptions
                {
                    LossType = loss,
                    Loss = new PreferenceLossOptions { Beta = loss == "ipo" ? 0.3 : 0.1 },
                }
            )
        );

        Assert.True(last > first + 0.25, $"{first} to {last}");
    }

    [Fact]
    public void The_best_of_its_own_answers_move_the_policy()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));

        var (first, last) = Learn(
            policy,
            (parts, prompts) => new BestAnswers(parts, prompts, new RolloutOptions(), Training, new Seed(4), least: 0.1),
            new SupervisedObjective(policy)
        );

        Assert.True(last > first + 0.3, $"{first} to {last}");
    }

    [Fact]
    public void Against_a_mixture_of_itself_and_its_reference_the_policy_moves_too()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var start = policy.FrozenCopy();
        using var reference = FrozenReference.Of(policy, Training);
        var engine = new DecodeEngineOptions { Slots = 16, SequenceCapacity = 32 };
        using var opponent = new LocalAnswerSampler(
            new MixedDecodeEngine(DecodeEngines.For(policy, engine), DecodeEngines.For(start, engine), 0.5),
            TokenTask.Sampling,
            ids => string.Join(' ', ids)
        );
        var options = new PolicyOptions { LossType = "reinforce", Beta = 0.01 };

        var (first, last) = Learn(
            policy,
            (parts, prompts) =>
                new PolicyRollouts(
                    parts with
                    {
                        Opponent = opponent,
                        Reward = new Sharper(),
                    },
                    prompts,
                    new RolloutOptions { AdvantageType = "nash_md", AnswersPerPrompt = 4 },
                    options,
                    Training,
                    new Seed(4)
                ),
            new PolicyObjective(policy, reference, options)
        );

        Assert.True(last > first + 1.5, $"{first} to {last}");
    }

    [Theory]
    [InlineData("dr_grpo", false)]
    [InlineData("gae", true)]
    public void A_constraint_is_kept_while_the_reward_is_sought(string estimator, bool hasCritic)
    {
        var training = TokenTask.Training(120);
        // What is never said cannot be found again when its price has changed.
        var options = new PolicyOptions { EntropyCoefficient = 0.03 };
        IReadOnlyList<IReadOnlyDictionary<string, double>> Rows(IReward? cost)
        {
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            using var critic = hasCritic ? Critic.OnPolicy(policy, new Seed(2), hasCost: cost is not null) : null;
            return Run(
                policy,
                (parts, prompts) =>
                    new PolicyRollouts(
                        parts with
                        {
                            Critic = critic,
                            Cost = cost,
                            Reward = new SecondBest(),
                        },
                        prompts,
                        new RolloutOptions
                        {
                            AdvantageType = estimator,
                            Constraint = new ConstraintOptions
                            {
                                Budget = 0.3,
                                Rate = 0.5,
                                InitialMultiplier = 0.5,
                            },
                        },
                        options,
                        training,
                        new Seed(4)
                    ),
                new PolicyObjective(policy, null, options, critic),
                training
            );
        }

        var (free, held) = (Rows(null), Rows(new TokenTask.Reward()));

        // What is rewarded most costs: only the budget holds the policy back.
        Assert.True(free[^1]["reward"] > 0.7, $"{free[^1]["reward"]}");
        Assert.InRange(held.Skip(60).Average(row => row["constraint/cost"]), 0.15, 0.4);
        Assert.True(held.Skip(60).Average(row => row["reward"]) > 0.25, $"{held.Skip(60).Average(row => row["reward"])}");
        Assert.Equal(0.3, held[0]["constraint/budget"]);
        Assert.Equal(0.5, held[0]["constraint/multiplier"], 1e-12);
        Assert.Equal(hasCritic, held[^1].ContainsKey("cost_value/explained_variance"));
    }

    [Theory]
    [InlineData(true, "nothing says what answers cost")]
    [InlineData(false, "there are costs beside them")]
    public void A_critic_expects_costs_where_there_are_some_and_only_there(bool hasCost, string problem)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var sampler = TokenTask.SamplerOf(policy);
        using var critic = Critic.OnPolicy(policy, new Seed(2), hasCost: hasCost);
        var parts = new RolloutParts(policy, sampler, new TokenTask.Reward())
        {
            Critic = critic,
            Cost = hasCost ? null : new TokenTask.Reward(),
        };

        var failure = Assert.Throws<InvalidInputException>(() =>
            new PolicyRollouts(
                parts,
                TokenTask.Prompts(4),
                new RolloutOptions { AdvantageType = "gae" },
                new PolicyOptions(),
                TokenTask.Training(1),
                new Seed(4)
            )
        );

        Assert.Contains(problem, failure.Message);
    }

    [Fact]
    public void The_worst_groups_weight_grows()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));

        var rows = Run(
            policy,
            (parts, prompts) =>
                new PolicyRollouts(
                    parts with
                    {
                        Reward = new Handicap(),
                        GroupOf = prompt => prompt.Ids[0] % 2 == 0 ? "even" : "odd",
                    },
                    prompts,
                    new RolloutOptions { GroupStepSize = 0.5 },
                    new PolicyOptions(),
                    TokenTask.Training(10),
                    new Seed(4)
                ),
            new PolicyObjective(policy, null, new PolicyOptions()),
            TokenTask.Training(10)
        );

        Assert.Equal(0.5, rows[0]["groups/odd/weight"]);
        Assert.True(rows[^1]["groups/odd/weight"] > 0.6);
        Assert.Equal(1, rows[^1]["groups/odd/weight"] + rows[^1]["groups/even/weight"], 1e-12);
        Assert.Equal(rows[0]["groups/odd/reward"], rows[0]["groups/worst_reward"]);
    }

    private sealed class Sharper : FunctionReward
    {
        protected override double? Score(AnswerToReward answer) => 6 * TokenTask.Reward.Share(answer);
    }

    // Another token earns half as much, and costs nothing.
    private sealed class SecondBest : FunctionReward
    {
        protected override double? Score(AnswerToReward answer) =>
            TokenTask.Reward.Share(answer) + (answer.AnswerIds.ToArray().Count(id => id == 9) / 12.0);
    }

    private sealed class Handicap : FunctionReward
    {
        protected override double? Score(AnswerToReward answer) =>
            TokenTask.Reward.Share(answer) - (answer.PromptIds.Span[0] % 2 == 0 ? 0 : 0.5);
    }

    private static (double First, double Last) Learn<TExample>(
        Decoder policy,
        Func<RolloutParts, IReadOnlyList<PolicyPrompt>, IExampleSource<TExample>> source,
        IObjective<TExample> objective
    )
    {
        var rows = Run(policy, source, objective, Training);
        return (rows[0]["reward"], rows[^1]["reward"]);
    }

    private static List<IReadOnlyDictionary<string, double>> Run<TExample>(
        Decoder policy,
        Func<RolloutParts, IReadOnlyList<PolicyPrompt>, IExampleSource<TExample>> source,
        IObjective<TExample> objective,
        TrainingOptions training
    )
    {
        using var sampler = TokenTask.SamplerOf(policy);
        var parts = new RolloutParts(policy, sampler, new TokenTask.Reward());
        var journal = new MemoryJournal();
        new TrainingLoop<TExample>(objective, source(parts, TokenTask.Prompts(24)), training, new Seed(4), journal).Run();
        return [.. journal.Rows.Select(row => row.Values)];
    }
}
