using System.Text.Json;
using Plumbline.Training.Losses;

namespace Plumbline.EndToEnd.Tests;

public sealed class LossesCommandTests
{
    [Fact]
    public void Losses_lists_every_loss_for_people_and_for_machines()
    {
        var (code, text, _) = CommandRun.InProcess("losses");
        var (jsonCode, json, _) = CommandRun.InProcess("losses", "--json");

        Assert.Equal((0, 0), (code, jsonCode));
        Assert.All(LossTable.All, loss => Assert.Contains($"  {loss.Name} ", text, StringComparison.Ordinal));
        using var parsed = JsonDocument.Parse(json);
        var simpo = parsed.RootElement.EnumerateArray().Single(loss => loss.GetProperty("name").GetString() == "simpo");
        Assert.Equal("preference", simpo.GetProperty("kind").GetString());
        Assert.Equal(
            ["beta", "gamma", "label_smoothing"],
            simpo.GetProperty("options").EnumerateArray().Select(option => option.GetString()).Order(StringComparer.Ordinal)
        );
        Assert.Equal(LossTable.All.Count, parsed.RootElement.GetArrayLength());
    }

    [Fact]
    public void Losses_prints_the_tables_of_the_documentation_or_json_but_not_both()
    {
        var (code, markdown, _) = CommandRun.InProcess("losses", "--markdown");
        var (refused, _, error) = CommandRun.InProcess("losses", "--markdown", "--json");

        Assert.Equal(0, code);
        Assert.Equal(LossTable.Markdown(), markdown);
        Assert.Equal(2, refused);
        Assert.Contains("exclude", error, StringComparison.Ordinal);
    }
}
