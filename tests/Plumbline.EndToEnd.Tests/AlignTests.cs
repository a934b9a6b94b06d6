using System.Text.Json;
using Plumbline.Models.HuggingFace;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class AlignTests
{
    [Fact]
    public void A_pipeline_ends_with_a_model_a_report_and_figures_that_hang_together()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");

        var (code, output, error) = CommandRun.InProcess("align", file, "--json");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var accuracies = json.RootElement.GetProperty("accuracies");
        foreach (var name in new[] { "implicit_reward", "likelihood", "longer", "shorter", "random" })
        {
            var share = accuracies.GetProperty(name);
            var value = share.GetProperty("value").GetDouble();
            Assert.InRange(value, share.GetProperty("low").GetDouble(), share.GetProperty("high").GetDouble());
            Assert.Equal(json.RootElement.GetProperty("pairs_held_out").GetInt32(), share.GetProperty("pairs").GetInt32());
        }

        // "yes" is always chosen and "no" always rejected: a model that learnt anything knows the held-out answers.
        Assert.True(accuracies.GetProperty("implicit_reward").GetProperty("value").GetDouble() > 0.9);
        Assert.Equal(
            60,
            json.RootElement.GetProperty("pairs_held_out").GetInt32() + json.RootElement.GetProperty("pairs_trained").GetInt32()
        );
        using var model = ModelFolder.Load(json.RootElement.GetProperty("model").GetString()!);
        Assert.True(model.ParameterCount > 10_000);
        Assert.Contains("implicit reward", File.ReadAllText(json.RootElement.GetProperty("report").GetString()!));
    }

    [Fact]
    public void A_run_killed_again_and_again_ends_in_the_same_bits_as_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var straight = CommandRun.InProcess("align", SmallPipeline.Write(folder, "straight"));
        Assert.True(straight.Code == 0, straight.Error);
        var file = SmallPipeline.Write(folder, "killed");
        var kills = new[] { "pretrain-*", "sft-*", "dpo-*" }.Count(stage =>
            KilledRun.AfterCheckpoint("align", file, folder.File("killed"), stage)
        );
        Assert.True(kills > 0, "No run could be killed in time: make the stages longer.");

        var resumed = CommandRun.InProcess("align", file);

        Assert.True(resumed.Code == 0, resumed.Error);
        foreach (var stage in new[] { "pretrain-*", "sft-*", "dpo-*" })
        {
            Assert.Equal(KilledRun.Weights(folder.File("straight"), stage), KilledRun.Weights(folder.File("killed"), stage));
        }
    }

    [Fact]
    public void The_same_command_again_trains_nothing_and_a_changed_option_trains_only_what_follows_from_it()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        CommandRun.InProcess("align", file);
        var before = Directory.GetDirectories(folder.File("run"));

        CommandRun.InProcess("align", file);
        var again = Directory.GetDirectories(folder.File("run"));
        CommandRun.InProcess("align", file, "--set", "steps.dpo.beta=0.3");
        var changed = Directory.GetDirectories(folder.File("run"));

        Assert.Equal(before.Order(), again.Order());
        Assert.StartsWith("dpo-", Path.GetFileName(Assert.Single(changed.Except(before))));
    }

    [Fact]
    public void An_existing_model_folder_can_be_the_start()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        CommandRun.InProcess("align", file);
        var start = Path.Combine(Directory.GetDirectories(folder.File("run"), "sft-*").Single(), "model");

        var (code, _, error) = CommandRun.InProcess(
            "align",
            file,
            "--set",
            $"model.path={start}",
            "--set",
            $"output={folder.File("second")}"
        );

        Assert.True(code == 0, error);
        Assert.Empty(Directory.GetDirectories(folder.File("second"), "pretrain-*"));
    }

    [Fact]
    public void A_used_up_budget_saves_and_stops_with_code_1()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");

        var (code, _, error) = CommandRun.InProcess("align", file, "--set", "budget.minutes=0.00001");

        Assert.Equal(1, code);
        Assert.Contains("budget.minutes", error);
        Assert.Contains("goes on from there", error);
    }
}
