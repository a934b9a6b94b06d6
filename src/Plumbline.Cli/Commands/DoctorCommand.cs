using System.CommandLine;
using System.Text.Json;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb doctor</c>: what is loaded, and what this machine can do.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal static Command Create(CommandEnvironment environment)
    {
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "doctor",
            "Says what is loaded and what this machine can do; fails where something needed is missing.\n\nExample: plumb doctor --json"
        )
        {
            json,
        };
        command.SetAction(parsed => Run(environment, parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandEnvironment environment, bool json)
    {
        var facts = MachineFacts.Read();
        var capabilities = facts.LibtorchFailure is null ? NativeCapability.Probe() : [];
        var problems = Problems(facts, capabilities);
        if (json)
        {
            environment.Output.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        Machine = facts,
                        Capabilities = capabilities,
                        Problems = problems,
                    },
                    Json
                )
            );
        }
        else
        {
            Print(environment.Output, facts, capabilities);
        }

        foreach (var problem in problems)
        {
            environment.Error.WriteLine(problem);
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    internal static IReadOnlyList<string> Problems(MachineFacts facts, IReadOnlyList<NativeCapability> capabilities)
    {
        var problems = new List<string>();
        if (facts.LibtorchFailure is not null)
        {
            problems.Add(
                $"libtorch cannot be used: {facts.LibtorchFailure} Build again on this machine (dotnet build), and run from the build's own folder."
            );
        }

        problems.AddRange(
            capabilities
                .Where(capability => !capability.IsFound)
                .Select(capability =>
                    $"{capability.Name} is missing: {capability.Detail} Plumbline is built for libtorch 2.10; restore the version in Directory.Packages.props."
                )
        );
        return problems;
    }

    private static void Print(TextWriter output, MachineFacts facts, IReadOnlyList<NativeCapability> capabilities)
    {
        void Row(string name, object? value) => output.WriteLine($"{name, -40}{value ?? "unknown"}");
        string? Gib(long? bytes) => bytes is null ? null : $"{bytes / (double)(1 << 30):F1} GiB";
        Row("operating system", $"{facts.OperatingSystem} ({facts.Architecture})");
        Row(".NET", facts.Runtime);
        Row("processor", facts.Processor);
        Row("processor features", string.Join(", ", facts.ProcessorFeatures));
        Row("cores, torch threads", $"{facts.LogicalCores}, {facts.TorchThreads}");
        Row("thread settings", string.Join(' ', facts.ThreadEnvironment.Select(pair => $"{pair.Key}={pair.Value}")));
        Row("libtorch", facts.LibtorchVersion);
        Row("  loaded from", facts.LibtorchPath);
        if (facts.CppRuntime is { } runtime)
        {
            Row("C++ runtime", runtime.HighestVersion);
            Row(
                "  libLibTorchSharp asks for",
                $"{runtime.RequiredVersion}{(runtime.IsRequirementWeak is true ? ", marked weak by the build" : string.Empty)}"
            );
        }

        foreach (var capability in capabilities)
        {
            Row(capability.Name, capability.IsFound ? "found" : $"MISSING: {capability.Detail}");
        }

        Row("memory, available", $"{Gib(facts.TotalMemory)}, {Gib(facts.AvailableMemory)}");
        Row("CUDA devices", facts.CudaDevices is 0 ? "none (the CPU build is loaded)" : facts.CudaDevices);
    }
}
