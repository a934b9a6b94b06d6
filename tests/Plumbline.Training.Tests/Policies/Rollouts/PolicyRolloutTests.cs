using Plumbline.Models.Generation;
using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.References;

namespace Plumbline.Training.Tests.Policies.Rollouts;

[NoTensorLeaks]
public sealed class PolicyRolloutTests
{
    [Theory]
    [InlineData("grpo", "clip", 1, 1)]
    [InlineData("rloo", "sequence_clip", 2, 1)]
    [InlineData("dr_grpo", "gspo", 1, 2)]
    [InlineData("reinforce_plus_plus", "clip", 1, 1)]
    [InlineData("remax", "reinforce", 1, 1)]
    public void A_policy_learns_what_is_rewarded(string advantage, string loss, int passes, int parts)
    {
        var (first, last) = Learn(
            new RolloutOptions
            {
                AdvantageType = advantage,
                Passes = passes,
                MiniBatches = parts,
            },
            new PolicyOptions { LossType = loss },
            steps: 40
        );

        Assert.True(last > first + 0.3, $"{first} to {last}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_policy_learns_with_a_critic(bool shared)
    {
        var (first, last) = Learn(
            new RolloutOptions
            {
                AdvantageType = "gae",
                WhitenAdvantages = true,
                Passes = 2,
                KlReward = new KlRewardOptions { Coefficient = 0.01 },
            },
            new PolicyOptions(),
            steps: 60,
            shared
        );

        Assert.True(last > first + 0.3, $"{first} to {last}");
    }

    [Theory]
    [InlineData(1, 0, 1.0, 0)]
    [InlineData(0.7, 0, 0.9, 0)]
    [InlineData(1.3, 5, 1.0, 0)]
    [InlineData(1, 9, 0.95, 0.02)]
    public void On_a_fresh_rollout_the_ratio_is_1_and_the_samplers_own_numbers_are_those_of_training(
        double temperature,
        int topK,
        double topP,
        double minP
    )
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var sampling = TokenTask.Sampling with { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP };

        var rows = Run(policy, new RolloutOptions(), new PolicyOptions { Temperature = temperature }, 2, sampling: sampling, exact: true);

        Assert.All(
            rows,
            row =>
            {
                Assert.Equal(1.0, row["ratio"]);
                Assert.Equal(0.0, row["approx_kl"]);
                Assert.True(row["sampling/mismatch_max"] < 1e-4, $"{row["sampling/mismatch_max"]}");
            }
        );
    }

    [Fact]
    public void Another_engines_mismatch_is_measured()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));

        var row = Run(policy, new RolloutOptions(), new PolicyOptions(), 1)[0];

        // The kernels keep weights in bf16.
        Assert.InRange(row["sampling/mismatch"], 1e-5, 0.05);
        Assert.InRange(row["sampling/importance"], 0.9, 1.1);
        Assert.True(row["sampling/kl"] >= 0);
    }

    [Fact]
    public void In_later_passes_the_policy_has_moved()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));

        var rows = Run(policy, new RolloutOptions { Passes = 2 }, new PolicyOptions(), 2);

        Assert.Equal(0.0, rows[0]["approx_kl"]);
        Assert.True(rows[1]["approx_kl"] > 0);
        Assert.False(rows[1].ContainsKey("reward"));
    }

    [Fact]
    public void Answers_that_cannot_be_judged_teach_nothing_and_are_counted()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var all = new TokenTask.Reward();
        var some = new TokenTask.Reward(answer => answer.AnswerIds.Span[0] % 3 != 0);
        var prompts = TokenTask.Prompts(8);
        using var sampler = TokenTask.SamplerOf(policy);
        (IReadOnlyList<AnswerGroup> Groups, IReadOnlyDictionary<string, double> Means) Of(IReward reward)
        {
            var metrics = new MetricSums();
            var source = new PolicyRollouts(
                new RolloutParts(policy, sampler, reward),
                prompts,
                new RolloutOptions(),
                new PolicyOptions(),
                TokenTask.Training(1),
                new Seed(4)
            );
            return (source.Step(0, metrics, CancellationToken.None), metrics.Means);
        }

        var (whole, judged) = (Of(all), Of(some));

        var expected = whole.Groups.SelectMany(group => group.Answers).Count(answer => FirstDrawn(answer) % 3 != 0);
        Assert.Equal(expected, judged.Groups.Sum(group => group.Answers.Count));
        Assert.Equal(1 - (expected / 64.0), judged.Means["rewards/unjudged"], 1e-12);
        // Their advantages are compared with those of the judged alone: each group's sum is 0.
        Assert.All(judged.Groups, group => Assert.Equal(0, group.Answers.Sum(answer => (double)answer.Advantages[0]), 1e-5));
    }

    [Fact]
    public void A_reward_that_can_judge_nothing_ends_the_run_with_a_word_on_it()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));

        var failure = Assert.Throws<InvalidInputException>(() =>
            Run(policy, new RolloutOptions(), new PolicyOptions(), 1, new TokenTask.Reward(_ => false))
        );

        Assert.Contains("No answer of round 1 could be judged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamic_sampling_replaces_prompts_that_teach_nothing()
    {
        // One prompt in two earns the same whatever is answered.
        static IReadOnlyDictionary<string, double> Row(bool isDynamic, int refills)
        {
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            var options = new RolloutOptions { DynamicSampling = isDynamic, MaxRefills = refills };
            return Run(policy, options, new PolicyOptions(), 1, new HalfSilent())[0];
        }

        var (plain, none, refilled) = (Row(false, 3), Row(true, 0), Row(true, 10));

        Assert.Equal(8, plain["rollout/groups"]);
        Assert.InRange(none["rollout/groups"], 1, 7);
        Assert.Equal(8, refilled["rollout/groups"]);
        Assert.True(plain["frac_reward_zero_std"] > 0);
    }

    [Fact]
    public void Truncated_answers_can_be_left_out_and_can_cost()
    {
        static IReadOnlyDictionary<string, double> Row(RolloutOptions options)
        {
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            return Run(policy, options, new PolicyOptions(), 1)[0];
        }

        var (plain, masked) = (Row(new RolloutOptions()), Row(new RolloutOptions { MaskTruncated = true }));
        var punished = Row(new RolloutOptions { TruncationPenalty = 0.5 });

        Assert.InRange(plain["completions/clipped_ratio"], 0.1, 1);
        Assert.True(masked["num_tokens"] < plain["num_tokens"]);
        Assert.Equal(plain["reward"] - (0.5 * plain["completions/clipped_ratio"]), punished["reward"], 1e-9);
    }

    [Fact]
    public void An_adaptive_price_of_divergence_follows_its_target()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var options = new RolloutOptions
        {
            KlReward = new KlRewardOptions
            {
                Coefficient = 0.1,
                Target = 1e-3,
                Horizon = 320,
            },
        };

        var rows = Run(policy, options, new PolicyOptions(), 3, reference: true);

        // The first round is the reference itself: its divergence is 0, a fifth below the target counts.
        Assert.Equal(0.1, rows[0]["kl_coefficient"]);
        Assert.Equal(0.1 * (1 - (0.2 * 64 / 320)), rows[1]["kl_coefficient"], 1e-12);
        Assert.NotEqual(rows[1]["kl_coefficient"], rows[2]["kl_coefficient"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_was_interrupted_within_a_round_ends_in_the_same_bits(bool shared)
    {
        var options = new RolloutOptions
        {
            AdvantageType = "gae",
            Passes = 2,
            MiniBatches = 2,
            KlReward = new KlRewardOptions { Coefficient = 0.05, Target = 0.1 },
            TopEntropyShare = 0.7,
        };
        var sampling = TokenTask.Sampling with { TopP = 0.9 };
        using var folder = new TemporaryFolder();
        float[] Weights(string name, int stopAt)
        {
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            var journal = Directory.CreateDirectory(folder.File(name)).FullName;
            if (stopAt > 0)
            {
                using var cancel = new CancellationTokenSource();
                using var begun = new Decoder(TinyModels.Config, new Seed(1));
                Assert.Throws<OperationCanceledException>(() =>
                    Run(
                        begun,
                        options,
                        new PolicyOptions(),
                        11,
                        critic: shared,
                        sampling: sampling,
                        reference: true,
                        journal: new MemoryJournal(journal)
                        {
                            OnProgress = done =>
                            {
                                if (done.Step == stopAt)
                                {
                                    cancel.Cancel();
                                }
                            },
                        },
                        cancellation: cancel.Token
                    )
                );
            }

            Run(
                policy,
                options,
                new PolicyOptions(),
                11,
                critic: shared,
                sampling: sampling,
                reference: true,
                journal: new MemoryJournal(journal)
            );
            return [.. policy.Parameters.SelectMany(parameter => parameter.Value.data<float>().ToArray())];
        }

        var straight = Weights("straight", 0);

        Assert.Equal(straight, Weights("within", 6));
        Assert.Equal(straight, Weights("between", 8));
    }

    [Fact]
    public void What_a_cancelled_round_measured_counts_once()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<IReadOnlyDictionary<string, double>> Rows(string name, int cancelAt)
        {
            var path = Directory.CreateDirectory(folder.File(name)).FullName;
            if (cancelAt > 0)
            {
                using var begun = new Decoder(TinyModels.Config, new Seed(1));
                using var cancel = new CancellationTokenSource();
                Assert.Throws<OperationCanceledException>(() =>
                    Run(
                        begun,
                        new RolloutOptions(),
                        new PolicyOptions(),
                        4,
                        new CancelsItself(cancelAt, cancel),
                        journal: new MemoryJournal(path),
                        loggingSteps: 4,
                        cancellation: cancel.Token
                    )
                );
            }

            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            return Run(policy, new RolloutOptions(), new PolicyOptions(), 4, journal: new MemoryJournal(path), loggingSteps: 4);
        }

        // The third round is cancelled when its answers are drawn and counted, and not yet judged.
        Assert.Equal(Rows("straight", 0)[^1], Rows("cancelled", 3)[^1]);
    }

    private sealed class CancelsItself(int at, CancellationTokenSource cancel) : IReward
    {
        private readonly TokenTask.Reward reward = new();
        private int calls;

        public Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default)
        {
            if (++calls == at)
            {
                cancel.Cancel();
            }

            return reward.ScoreAsync(answers, cancellation);
        }
    }

    private sealed class HalfSilent : FunctionReward
    {
        protected override double? Score(AnswerToReward answer) =>
            answer.PromptIds.Span[0] % 2 == 0 ? 1 : answer.AnswerIds.Span[0] + (answer.AnswerIds.Length * 100);
    }

    private static int FirstDrawn(DrawnAnswer answer) => answer.Sequence.Ids[Array.IndexOf(answer.Sequence.IsTarget, true)];

    private static (double First, double Last) Learn(RolloutOptions options, PolicyOptions policyOptions, int steps, bool? critic = null)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var rewards = Run(policy, options, policyOptions, steps, critic: critic, reference: critic is not null)
            .Where(row => row.ContainsKey("reward"))
            .Select(row => row["reward"])
            .ToList();
        return (rewards[0], rewards[^1]);
    }

    private static List<IReadOnlyDictionary<string, double>> Run(
        Decoder policy,
        RolloutOptions options,
        PolicyOptions policyOptions,
        int steps,
        IReward? reward = null,
        bool? critic = null,
        SamplingOptions? sampling = null,
        bool exact = false,
        bool reference = false,
        MemoryJournal? journal = null,
        int loggingSteps = 1,
        CancellationToken cancellation = default
    )
    {
        var training = TokenTask.Training(steps) with { LoggingSteps = loggingSteps };
        using var sampler = TokenTask.SamplerOf(policy, sampling, exact);
        using var start = new Decoder(TinyModels.Config, new Seed(1));
        using var held = reference ? FrozenReference.Of(start, training) : null;
        using var expects = critic switch
        {
            null => null,
            true => Critic.OnPolicy(policy, new Seed(2)),
            false => Critic.Separate(
                new ScoredDecoder(new Decoder(TinyModels.Config with { TieWordEmbeddings = true }, new Seed(3)), Critic.Head(), new Seed(2))
            ),
        };
        var source = new PolicyRollouts(
            new RolloutParts(policy, sampler, reward ?? new TokenTask.Reward()) { Reference = held, Critic = expects },
            TokenTask.Prompts(24),
            options,
            policyOptions,
            training,
            new Seed(4)
        );
        journal ??= new MemoryJournal();
        new TrainingLoop<AnswerGroup>(
            new PolicyObjective(policy, null, policyOptions, expects),
            source,
            training,
            new Seed(4),
            journal
        ).Run(cancellation);
        return [.. journal.Rows.Select(row => row.Values)];
    }
}
