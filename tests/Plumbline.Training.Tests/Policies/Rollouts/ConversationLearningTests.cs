using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static Plumbline.Training.Tests.Policies.Rollouts.TalkTask;

namespace Plumbline.Training.Tests.Policies.Rollouts;

/// <summary>What is learnt from conversations: the drawn tokens, and nothing of the replies.</summary>
[NoTensorLeaks]
public sealed class ConversationLearningTests
{
    [Theory]
    [InlineData("grpo", 1.0)]
    [InlineData("grpo", 0.8)]
    [InlineData("gae", 0.8)]
    public void On_a_fresh_rollout_the_ratio_is_1_and_the_samplers_own_numbers_are_those_of_training(string advantage, double topP)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var inner = TalkTask.SamplerOf(policy, topP, exact: true);

        var rows = Run(policy, Of(inner), new RolloutOptions { AdvantageType = advantage }, steps: 2);

        Assert.All(
            rows,
            row =>
            {
                Assert.True(row["rollout/turns"] > 1.5, $"{row["rollout/turns"]}");
                Assert.Equal(1.0, row["ratio"]);
                Assert.Equal(0.0, row["approx_kl"]);
                Assert.True(row["sampling/mismatch_max"] < 1e-4, $"{row["sampling/mismatch_max"]}");
            }
        );
    }

    [Fact]
    public void Only_drawn_tokens_are_targets_whatever_is_made_of_a_conversation()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var answers = new Queue<RolloutAnswer>([Said(5, 3), Said(6, 3), Said(7, 9, 3), Said(8, 3)]);
        var prompt = TokenTask.Prompts(1)[0];
        RolloutParts Parts()
        {
            var said = new Queue<RolloutAnswer>(answers);
            var planned = new Planned((_, _) => said.Dequeue());
            return new RolloutParts(policy, Of(planned, options: Options with { MaxTurns = 2 }), new TalkTask.LastWord());
        }

        var rollout = new RolloutOptions { AnswersPerPrompt = 2 };
        var (training, policyOptions) = (TokenTask.Training(1) with { BatchSize = 1 }, new PolicyOptions());
        var metrics = new MetricSums();
        // The second conversation ends in the wrong word too, and no advantage tells them apart.
        var groups = new PolicyRollouts(Parts(), [prompt], rollout, policyOptions, training, new Seed(1)).Step(0, metrics, default);
        var best = new BestAnswers(Parts(), [prompt], rollout, training, new Seed(1)).Step(0, metrics, default);

        int[][] sequences =
        [
            [.. prompt.Ids, 5, 3, 11, 12, 7, 9, 3],
            [.. prompt.Ids, 6, 3, 11, 12, 8, 3],
        ];
        int[][] targets =
        [
            [5, 3, 7, 9, 3],
            [6, 3, 8, 3],
        ];
        Assert.Equal(sequences, groups[0].Answers.Select(answer => answer.Sequence.Ids));
        Assert.Equal(targets, groups[0].Answers.Select(answer => Targets(answer.Sequence)));
        Assert.Equal([5, 4], groups[0].Answers.Select(answer => answer.Advantages.Length));
        Assert.Equal(sequences[0], best[0].Ids);
        Assert.Equal(targets[0], Targets(best[0]));
        Assert.Equal(9 / 2.0, metrics.Means["completions/mean_length"]);
    }

    [Fact]
    public void Pairs_of_conversations_have_the_drawn_tokens_as_targets()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var said = new Queue<RolloutAnswer>([Said(5, 3), Said(6, 3), Said(8, 3), Said(TokenTask.Wanted, 3)]);
        var sampler = Of(new Planned((_, _) => said.Dequeue()), options: Options with { MaxTurns = 2 });
        var prompt = TokenTask.Prompts(1)[0];

        var pair = new OnlinePairs(
            new RolloutParts(policy, sampler, new TalkTask.LastWord()),
            [prompt],
            new RolloutOptions { AnswersPerPrompt = 2 },
            TokenTask.Training(1) with
            {
                BatchSize = 1,
            },
            new Seed(1)
        ).Step(0, new MetricSums(), default)[0];

        Assert.Equal([6, 3, TokenTask.Wanted, 3], Targets(pair.Chosen));
        Assert.Equal([5, 3, 8, 3], Targets(pair.Rejected));
    }

    [Theory]
    [InlineData("clip", KlEstimator.K2)]
    [InlineData("cispo", KlEstimator.Exact)]
    [InlineData("reinforce", KlEstimator.K3)]
    public void Two_turns_lose_what_each_loses_as_an_answer_to_all_that_stood_before_it(string loss, KlEstimator estimator)
    {
        // By tokens a step counts each token alike, so the conversation and its two turns as answers of their own are the same sum.
        int[] prompt = [1, 2, 9];
        int[] first = [5, 6, 3];
        int[] reply = [11, 12, 13];
        int[] second = [7, 8, 9, 3];
        float[] advantages = [0.5f, -0.4f, 0.3f, -0.2f, 0.9f, 0.6f, -0.7f];
        float[] sampler = [-3f, -4f, -3.5f, -4.5f, -3.2f, -3.9f, -4.1f];
        int[]?[] kept = [null, [3, 6, 9, 20], null, [1, 7, 30], null, [2, 9], null];
        DrawnAnswer Answer(int[] before, int[] ids, bool[] isDrawn, Range part) =>
            new(new TokenizedExample([.. before, .. ids], [.. before.Select(_ => false), .. isDrawn]), advantages[part])
            {
                OldLogProbabilities = Array.ConvertAll(sampler, value => value + 0.3f)[part],
                SamplerLogProbabilities = sampler[part],
                Kept = kept[part],
            };
        bool[] All(int[] ids) => [.. ids.Select(_ => true)];
        var whole = Answer(prompt, [.. first, .. reply, .. second], [.. All(first), .. reply.Select(_ => false), .. All(second)], ..);
        var turns = new[] { Answer(prompt, first, All(first), ..3), Answer([.. prompt, .. first, .. reply], second, All(second), 3..) };
        var options = new PolicyOptions
        {
            LossType = loss,
            Beta = 0.2,
            KlEstimator = estimator,
            EntropyCoefficient = 0.05,
        };

        var (together, apart) = (Step(options, [whole]), Step(options, turns));

        Assert.Equal(apart.Row["loss"], together.Row["loss"], 1e-5 * (1 + Math.Abs(together.Row["loss"])));
        foreach (var name in new[] { "kl", "entropy", "ratio", "approx_kl", "sampling/mismatch" })
        {
            Assert.Equal(apart.Row[name], together.Row[name], 1e-5 * (1 + Math.Abs(together.Row[name])));
        }

        var distance = PolicyObjectiveTests.Distance(apart.Gradients, together.Gradients);
        Assert.True(distance < 1e-5, $"{distance}");
    }

    [Fact]
    public void A_ratio_of_the_whole_conversation_is_that_of_its_drawn_tokens()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var sequence = new TokenizedExample([1, 2, 5, 3, 11, 12, 7, 3], [false, false, true, true, false, false, true, true]);
        var fresh = new DrawnAnswer(sequence, [1, 1, 1, 1]);
        var numbers = RoundNumbers.Of(
            new RolloutParts(policy, new Planned((_, _) => Said(3)), new TalkTask.LastWord()),
            [new AnswerGroup([fresh])],
            new PolicyOptions(),
            KlEstimator.K1,
            TokenTask.Training(1),
            default
        )[0];
        float[] moved = [0.01f, -0.02f, 0.03f, 0.06f];
        var answer = fresh with { OldLogProbabilities = [.. numbers.Old.Zip(moved, (now, by) => now - by)] };

        var row = Step(
            new PolicyOptions
            {
                LossType = "gspo",
                Loss = new PolicyLossOptions { Epsilon = 0.2 },
            },
            [answer]
        ).Row;

        // −exp(mean log-ratio of four tokens), the replies' two not among them.
        Assert.Equal(-Math.Exp(0.08 / 4), row["policy_loss"], 1e-5);
    }

    [Fact]
    public void Values_go_from_the_last_token_of_a_turn_to_the_first_of_the_next()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var critic = Critic.OnPolicy(policy, new Seed(2), deviation: 0.5);
        var prompt = TokenTask.Prompts(1)[0];
        var said = new Queue<RolloutAnswer>([Said(5, 6, 3), Said(TokenTask.Wanted, 9, 3)]);
        DrawnAnswer Learned(IAnswerSampler sampler, PolicyPrompt asked) => new PolicyRollouts(
                new RolloutParts(policy, sampler, new TalkTask.LastWord()) { Critic = critic },
                [asked],
                new RolloutOptions
                {
                    AdvantageType = "gae",
                    AnswersPerPrompt = 1,
                    Passes = 2,
                    Advantage = new() { Gamma = 0.9, Lambda = 0.8 },
                },
                new PolicyOptions(),
                TokenTask.Training(2) with
                {
                    BatchSize = 1,
                },
                new Seed(1)
            ).Step(0, new MetricSums(), default)[0].Answers[0];

        var talk = Learned(Of(new Planned((_, _) => said.Dequeue()), options: Options with { MaxTurns = 2 }), prompt);

        // The second turn by itself, asked with all that stood before it: the same expectations.
        var second = Learned(new Planned((_, _) => Said(TokenTask.Wanted, 9, 3)), prompt with { Ids = [.. prompt.Ids, 5, 6, 3, 11, 12] });
        Assert.Equal(6, talk.OldValues!.Length);
        Assert.All(second.OldValues!.Zip(talk.OldValues[3..]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        // By hand over the six drawn tokens; the reward of 0.9 (one answer before the right one) stands at the last.
        var values = talk.OldValues;
        double later = 0;
        for (var t = 5; t >= 0; t--)
        {
            later = (t == 5 ? 0.9 : 0) + (t == 5 ? 0 : 0.9 * values[t + 1]) - values[t] + (0.9 * 0.8 * later);
            Assert.Equal(later, talk.Advantages[t], 1e-5);
            Assert.Equal(later + values[t], talk.Returns![t], 1e-5);
        }
    }

    [Fact]
    public void A_policy_learns_to_be_right_at_once_where_every_other_try_costs()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var inner = TalkTask.SamplerOf(policy);

        var rows = Run(policy, Of(inner, Retry()), new RolloutOptions(), steps: 40);

        var (first, last) = (Mean(rows.Take(5), "reward"), Mean(rows.TakeLast(5), "reward"));
        Assert.True(last > first + 0.5, $"{first} to {last}");
        Assert.True(
            Mean(rows.TakeLast(5), "rollout/turns") < Mean(rows.Take(5), "rollout/turns"),
            $"{Mean(rows.Take(5), "rollout/turns")} to {Mean(rows.TakeLast(5), "rollout/turns")} turns"
        );
    }

    [Fact]
    public void A_run_that_was_interrupted_ends_in_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        float[] Weights(string name, int stopAt)
        {
            var journal = Directory.CreateDirectory(folder.File(name)).FullName;
            var rollout = new RolloutOptions { AdvantageType = "gae", Passes = 2 };
            if (stopAt > 0)
            {
                using var begun = new Decoder(TinyModels.Config, new Seed(1));
                using var half = TalkTask.SamplerOf(begun);
                using var cancel = new CancellationTokenSource();
                var stopping = new MemoryJournal(journal) { OnProgress = done => CancelAt(done, stopAt, cancel) };
                Assert.Throws<OperationCanceledException>(() => Run(begun, Of(half), rollout, 6, stopping, cancel.Token));
            }

            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            using var inner = TalkTask.SamplerOf(policy);
            Run(policy, Of(inner), rollout, 6, new MemoryJournal(journal));
            return [.. policy.Parameters.SelectMany(parameter => parameter.Value.data<float>().ToArray())];
        }

        var straight = Weights("straight", 0);

        Assert.Equal(straight, Weights("within", 3));
        Assert.Equal(straight, Weights("between", 4));
    }

    private static void CancelAt(TrainingProgress done, int step, CancellationTokenSource cancel)
    {
        if (done.Step == step)
        {
            cancel.Cancel();
        }
    }

    private static double Mean(IEnumerable<IReadOnlyDictionary<string, double>> rows, string name) => rows.Average(row => row[name]);

    private static int[] Targets(TokenizedExample sequence) => [.. sequence.Ids.Where((_, i) => sequence.IsTarget[i])];

    private static List<IReadOnlyDictionary<string, double>> Run(
        Decoder policy,
        IAnswerSampler sampler,
        RolloutOptions options,
        int steps,
        MemoryJournal? journal = null,
        CancellationToken cancellation = default
    )
    {
        var training = TokenTask.Training(steps);
        using var critic = options.AdvantageType == "gae" ? Critic.OnPolicy(policy, new Seed(2)) : null;
        var policyOptions = new PolicyOptions();
        var source = new PolicyRollouts(
            new RolloutParts(policy, sampler, new TalkTask.LastWord()) { Critic = critic },
            TokenTask.Prompts(24),
            options,
            policyOptions,
            training,
            new Seed(4)
        );
        journal ??= new MemoryJournal();
        new TrainingLoop<AnswerGroup>(new PolicyObjective(policy, null, policyOptions, critic), source, training, new Seed(4), journal).Run(
            cancellation
        );
        return [.. journal.Rows.Select(row => row.Values)];
    }

    private static (float[][] Gradients, IReadOnlyDictionary<string, double> Row) Step(PolicyOptions options, DrawnAnswer[] answers)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var start = new Decoder(TinyModels.Config, new Seed(2));
        using var reference = options.Beta > 0 ? FrozenReference.Of(start, TokenTask.Training(1)) : null;
        return PolicyObjectiveTests.Step(
            policy,
            reference,
            options,
            [.. answers.Select(answer => new AnswerGroup([answer]))],
            tokens: 1000
        );
    }
}
