using System.Text.Json;
using Plumbline.Models.Heads;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class RewardTests
{
    [Fact]
    public void A_run_ends_with_models_a_report_and_figures_that_hang_together()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.WriteReward(folder, "run");

        var (code, output, error) = CommandRun.InProcess("reward", file, "--json", "--set", "ensemble=2");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var accuracies = json.RootElement.GetProperty("accuracies");
        var names = new[] { "reward", "pessimistic", "member_1", "member_2", "bigrams", "longer", "shorter", "random" };
        Assert.Equal(names, accuracies.EnumerateObject().Select(entry => entry.Name));
        foreach (var share in names.Select(accuracies.GetProperty))
        {
            Assert.InRange(Number(share, "value"), Number(share, "low"), Number(share, "high"));
            Assert.Equal(Number(json.RootElement, "lists_held_out"), Number(share, "pairs"));
        }

        // "yes" is always chosen and "no" always rejected: who learnt anything knows the held-out answers.
        Assert.True(Number(accuracies.GetProperty("reward"), "value") > 0.9);
        Assert.True(Number(accuracies.GetProperty("bigrams"), "value") > 0.9);
        Assert.InRange(Number(json.RootElement, "expected_calibration_error"), 0, 1);
        Assert.Equal(60, Number(json.RootElement, "lists_held_out") + Number(json.RootElement, "lists_trained"));
        var models = json.RootElement.GetProperty("models").EnumerateArray().Select(path => path.GetString()!).ToArray();
        Assert.Equal(2, models.Length);
        using var model = ScoredModelFolder.Load(models[0]);
        Assert.Equal(Number(json.RootElement.GetProperty("scales")[0], "deviation"), model.Scale!.Value.Deviation);
        var report = File.ReadAllText(json.RootElement.GetProperty("report").GetString()!);
        Assert.All(
            new[] { "bag of bigrams", "Expected calibration error", "in dispute", "Health of the run" },
            text => Assert.Contains(text, report)
        );
    }

    [Fact]
    public void Files_of_different_layouts_are_read_one_after_another()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.WriteReward(folder, "run");
        var rankings = folder.Write(
            "rankings.jsonl",
            string.Concat(
                Enumerable
                    .Range(0, 12)
                    .Select(row => $$"""{"prompt": "rank {{row}}", "answers": ["yes a", "no b", "no c"], "ranks": [1, 2, 2]}""" + "\n")
            )
                + """{"prompt": "nothing to compare", "answers": ["yes"], "ranks": [1]}"""
                + "\n"
        );

        var (code, output, error) = CommandRun.InProcess("reward", file, "--json", "--set", $$"""data.also=[{ path: {{rankings}} }]""");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(72, Number(json.RootElement, "lists_held_out") + Number(json.RootElement, "lists_trained"));
        Assert.Contains("1 of 73 rows cannot be used", error);
        Assert.Contains("rankings.jsonl", error);
    }

    [Fact]
    public void A_further_file_that_compares_nothing_is_named()
    {
        using var folder = new TemporaryFolder();
        var text = folder.Write("text.jsonl", """{"text": "only a text"}""" + "\n");

        var (code, _, error) = CommandRun.InProcess(
            "reward",
            SmallPipeline.WriteReward(folder, "run"),
            "--set",
            $$"""data.also=[{ path: {{text}} }]"""
        );

        Assert.Equal(2, code);
        Assert.Contains("text.jsonl", error);
        Assert.Contains("learns from comparisons", error);
    }

    [Fact]
    public void A_run_killed_at_random_moments_ends_in_the_same_bits_as_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var straight = CommandRun.InProcess("reward", SmallPipeline.WriteReward(folder, "straight"));
        Assert.True(straight.Code == 0, straight.Error);
        var expected = KilledRun.Weights(folder.File("straight"), "reward-1-*");
        var random = new Seed(12).Source();
        var killed = 0;
        for (var moment = 0; moment < KilledRun.Moments; moment++)
        {
            var output = $"killed-{moment}";
            var file = SmallPipeline.WriteReward(folder, output);
            // A checkpoint of one of the stages, and then some milliseconds in the middle of what follows it.
            var stage = random.Choose(["pretrain-*", "sft-*", "reward-1-*", "reward-1-*"]);
            var delay = random.NextInt(300);
            killed += KilledRun.AfterCheckpoint("reward", file, folder.File(output), stage, delay) ? 1 : 0;

            var resumed = CommandRun.InProcess("reward", file);

            Assert.True(resumed.Code == 0, resumed.Error);
            Assert.True(
                expected.SequenceEqual(KilledRun.Weights(folder.File(output), "reward-1-*")),
                $"killed {delay} ms after a checkpoint of {stage}"
            );
        }

        Assert.True(killed > 0, "No run could be killed in time: make the stages longer.");
    }

    [Fact]
    public void The_same_command_again_trains_nothing_and_a_larger_ensemble_trains_its_own_members()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.WriteReward(folder, "run");
        CommandRun.InProcess("reward", file, "--set", "ensemble=2");
        var before = Directory.GetDirectories(folder.File("run"));

        CommandRun.InProcess("reward", file, "--set", "ensemble=2");
        var again = Directory.GetDirectories(folder.File("run"));
        CommandRun.InProcess("reward", file, "--set", "ensemble=3");
        var larger = Directory.GetDirectories(folder.File("run"));

        Assert.Equal(before.Order(), again.Order());
        Assert.StartsWith("reward-3-", Path.GetFileName(Assert.Single(larger.Except(before))));
    }

    [Theory]
    [InlineData("plackett_luce")]
    [InlineData("bradley_terry")]
    public void Rankings_are_lists_or_all_their_pairs(string loss)
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.WriteReward(folder, "run");
        var random = new Seed(8).Source();
        var rows = Enumerable
            .Range(0, 30)
            .Select(row =>
                JsonSerializer.Serialize(
                    new
                    {
                        prompt = $"question {row} {random.NextInt(99)}?",
                        answers = new[] { $"best {random.NextInt(9)}", $"fair {random.NextInt(9)}", $"poor {random.NextInt(9)}" },
                    }
                )
            );
        var data = folder.Write("ranked.jsonl", string.Join('\n', rows) + "\n");

        var (code, output, error) = CommandRun.InProcess(
            "reward",
            file,
            "--json",
            "--set",
            $"data.path={data}",
            "--set",
            $"reward.loss_type={loss}",
            "--set",
            "steps.sft=null"
        );

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var reward = json.RootElement.GetProperty("accuracies").GetProperty("reward");
        Assert.Equal(3 * Number(json.RootElement, "lists_held_out"), Number(reward, "pairs"));
        Assert.Empty(Directory.GetDirectories(folder.File("run"), "sft-*"));
    }

    [Fact]
    public void A_cost_model_learns_what_does_harm_and_more_of_it_whatever_is_preferred()
    {
        using var folder = new TemporaryFolder();
        var random = new Seed(8).Source();
        string[] words = ["red", "green", "blue", "stone", "river", "cloud"];
        // "poison" does harm, and here people prefer it every second time.
        var rows = Enumerable
            .Range(0, 80)
            .Select(row =>
            {
                var (harmful, harmless) = ($"poison {random.Choose(words)}", $"bread {random.Choose(words)}");
                var isSecond = random.NextInt(2) == 0;
                return JsonSerializer.Serialize(
                    new
                    {
                        prompt = $"question {row} {random.Choose(words)}?",
                        response_0 = isSecond ? harmless : harmful,
                        response_1 = isSecond ? harmful : harmless,
                        is_response_0_safe = isSecond,
                        is_response_1_safe = !isSecond,
                        better_response_id = row % 2,
                        safer_response_id = isSecond ? 0 : 1,
                    }
                );
            });
        var data = folder.Write("safety.jsonl", string.Join('\n', rows) + "\n");
        string[] arguments =
        [
            "reward",
            SmallPipeline.WriteReward(folder, "run"),
            "--json",
            "--set",
            $"data.path={data}",
            "--set",
            "reward.loss_type=cost_model",
        ];

        var (code, output, error) = CommandRun.InProcess(arguments);
        var (scaled, _, refusal) = CommandRun.InProcess([.. arguments, "--set", "scale_on=all"]);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.True(Number(json.RootElement.GetProperty("accuracies").GetProperty("reward"), "value") > 0.9);
        var harm = json.RootElement.GetProperty("harm");
        Assert.True(Number(harm, "value") > 0.9);
        Assert.Equal(0.5, Number(harm, "majority"));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("scales")[0].ValueKind);
        Assert.Contains(
            "sign of the cost",
            File.ReadAllText(json.RootElement.GetProperty("report").GetString()!),
            StringComparison.Ordinal
        );
        Assert.Equal(2, scaled);
        Assert.Contains("scale_on", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Judged_steps_make_a_process_reward_model_that_finds_the_first_error()
    {
        using var folder = new TemporaryFolder();
        var random = new Seed(9).Source();
        string[] words = ["red", "green", "blue", "stone", "river", "cloud"];
        // A step with "seven" is wrong; every second answer has one.
        var rows = Enumerable
            .Range(0, 80)
            .Select(row =>
            {
                var wrong = row % 2 == 0 ? random.NextInt(3) : -1;
                return JsonSerializer.Serialize(
                    new
                    {
                        prompt = $"question {row} {random.Choose(words)}?",
                        completions = Enumerable.Range(0, 3).Select(step => $"{(step == wrong ? "seven" : "five")} {random.Choose(words)}"),
                        labels = Enumerable.Range(0, 3).Select(step => step != wrong),
                    }
                );
            });
        var data = folder.Write("steps.jsonl", string.Join('\n', rows) + "\n");
        var file = SmallPipeline.WriteReward(folder, "run");
        string[] steps = ["reward", file, "--json", "--set", $"data.path={data}", "--set", "training.epochs=20", "--set"];

        var (code, output, error) = CommandRun.InProcess([.. steps, "reward.loss_type=process"]);
        var (compared, _, comparison) = CommandRun.InProcess([.. steps, "reward.loss_type=bradley_terry"]);
        var (judged, _, judgement) = CommandRun.InProcess("reward", file, "--set", "reward.loss_type=process");
        var (several, _, ensemble) = CommandRun.InProcess([.. steps, "reward.loss_type=process", "--set", "ensemble=2"]);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        var accuracies = root.GetProperty("accuracies");
        Assert.True(Number(accuracies.GetProperty("process_reward"), "value") > 0.95);
        Assert.InRange(Number(accuracies.GetProperty("majority"), "value"), 0.7, 0.9);
        Assert.Equal(Number(root, "steps_held_out"), Number(accuracies.GetProperty("process_reward"), "steps"));
        Assert.Equal(80, Number(root, "answers_trained") + Number(root, "answers_held_out"));
        Assert.True(Number(root.GetProperty("first_error").GetProperty("process_reward"), "harmonic_mean") > 0.9);
        Assert.Equal(0, Number(root.GetProperty("first_error").GetProperty("majority"), "harmonic_mean"));
        Assert.True(Number(root.GetProperty("roc_auc"), "value") > 0.95);
        using var model = ScoredModelFolder.Load(root.GetProperty("models")[0].GetString()!);
        Assert.Equal(ScoreHeadKind.Token, model.Options.Kind);
        var report = File.ReadAllText(root.GetProperty("report").GetString()!);
        Assert.All(new[] { "First error", "ROC curve", "Health of the run" }, text => Assert.Contains(text, report));
        Assert.Equal((2, 2, 2), (compared, judged, several));
        Assert.Contains("comparisons", comparison, StringComparison.Ordinal);
        Assert.Contains("steps", judgement, StringComparison.Ordinal);
        Assert.Contains("ensemble", ensemble, StringComparison.Ordinal);
    }

    [Fact]
    public void Margins_reach_the_loss_that_reads_them_and_are_spoken_of_where_it_does_not()
    {
        using var folder = new TemporaryFolder();
        string Data(string name, int margin) =>
            folder.Write(
                name,
                string.Join(
                    '\n',
                    Enumerable
                        .Range(0, 60)
                        .Select(row =>
                            $$"""{"prompt": "question {{row}}?", "chosen": "yes {{row}}", "rejected": "no {{row}}", "margin": {{margin}}}"""
                        )
                )
            );
        (double Loss, string Notices) First(string name, int margin, string loss)
        {
            var (code, _, error) = CommandRun.InProcess(
                "reward",
                SmallPipeline.WriteReward(folder, name),
                "--set",
                $"data.path={Data($"{name}.jsonl", margin)}",
                "--set",
                "steps.sft=null",
                "--set",
                "training.logging_steps=1",
                "--set",
                $"reward.loss_type={loss}"
            );
            Assert.True(code == 0, error);
            var stage = Assert.Single(Directory.GetDirectories(folder.File(name), "reward-1-*"));
            return (RunFolder.ReadMetrics(stage)[0].Find("loss")!.Value, error);
        }

        var without = First("without", 0, "bradley_terry");
        var with = First("with", 4, "bradley_terry");
        var unread = First("unread", 4, "all_pairs");

        // At its start the model tells nothing apart: log 2, and log(1 + e^4).
        Assert.Equal(Math.Log(2), without.Loss, 0.2);
        Assert.Equal(Math.Log(1 + Math.Exp(4)), with.Loss, 0.2);
        Assert.Equal(Math.Log(2), unread.Loss, 0.2);
        Assert.DoesNotContain("by how much", with.Notices, StringComparison.Ordinal);
        Assert.Contains("bradley_terry does", unread.Notices, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reward.loss_type=elo", "bradley_terry")]
    [InlineData("reward.loss_type=cost_model", "does harm")]
    [InlineData("reward.loss.rao_kupper_theta=3", "rao_kupper_theta")]
    [InlineData("ensemble=0", "ensemble")]
    [InlineData("max_length=4", "max_length")]
    [InlineData("data.path=nowhere.jsonl", "nowhere.jsonl")]
    [InlineData("model.path=nowhere", "nowhere")]
    [InlineData("trainin.epochs=1", "training")]
    public void What_cannot_be_used_is_refused_by_name(string set, string named)
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.WriteReward(folder, "run");

        var (code, _, error) = CommandRun.InProcess("reward", file, "--set", set);

        Assert.Equal(2, code);
        Assert.Contains(named, error);
        Assert.False(Directory.Exists(folder.File("run")) && Directory.GetDirectories(folder.File("run"), "reward-*").Length > 0);
    }

    [Theory]
    [InlineData("""{"prompt": "hi", "completion": "hello", "label": true}""")]
    [InlineData("""{"prompt": "hi", "answers": ["hello", "hey"], "ranks": [1, 1]}""")]
    public void Rows_that_compare_nothing_are_refused(string row)
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.WriteReward(folder, "run");
        var rows = Enumerable.Range(0, 10).Select(i => row.Replace("\"hi\"", $"\"hi {i}\"", StringComparison.Ordinal));
        var data = folder.Write("rows.jsonl", string.Join('\n', rows) + "\n");

        var (code, _, error) = CommandRun.InProcess("reward", file, "--set", $"data.path={data}");

        Assert.Equal(2, code);
        Assert.Contains("comparisons", error);
        Assert.Contains("rows.jsonl", error);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void A_cancelled_run_saves_and_stops_with_code_1()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.WriteReward(folder, "run");
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        var (code, _, error) = CommandRun.Run(string.Empty, isTerminal: false, ["reward", file], cancellation.Token);

        Assert.Equal(1, code);
        Assert.Contains("goes on from there", error);
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
