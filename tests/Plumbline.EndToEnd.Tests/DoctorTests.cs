using System.Text.Json;
using Plumbline.Cli.Commands;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Machine;

namespace Plumbline.EndToEnd.Tests;

public sealed class DoctorTests
{
    [Fact]
    public void Doctor_finds_everything_that_is_needed_here_and_says_so_to_people_and_machines()
    {
        var (code, text, error) = CommandRun.InProcess("doctor");
        var (jsonCode, json, _) = CommandRun.InProcess("doctor", "--json");

        Assert.True(code == 0, error);
        Assert.Equal(0, jsonCode);
        Assert.Contains("fused AdamW", text);
        using var parsed = JsonDocument.Parse(json);
        Assert.StartsWith("2.10", parsed.RootElement.GetProperty("machine").GetProperty("libtorch_version").GetString());
        Assert.Equal(
            4,
            parsed.RootElement.GetProperty("capabilities").EnumerateArray().Count(item => item.GetProperty("is_found").GetBoolean())
        );
        Assert.Empty(parsed.RootElement.GetProperty("problems").EnumerateArray());
    }

    [Fact]
    public void What_is_missing_is_named_with_its_mend()
    {
        var machine = MachineFacts.Read();

        var problems = DoctorCommand.Problems(
            machine with
            {
                LibtorchFailure = "libtorch_cpu.so is not here.",
            },
            [new NativeCapability("rms_norm", false, "It gives a wrong answer.")]
        );

        Assert.Equal(2, problems.Count);
        Assert.Contains("dotnet build", problems[0]);
        Assert.Contains("rms_norm", problems[1]);
        Assert.Contains("Directory.Packages.props", problems[1]);
    }
}
