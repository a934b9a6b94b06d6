using System.Collections;
using TorchSharp;

namespace Plumbline.Torch.Machine;

/// <summary>
/// How many threads libtorch uses, and how they wait for each other. Sums are reproducible at one number of threads only, so every run records this.
/// </summary>
/// <remarks>
/// OpenMP reads its environment once, when libtorch is loaded: <c>OMP_WAIT_POLICY=passive</c>, which keeps waiting threads from burning cores that others
/// need, has to be set before the process makes its first tensor, at best by whoever starts the process.
/// </remarks>
/// <param name="TorchThreads">The threads that one operation is split over.</param>
/// <param name="LogicalCores">The logical cores this process may use.</param>
/// <param name="WaitPolicy">The value of <c>OMP_WAIT_POLICY</c>; null where it is not set and threads spin.</param>
public sealed record ThreadSettings(int TorchThreads, int LogicalCores, string? WaitPolicy)
{
    private const int MostThreads = 1024;

    private static readonly string[] Prefixes = ["OMP_", "GOMP_", "KMP_", "MKL_"];

    /// <summary>Sets libtorch's threads for the whole process, and tells what holds from now on.</summary>
    /// <param name="threads">The threads of one operation, 1 to 1024; null leaves libtorch's choice (the cores, or <c>OMP_NUM_THREADS</c>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public static ThreadSettings Apply(int? threads)
    {
        if (threads is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(threads));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, MostThreads, nameof(threads));
            torch.set_num_threads(number);
        }

        return new ThreadSettings(
            torch.get_num_threads(),
            Environment.ProcessorCount,
            Environment.GetEnvironmentVariable("OMP_WAIT_POLICY")
        );
    }

    /// <summary>The environment variables that steer OpenMP and MKL, in the order of their names.</summary>
    internal static IReadOnlyDictionary<string, string> ReadEnvironment()
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (
                variable is { Key: string name, Value: string value }
                && Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            )
            {
                settings[name] = value;
            }
        }

        return settings;
    }
}
