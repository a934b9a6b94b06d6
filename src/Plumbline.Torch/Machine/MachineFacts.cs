using System.Runtime.InteropServices;

namespace Plumbline.Torch.Machine;

/// <summary>
/// What this machine is and what was loaded on it: for <c>plumb doctor</c> and for the record of every run. Whatever cannot be found out is null.
/// Sizes are in bytes.
/// </summary>
public sealed record MachineFacts
{
    /// <summary>The operating system with its version.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The architecture this process runs as, such as <c>X64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The .NET runtime, such as <c>.NET 10.0.4</c>.</summary>
    public required string Runtime { get; init; }

    /// <summary>The processor's name.</summary>
    public string? Processor { get; init; }

    /// <summary>The instruction sets that decide how fast training is: AVX2, AVX-512, AVX-512 BF16, AMX and ARM's counterparts.</summary>
    public required IReadOnlyList<string> ProcessorFeatures { get; init; }

    /// <summary>The logical cores this process may use.</summary>
    public required int LogicalCores { get; init; }

    /// <summary>The threads that libtorch splits one operation over. Results are reproducible at the same number only.</summary>
    public int? TorchThreads { get; init; }

    /// <summary>The environment variables that steer OpenMP and MKL (<c>OMP_*</c>, <c>GOMP_*</c>, <c>KMP_*</c>, <c>MKL_*</c>), by name.</summary>
    public required IReadOnlyDictionary<string, string> ThreadEnvironment { get; init; }

    /// <summary>libtorch's version.</summary>
    public string? LibtorchVersion { get; init; }

    /// <summary>The file libtorch's CPU part was loaded from.</summary>
    public string? LibtorchPath { get; init; }

    /// <summary>Why libtorch could not be used; null where it could.</summary>
    public string? LibtorchFailure { get; init; }

    /// <summary>The C++ runtime on Linux; null elsewhere.</summary>
    public CppRuntimeFacts? CppRuntime { get; init; }

    /// <summary>The memory this process may use: the machine's, or its container's limit.</summary>
    public long? TotalMemory { get; init; }

    /// <summary>The memory that is free or can be freed at once.</summary>
    public long? AvailableMemory { get; init; }

    /// <summary>The most memory this process has had resident so far.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>The CUDA devices libtorch sees; 0 with the CPU build.</summary>
    public int? CudaDevices { get; init; }

    /// <summary>Finds out. Loads libtorch if it is not loaded yet; never throws for what is missing.</summary>
    public static MachineFacts Read()
    {
        var (processor, features) = ProcessorFacts.Read();
        var torch = LibtorchFacts.Read();
        return new MachineFacts
        {
            OperatingSystem = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Runtime = RuntimeInformation.FrameworkDescription,
            Processor = processor,
            ProcessorFeatures = features,
            LogicalCores = Environment.ProcessorCount,
            TorchThreads = torch.Threads,
            ThreadEnvironment = ThreadSettings.ReadEnvironment(),
            LibtorchVersion = torch.Version,
            LibtorchPath = torch.Path,
            LibtorchFailure = torch.Failure,
            CppRuntime = CppRuntimeFacts.Read(),
            TotalMemory = MemoryFacts.Total(),
            AvailableMemory = MemoryFacts.Available(),
            PeakMemory = MemoryFacts.Peak(),
            CudaDevices = torch.CudaDevices,
        };
    }
}
