using System.Runtime.Intrinsics.X86;

namespace Plumbline.Torch.Machine;

/// <summary>The processor's name and the instruction sets that matter for training.</summary>
internal static class ProcessorFacts
{
    // Flags of /proc/cpuinfo on x86 and ARM, and the names people know.
    private static readonly (string Flag, string Name)[] Known =
    [
        ("avx2", "AVX2"),
        ("fma", "FMA"),
        ("avx512f", "AVX-512"),
        ("avx512_vnni", "AVX-512 VNNI"),
        ("avx512_bf16", "AVX-512 BF16"),
        ("avx512_fp16", "AVX-512 FP16"),
        ("amx_tile", "AMX"),
        ("amx_bf16", "AMX BF16"),
        ("amx_int8", "AMX INT8"),
        ("asimd", "NEON"),
        ("bf16", "ARM BF16"),
        ("sve", "SVE"),
    ];

    /// <summary>What this machine has.</summary>
    internal static (string? Model, IReadOnlyList<string> Features) Read()
    {
        var (model, features) = Parse(SystemFile.Lines("/proc/cpuinfo"));
        return (model ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"), features.Count > 0 ? features : FromRuntime());
    }

    /// <summary>What the lines of <c>/proc/cpuinfo</c> say about the first processor.</summary>
    internal static (string? Model, IReadOnlyList<string> Features) Parse(IReadOnlyList<string> lines)
    {
        var flags = SystemFile.Value(lines, "flags") ?? SystemFile.Value(lines, "Features") ?? string.Empty;
        var present = flags.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        string[] features = [.. Known.Where(known => present.Contains(known.Flag)).Select(known => known.Name)];
        return (SystemFile.Value(lines, "model name"), features);
    }

    // Where there is no /proc, .NET itself knows the common ones.
    private static List<string> FromRuntime()
    {
        var features = new List<string>();
        if (Avx2.IsSupported)
        {
            features.Add("AVX2");
        }

        if (Fma.IsSupported)
        {
            features.Add("FMA");
        }

        if (Avx512F.IsSupported)
        {
            features.Add("AVX-512");
        }

        if (System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported)
        {
            features.Add("NEON");
        }

        return features;
    }
}
