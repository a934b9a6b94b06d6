using System.Text.Json;
using Plumbline.Models.HuggingFace;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class PreferTests
{
    [Theory]
    [InlineData("sigmoid", null)]
    [InlineData("simpo", "loss={ beta: 2, gamma: 1 }")]
    [InlineData("aot", "training.micro_batch_tokens=64")]
    [InlineData("kto", "reference.kind=frozen")]
    [InlineData("ipo", "lora={ rank: 4 }")]
    [InlineData("\"sigmoid: 0.8, bco_pair: 0.2, sft: 1\"", "reference.kind=moving")]
    public void A_run_ends_with_a_model_that_knows_the_held_out_answers(string loss, string? set)
    {
        using var folder = new TemporaryFolder();
        var file = Write(folder, "run");

        var (code, output, error) = CommandRun.InProcess([
            "prefer",
            file,
            "--json",
            "--set",
            $"loss_type={loss}",
            .. set is null ? Array.Empty<string>() : ["--set", set],
        ]);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        // "yes" is always chosen and "no" always rejected.
        Assert.True(json.RootElement.GetProperty("accuracies").GetProperty("implicit_reward").GetProperty("value").GetDouble() > 0.9);
        using var model = ModelFolder.Load(json.RootElement.GetProperty("model").GetString()!);
        Assert.True(model.ParameterCount > 10_000);
        Assert.Contains("Held-out", File.ReadAllText(json.RootElement.GetProperty("report").GetString()!));
    }

    [Fact]
    public void Judged_answers_are_learnt_from_and_told_apart()
    {
        using var folder = new TemporaryFolder();
        var rows = Enumerable
            .Range(0, 80)
            .Select(row =>
                JsonSerializer.Serialize(
                    new
                    {
                        prompt = $"question {row}?",
                        completion = row % 2 == 0 ? " yes red stone" : " no green cloud",
                        label = row % 2 == 0,
                    }
                )
            );
        var data = folder.Write("judged.jsonl", string.Join('\n', rows) + "\n");
        var file = Write(folder, "run");

        var (code, output, error) = CommandRun.InProcess("prefer", file, "--json", "--set", $"data.path={data}", "--set", "loss_type=kto");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("separation").GetProperty("value").GetDouble() > 0.9);
    }

    [Fact]
    public void Gold_answers_are_learnt_from_and_must_all_be_there()
    {
        using var folder = new TemporaryFolder();
        string Row(int row, bool hasGold) =>
            $$"""{"prompt": "question {{row}}?", "chosen": " yes red {{row % 5}}", "rejected": " no green {{row % 5}}"{{(hasGold ? """, "gold": " yes blue" """ : "")}}}""";
        string Data(string name, int golden) =>
            folder.Write(name, string.Join('\n', Enumerable.Range(0, 60).Select(row => Row(row, row < golden))) + "\n");
        var file = Write(folder, "run");
        string[] arguments = ["prefer", file, "--json", "--set", "loss_type=tpo", "--set"];

        var (code, output, error) = CommandRun.InProcess([.. arguments, $"data.path={Data("all.jsonl", 60)}"]);
        var (refused, _, problem) = CommandRun.InProcess([.. arguments, $"data.path={Data("some.jsonl", 57)}"]);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("accuracies").GetProperty("likelihood").GetProperty("value").GetDouble() > 0.9);
        Assert.Equal(2, refused);
        Assert.Contains("3 of 60 pairs have none", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss_type=dpoo", "sigmoid")]
    [InlineData("loss.label_smoothing=0.9", "label_smoothing")]
    [InlineData("loss_type=hinge --set loss.label_smoothing=0.1", "label_smoothing")]
    [InlineData("reference.kind=adapter_off", "no reference")]
    [InlineData("reference.path=nowhere", "nowhere")]
    [InlineData("loss_type=kto --set loss.beta=0.2", "loss")]
    [InlineData("unpaired.beta=0.2", "unpaired")]
    [InlineData("training.learning_rate=7", "learning_rate")]
    public void What_cannot_be_is_refused_with_the_mend(string set, string named)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = CommandRun.InProcess(["prefer", Write(folder, "run"), .. $"--set {set}".Split(' ')]);

        Assert.Equal(2, code);
        Assert.Contains(named, error);
    }

    [Fact]
    public void A_run_killed_at_random_moments_ends_in_the_same_bits_as_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var straight = CommandRun.InProcess("prefer", Write(folder, "straight"));
        Assert.True(straight.Code == 0, straight.Error);
        var expected = KilledRun.Weights(folder.File("straight"), "prefer-*");
        var random = new Seed(13).Source();
        var killed = 0;
        for (var moment = 0; moment < KilledRun.Moments; moment++)
        {
            var output = $"killed-{moment}";
            var file = Write(folder, output);
            var stage = random.Choose(["pretrain-*", "sft-*", "prefer-*", "prefer-*"]);
            var delay = random.NextInt(300);
            killed += KilledRun.AfterCheckpoint("prefer", file, folder.File(output), stage, delay) ? 1 : 0;

            var resumed = CommandRun.InProcess("prefer", file);

            Assert.True(resumed.Code == 0, resumed.Error);
            Assert.True(
                expected.SequenceEqual(KilledRun.Weights(folder.File(output), "prefer-*")),
                $"killed {delay} ms after a checkpoint of {stage}"
            );
        }

        Assert.True(killed > 0, "No run could be killed in time: make the stages longer.");
    }

    /// <summary>The file of <see cref="SmallPipeline"/>, as options of <c>plumb prefer</c>.</summary>
    internal static string Write(TemporaryFolder folder, string output)
    {
        SmallPipeline.Write(folder, output);
        return folder.Write(
            $"{output}-prefer.yaml",
            $$"""
            name: small
            seed: 3
            threads: 1
            output: {{folder.File(output)}}
            model:
              tiny: { vocabulary_size: 320, hidden_size: 32, intermediate_size: 64, layers: 2, heads: 2, key_value_heads: 1 }
            data: { path: {{folder.File("pairs.jsonl")}}, held_out: 0.2 }
            max_length: 96
            pretrain: { epochs: 6, learning_rate: 0.005, batch_size: 4, save_steps: 3 }
            sft: { epochs: 3, learning_rate: 0.002, batch_size: 4, save_steps: 3, loss_type: dynamic, neftune_noise_alpha: 5 }
            training: { epochs: 6, learning_rate: 0.002, batch_size: 4, save_steps: 2, logging_steps: 2 }
            """
        );
    }
}
