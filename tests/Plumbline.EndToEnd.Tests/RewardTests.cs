using System.Text.Json;
using Plumbline.Models.Heads;
using Plumbline.Randomness;
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
        Assert.All(new[] { "bag of bigrams", "Expected calibration error", "in dispute" }, text => Assert.Contains(text, report));
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

    [Theory]
    [InlineData("reward.loss_type=elo", "bradley_terry")]
    [InlineData("reward.loss_type=cost_model", "harm")]
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
