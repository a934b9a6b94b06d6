using System.Text.Json;
using Plumbline.Testing;
using Plumbline.Torch.Functions;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.EndToEnd.Tests;

/// <summary>A loss that is not ours, in an assembly that is not ours: this one.</summary>
public static class SquaredHingePreferenceLoss
{
    /// <summary>max(0, 1 − β·Δ)², Δ without a reference.</summary>
    [PreferenceLoss(
        "squared_hinge_of_a_user",
        Formula = "max(0, 1 − β·(log π_c − log π_r))²",
        Paper = "a user's own",
        Reads = [nameof(PreferenceLossOptions.Beta)]
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options) =>
        pairs.PolicyMargin.Times(-options.Beta).Plus(1).relu().square();
}

public sealed class LossAssemblyTests
{
    private static readonly string Mine = typeof(SquaredHingePreferenceLoss).Assembly.Location;

    [Fact]
    public void A_loss_of_the_user_has_a_name_on_the_command_line_and_its_assembly_is_on_record()
    {
        using var folder = new TemporaryFolder();
        var file = PreferTests.Write(folder, "run");

        // In a process of its own: what is registered stays.
        var (code, output, error) = CommandRun.Separately(
            "prefer",
            file,
            "--json",
            "--losses",
            Mine,
            "--set",
            "loss_type=squared_hinge_of_a_user",
            "--set",
            "loss.beta=1"
        );
        var (listed, table, _) = CommandRun.Separately("losses", "--losses", Mine);

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("accuracies").GetProperty("likelihood").GetProperty("value").GetDouble() > 0.9);
        var stage = Assert.Single(Directory.GetDirectories(folder.File("run"), "prefer-*"));
        Assert.Contains(Path.GetFileName(Mine), File.ReadAllText(Path.Combine(stage, "run.json")), StringComparison.Ordinal);
        Assert.Equal(0, listed);
        Assert.Contains("squared_hinge_of_a_user", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.dll", null, "nowhere.dll")]
    [InlineData("text.dll", "no assembly", "no assembly")]
    [InlineData("none", null, "declares no loss")]
    public void What_is_no_assembly_of_losses_is_refused_by_name(string name, string? content, string problem)
    {
        using var folder = new TemporaryFolder();
        // The library of assertions is an assembly, and has no loss.
        var path = name == "none" ? typeof(Assert).Assembly.Location : folder.File(name);
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        var (code, _, error) = CommandRun.InProcess("losses", "--losses", path);

        Assert.Equal(2, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }
}
