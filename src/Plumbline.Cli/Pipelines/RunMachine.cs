using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Pipelines;

/// <summary>The machine as a run's record names it: what can change the last bit of a result.</summary>
internal static class RunMachine
{
    internal static IReadOnlyDictionary<string, string> Facts(int threads)
    {
        var machine = MachineFacts.Read();
        return new OrderedDictionary<string, string>
        {
            ["os"] = machine.OperatingSystem,
            ["architecture"] = machine.Architecture,
            ["processor"] = machine.Processor ?? "unknown",
            ["processor_features"] = string.Join(' ', machine.ProcessorFeatures),
            ["cores"] = $"{machine.LogicalCores}",
            ["threads"] = $"{threads}",
            ["dotnet"] = machine.Runtime,
        };
    }
}
