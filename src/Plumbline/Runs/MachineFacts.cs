using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Plumbline.Runs;

/// <summary>The machine, as far as it can change a result: sums depend on vector width and thread count.</summary>
public static class MachineFacts
{
    private const int LongestProcessorInfo = 1 << 16;

    /// <summary>Operating system, architecture, processor, its vector instructions, cores and .NET version, in a stable order.</summary>
    /// <param name="threads">How many threads the run computes with.</param>
    public static IReadOnlyDictionary<string, string> Collect(int threads) =>
        new OrderedDictionary<string, string>
        {
            ["os"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            ["processor"] = ProcessorName(),
            ["vector_instructions"] = VectorInstructions(),
            ["cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["threads"] = threads.ToString(CultureInfo.InvariantCulture),
            ["dotnet"] = Environment.Version.ToString(),
        };

    private static string VectorInstructions()
    {
        var names = new List<string>();
        void Add(bool isSupported, string name)
        {
            if (isSupported)
            {
                names.Add(name);
            }
        }

        Add(Avx2.IsSupported, "avx2");
        Add(Fma.IsSupported, "fma");
        Add(Avx512F.IsSupported, "avx512f");
        Add(AdvSimd.IsSupported, "neon");
        Add(names.Count == 0 && Vector128.IsHardwareAccelerated, "128 bit");
        return names.Count == 0 ? "none" : string.Join(' ', names);
    }

    /// <summary>The processor's model where the system tells it as Linux does; its architecture elsewhere.</summary>
    private static string ProcessorName()
    {
        try
        {
            using var reader = new StreamReader("/proc/cpuinfo");
            var buffer = new char[LongestProcessorInfo];
            var text = new string(buffer, 0, reader.ReadBlock(buffer));
            foreach (var line in text.Split('\n'))
            {
                if (
                    line.StartsWith("model name", StringComparison.Ordinal)
                    && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
                )
                {
                    return line[(colon + 1)..].Trim();
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Not Linux: the architecture has to do.
        }

        return RuntimeInformation.ProcessArchitecture.ToString();
    }
}
