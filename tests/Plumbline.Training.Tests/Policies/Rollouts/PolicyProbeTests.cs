using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Training.Tests.Policies.Rollouts;

/// <summary>A policy that is trained to say a token is probed by a gold that dislikes the token.</summary>
[NoTensorLeaks]
public sealed class PolicyProbeTests
{
    private const int Steps = 12;

    [Fact]
    public void The_first_probe_comes_before_the_first_step_and_the_last_round_is_probed_too()
    {
        var rows = Run(new ProbeOptions { EveryRounds = 5, Prompts = 8 });

        Assert.Equal([1, 6, 11, 12], rows.Where(row => row.Values.ContainsKey("probe/length")).Select(row => row.Step));
        var first = rows[0].Values;
        string[] gains = ["probe/proxy", "probe/gold", "probe/gap", "probe/shortfall", "probe/fall", "probe/proxy_since_best"];
        Assert.All(gains, name => Assert.Equal(0, first[name]));
        Assert.Equal(-1, first["probe/correlation"], 1e-9);
    }

    [Fact]
    public void A_gold_that_dislikes_what_is_rewarded_falls_while_the_proxy_rises()
    {
        var last = Run(new ProbeOptions { EveryRounds = 4, Prompts = 16 }, steps: 30)[^1].Values;

        Assert.True(last["probe/proxy"] > 1, $"{last["probe/proxy"]}");
        // The gold is the proxy with its sign turned: in its own deviations it lost what the proxy gained.
        Assert.Equal(-last["probe/proxy"], last["probe/gold"], 1e-9);
        Assert.Equal(2 * last["probe/proxy"], last["probe/gap"], 1e-9);
        Assert.Equal(last["probe/proxy"], last["probe/shortfall"], 1e-9);
        Assert.Equal(last["probe/proxy"], last["probe/fall"], 1e-9);
        Assert.InRange(last["probe/distinct"], 0, 1);
    }

    [Fact]
    public void A_probe_changes_no_bit_of_what_is_learned()
    {
        var (probed, plain) = (new List<float>(), new List<float>());

        Run(new ProbeOptions { EveryRounds = 3, Prompts = 8 }, weights: probed);
        Run(null, weights: plain);

        Assert.Equal(plain, probed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_run_that_was_killed_compares_its_probes_with_those_of_before_to_the_bit(int killAt)
    {
        using var folder = new TemporaryFolder();
        var options = new ProbeOptions { EveryRounds = 4, Prompts = 8 };
        var straight = Run(options)[^1].Values;
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            Run(
                options,
                journal: new MemoryJournal(folder.Path)
                {
                    OnProgress = progress =>
                    {
                        if (progress.Step == killAt)
                        {
                            cancel.Cancel();
                        }
                    },
                },
                cancellation: cancel.Token
            )
        );

        var resumed = Run(options, journal: new MemoryJournal(folder.Path));

        Assert.NotEqual(0, straight["probe/gold"]);
        Assert.Equal(straight, resumed[^1].Values);
    }

    [Fact]
    public void A_probe_that_is_cancelled_while_it_is_judged_leaves_no_trace()
    {
        using var folder = new TemporaryFolder();
        var options = new ProbeOptions { EveryRounds = 4, Prompts = 8 };
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            Run(options, journal: new MemoryJournal(folder.Path), gold: new Disliked(2, cancel), cancellation: cancel.Token)
        );

        var resumed = Run(options, journal: new MemoryJournal(folder.Path));

        Assert.Equal(Run(options)[^1].Values, resumed[^1].Values);
    }

    [Fact]
    public void Without_a_gold_reward_only_the_proxy_is_measured()
    {
        var rows = Run(new ProbeOptions { EveryRounds = 4, Prompts = 8 }, hasGold: false);

        Assert.True(rows[^1].Values.ContainsKey("probe/proxy"));
        Assert.All(
            rows,
            row =>
                Assert.DoesNotContain(
                    row.Values.Keys,
                    name => name is "probe/gold" or "probe/gap" or "probe/shortfall" or "probe/fall" or "probe/correlation"
                )
        );
    }

    [Fact]
    public void The_probes_prompts_are_not_trained_on()
    {
        var prompts = TokenTask.Prompts(24);

        var (training, probe) = PolicyProbe.Split(prompts, new ProbeOptions { Prompts = 8 }, new Seed(3));

        Assert.Equal((16, 8), (training.Count, probe.Prompts.Count));
        Assert.Equal(prompts.ToHashSet(), training.Concat(probe.Prompts).ToHashSet());
        Assert.Equal(probe.Prompts, PolicyProbe.Split(prompts, new ProbeOptions { Prompts = 8 }, new Seed(3)).Probe.Prompts);
        Assert.Contains(
            "probe.prompts",
            Assert.Throws<InvalidInputException>(() => PolicyProbe.Split(prompts, new ProbeOptions { Prompts = 24 }, new Seed(3))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidInputException>(() => PolicyProbe.Split(prompts, new ProbeOptions { Prompts = 7 }, new Seed(3)));
    }

    [Fact]
    public void An_ensembles_disagreement_is_logged_by_round_and_by_probe()
    {
        var said = new List<double>();
        var reward = new RewardSum([
            new("ensemble", 1, new EnsembleReward([new Recorded(said), new Turned()])),
            new("plain", 1, new TokenTask.Reward()),
        ]);

        var row = Run(new ProbeOptions { EveryRounds = 4, Prompts = 8 }, steps: 1, reward: reward)[0].Values;

        // The two members contradict each other wherever the scores differ. First came 8 prompts of the probe with 4 answers, then 8 of the round with 8.
        Assert.Equal(Differing(said.Take(32).Chunk(4)), row["probe/disagreement"], 1e-12);
        Assert.Equal(Differing(said.Skip(32).Chunk(8)), row["disagreement"], 1e-12);

        static double Differing(IEnumerable<double[]> groups) =>
            groups.SelectMany(group => group.SelectMany((one, i) => group.Skip(i + 1).Select(other => one == other ? 0.0 : 1))).Average();
    }

    private sealed class Recorded(List<double> said) : FunctionReward
    {
        protected override double? Score(AnswerToReward answer)
        {
            said.Add(TokenTask.Reward.Share(answer));
            return said[^1];
        }
    }

    private sealed class Turned : FunctionReward
    {
        protected override double? Score(AnswerToReward answer) => -TokenTask.Reward.Share(answer);
    }

    private sealed class Disliked(int cancelAt, CancellationTokenSource? cancel) : IReward
    {
        private int calls;

        public Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default)
        {
            if (++calls == cancelAt)
            {
                cancel!.Cancel();
            }

            return new Turned().ScoreAsync(answers, cancellation);
        }
    }

    private static List<(long Step, IReadOnlyDictionary<string, double> Values)> Run(
        ProbeOptions? probe,
        int steps = Steps,
        IReward? reward = null,
        IReward? gold = null,
        bool hasGold = true,
        List<float>? weights = null,
        MemoryJournal? journal = null,
        CancellationToken cancellation = default
    )
    {
        var training = TokenTask.Training(steps);
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var sampler = TokenTask.SamplerOf(policy);
        var options = new PolicyOptions();
        var parts = new RolloutParts(policy, sampler, reward ?? new TokenTask.Reward())
        {
            Probe = probe is null
                ? null
                : new PolicyProbe(TokenTask.Prompts(probe.Prompts, seed: 9))
                {
                    Gold = hasGold ? gold ?? new Disliked(0, null) : null,
                    Options = probe,
                },
        };
        var source = new PolicyRollouts(parts, TokenTask.Prompts(24), new RolloutOptions(), options, training, new Seed(4));
        journal ??= new MemoryJournal();
        new TrainingLoop<AnswerGroup>(new PolicyObjective(policy, null, options), source, training, new Seed(4), journal).Run(cancellation);
        weights?.AddRange(policy.Parameters.SelectMany(parameter => parameter.Value.data<float>().ToArray()));
        return journal.Rows;
    }
}
