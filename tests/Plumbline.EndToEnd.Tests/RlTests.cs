using System.Text.Json;
using Plumbline.Models.HuggingFace;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class RlTests
{
    [Theory]
    [InlineData("grpo", null)]
    [InlineData("ppo", null)]
    [InlineData("ppo", "critic={ kind: shared, rate_factor: 2 }")]
    [InlineData("dapo", "sampling={ top_p: 0.95 }")]
    [InlineData("rloo", "lora={ rank: 4 }")]
    [InlineData("remax", "sampling.exact=true")]
    [InlineData("grpo", "ptx={ batch_size: 5 }")]
    [InlineData("online_dpo", null)]
    [InlineData("xpo", null)]
    [InlineData("nash_md", "rollout={ answers_per_prompt: 4 }")]
    [InlineData("rejection_sampling", null)]
    [InlineData("best_of_n", null)]
    public void An_algorithm_moves_the_policy_to_what_is_rewarded(string algorithm, string? set)
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = CommandRun.InProcess([
            "rl",
            algorithm,
            Write(folder, "run"),
            "--json",
            .. set is null ? Array.Empty<string>() : ["--set", set],
        ]);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var reward = json.RootElement.GetProperty("reward");
        Assert.True(
            reward.GetProperty("after").GetDouble() > reward.GetProperty("before").GetDouble(),
            $"{reward.GetProperty("before")} to {reward.GetProperty("after")}"
        );
        using var model = ModelFolder.Load(json.RootElement.GetProperty("model").GetString()!);
        Assert.True(model.ParameterCount > 10_000);
        Assert.Contains("Answers side by side", File.ReadAllText(json.RootElement.GetProperty("report").GetString()!));
    }

    [Theory]
    [InlineData("grpo")]
    [InlineData("ppo")]
    public void Costs_and_groups_are_logged_and_shown(string algorithm)
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = CommandRun.InProcess(
            "rl",
            algorithm,
            Write(folder, "run"),
            "--json",
            "--set",
            "costs=[{ kind: regex, regex: { pattern: red } }]",
            "--set",
            "rollout.constraint.budget=0.2",
            "--set",
            "group_column=lang"
        );

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.TryGetProperty("cost", out _));
        var report = File.ReadAllText(json.RootElement.GetProperty("report").GetString()!);
        Assert.Contains("Multiplier of the cost", report, StringComparison.Ordinal);
        Assert.Equal(algorithm == "ppo", report.Contains("What the critic explains of the costs", StringComparison.Ordinal));
        Assert.Contains("Reward by group", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reward_model_judges_what_the_policy_says()
    {
        using var folder = new TemporaryFolder();
        var rewards = SmallPipeline.WriteReward(folder, "rm");
        // The same pairs as the policy's prompts.
        var (trained, models, problem) = CommandRun.InProcess(
            "reward",
            rewards,
            "--json",
            "--set",
            $"data.path={Data(folder)}",
            "--set",
            "ensemble=2"
        );
        Assert.True(trained == 0, problem);
        using var model = JsonDocument.Parse(models);
        var paths = string.Join(", ", model.RootElement.GetProperty("models").EnumerateArray().Select(path => path.GetString()));

        var (code, output, error) = CommandRun.InProcess(
            "rl",
            "grpo",
            Write(folder, "run"),
            "--json",
            "--set",
            $"rewards=[{{ kind: reward_model, reward_model: {{ paths: [{paths}] }} }}]"
        );

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var reward = json.RootElement.GetProperty("reward");
        Assert.True(reward.GetProperty("after").GetDouble() > reward.GetProperty("before").GetDouble());
    }

    [Theory]
    [InlineData("one_to_ten")]
    [InlineData("zero_to_nine")]
    public void A_model_here_judges_by_the_expected_rating_of_each_clause(string scale)
    {
        using var folder = new TemporaryFolder();
        var judge = SmallPipeline.Judge(folder);
        var constitution = folder.Write(
            "c.yaml",
            "name: small\nclauses: { honesty: { text: Be honest. }, kindness: { text: Be kind. } }\n"
        );
        string[] Run(string output) =>
            [
                "rl",
                "grpo",
                Write(folder, output),
                "--json",
                "--set",
                $"rewards=[{{ kind: judge, judge: {{ model: {judge}, method: expected, scale: {scale}, constitution: {constitution}, by_clause: true }} }}]",
                "--set",
                "training.max_steps=2",
            ];

        var (code, output, error) = CommandRun.InProcess(Run("run"));

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var reward = json.RootElement.GetProperty("reward");
        // What a model says that has learnt nothing is neither certain nor the same for all.
        Assert.InRange(reward.GetProperty("before").GetDouble(), 0.01, 0.99);
        var stage = Directory.GetParent(json.RootElement.GetProperty("model").GetString()!)!.FullName;
        var steps = File.ReadLines(Path.Combine(stage, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, steps.Count);
        Assert.All(
            steps,
            step =>
            {
                double Mean(string name) => step.GetProperty(name).GetDouble();
                Assert.Equal((Mean("rewards/judge/honesty/mean") + Mean("rewards/judge/kindness/mean")) / 2, Mean("reward"), 1e-9);
                Assert.NotEqual(Mean("rewards/judge/honesty/mean"), Mean("rewards/judge/kindness/mean"));
            }
        );
        Assert.True(CommandRun.InProcess(Run("again")).Code == 0);
        Assert.Equal(KilledRun.Weights(folder.File("run"), "rl-*"), KilledRun.Weights(folder.File("again"), "rl-*"));
    }

    [Theory]
    [InlineData("grpoo", null, "reinforce_plus_plus")]
    [InlineData("grpo", "rewards=[]", "at least one reward")]
    [InlineData("grpo", "policy.loss_type=klip", "clip")]
    [InlineData("grpo", "policy.max_completion_length=96", "max_length")]
    [InlineData("grpo", "rollout.answers_per_prompt=1", "answers_per_prompt")]
    [InlineData("grpo", "group_column=language", "lang")]
    [InlineData("grpo", "reference_path=nowhere", "nowhere")]
    [InlineData("grpo", "rewards=[{ kind: reward_model, reward_model: { paths: [nowhere] } }]", "nowhere")]
    [InlineData("grpo", "rewards=[{ kind: exact_match, exact_match: { column: nothing } }]", "No answer of round 1 could be judged")]
    [InlineData("rloo", "rollout.advantage.lambda=0.5", "Lambda")]
    [InlineData(
        "grpo",
        "rewards=[{ kind: judge, judge: { model: 'http://localhost:1/v1', model_id: a, method: expected, principles: [Be kind.] } }]",
        "zero_to_nine for a server"
    )]
    [InlineData("grpo", "rollout.advantage_type=gae", "critic")]
    [InlineData("grpo", "data.path=nothing.jsonl", "nothing.jsonl")]
    [InlineData("online_dpo", "costs=[{ kind: regex, regex: { pattern: red } }]", "costs")]
    [InlineData("online_dpo", "policy.beta=0.3", "policy.beta")]
    [InlineData("best_of_n", "group_column=lang", "group_column")]
    [InlineData("online_dpo", "ptx={}", "ptx")]
    [InlineData("grpo", "policy.ptx_coefficient=2", "without ptx")]
    [InlineData("grpo", "ptx={ batch_size: 0 }", "batch_size")]
    [InlineData("grpo", "ptx={ data: { path: nowhere.jsonl } }", "nowhere.jsonl")]
    [InlineData("grpo", "preference.loss_type=ipo", "preference")]
    [InlineData("grpo", "least_reward=1", "least_reward")]
    [InlineData("xpo", "opponent_mixture=0.2", "opponent_mixture")]
    [InlineData("grpo", "rollout.constraint.budget=0.5", "rollout.constraint")]
    public void What_cannot_be_is_refused_with_the_mend(string algorithm, string? set, string named)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = CommandRun.InProcess([
            "rl",
            algorithm,
            Write(folder, "run"),
            .. set is null ? Array.Empty<string>() : ["--set", set],
        ]);

        Assert.Equal(2, code);
        Assert.Contains(named, error);
    }

    [Fact]
    public void Curated_answers_may_come_from_a_file_of_their_own()
    {
        using var folder = new TemporaryFolder();
        var curated = folder.Write("curated.jsonl", """{"prompt":"question 1?","completion":" yes blue stone"}""" + "\n");
        var set = $"ptx={{ data: {{ path: {curated} }}, batch_size: 3 }}";

        var (code, output, error) = CommandRun.InProcess("rl", "ppo", Write(folder, "run"), "--json", "--set", set);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var stage = Directory.GetParent(json.RootElement.GetProperty("model").GetString()!)!.FullName;
        Assert.Contains("curated.jsonl", File.ReadAllText(Path.Combine(stage, "run.json")), StringComparison.Ordinal);
        var losses = File.ReadLines(Path.Combine(stage, "metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => row.TryGetProperty("ptx_loss", out _))
            .Select(row => row.GetProperty("ptx_loss").GetDouble())
            .ToList();
        Assert.True(losses[^1] < losses[0], $"{losses[0]} to {losses[^1]}");

        File.WriteAllText(curated, """{"prompt":"question 1?"}""" + "\n");
        var refused = CommandRun.InProcess("rl", "ppo", Write(folder, "empty"), "--set", set);
        Assert.Equal(2, refused.Code);
        Assert.Contains("curated.jsonl", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reference_path={0}", "The reference has a vocabulary of")]
    [InlineData("critic={{ kind: separate, path: {0} }}", "The critic has a vocabulary of")]
    public void A_model_over_other_tokens_is_refused(string set, string named)
    {
        using var folder = new TemporaryFolder();
        // Richer texts make a larger vocabulary.
        var rich = string.Join(
            '\n',
            Enumerable
                .Range(0, 80)
                .Select(row => JsonSerializer.Serialize(new { prompt = $"q {row}?", completion = $" stone {row * 7919} {row * 104729}" }))
        );
        var file = folder.Write("rich.jsonl", rich + "\n");
        var other = CommandRun.InProcess("rl", "rejection_sampling", Write(folder, "other"), "--json", "--set", $"data.path={file}");
        Assert.True(other.Code == 0, other.Error);
        using var json = JsonDocument.Parse(other.Output);
        var model = json.RootElement.GetProperty("model").GetString()!;

        var (code, _, error) = CommandRun.InProcess(
            "rl",
            "ppo",
            Write(folder, "run"),
            "--set",
            string.Format(System.Globalization.CultureInfo.InvariantCulture, set, model)
        );

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ppo")]
    [InlineData("online_dpo")]
    public void A_run_killed_at_random_moments_ends_in_the_same_bits_as_one_that_was_not(string algorithm)
    {
        using var folder = new TemporaryFolder();
        var straight = CommandRun.InProcess("rl", algorithm, Write(folder, "straight"));
        Assert.True(straight.Code == 0, straight.Error);
        var expected = KilledRun.Weights(folder.File("straight"), "rl-*");
        var random = new Seed(17).Source();
        var killed = 0;
        for (var moment = 0; moment < KilledRun.Moments; moment++)
        {
            var output = $"killed-{moment}";
            var file = Write(folder, output);
            var stage = random.Choose(["pretrain-*", "rl-*", "rl-*", "rl-*"]);
            var delay = random.NextInt(400);
            killed += KilledRun.AfterCheckpoint($"rl {algorithm}", file, folder.File(output), stage, delay) ? 1 : 0;

            var resumed = CommandRun.InProcess("rl", algorithm, file);

            Assert.True(resumed.Code == 0, resumed.Error);
            Assert.True(
                expected.SequenceEqual(KilledRun.Weights(folder.File(output), "rl-*")),
                $"killed {delay} ms after a checkpoint of {stage}"
            );
        }

        Assert.True(killed > 0, "No run could be killed in time: make the stages longer.");
    }

    private static string Data(TemporaryFolder folder) =>
        folder.Write(
            "prompts.jsonl",
            string.Join(
                '\n',
                Enumerable
                    .Range(0, 80)
                    .Select(row =>
                        JsonSerializer.Serialize(
                            new
                            {
                                prompt = $"question {row}?",
                                chosen = $" yes red stone {row % 5}",
                                rejected = $" no green cloud {row % 5}",
                                lang = row % 2 == 0 ? "de" : "en",
                            }
                        )
                    )
            ) + "\n"
        );

    internal static string Write(TemporaryFolder folder, string output) =>
        folder.Write(
            $"{output}.yaml",
            $$"""
            name: small
            seed: 3
            threads: 1
            output: {{folder.File(output)}}
            model:
              tiny: { vocabulary_size: 320, hidden_size: 32, intermediate_size: 64, layers: 2, heads: 2, key_value_heads: 1 }
            data: { path: {{Data(folder)}}, held_out: 0.2 }
            max_length: 96
            pretrain: { epochs: 3, learning_rate: 0.005, batch_size: 4, save_steps: 3 }
            rewards:
              - { kind: regex, weight: 2, regex: { pattern: stone } }
            policy: { max_completion_length: 20 }
            training: { epochs: 4, learning_rate: 0.002, batch_size: 8, logging_steps: 1, save_steps: 3 }
            """
        );
}
