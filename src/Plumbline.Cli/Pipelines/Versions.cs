using System.Reflection;

namespace Plumbline.Cli.Pipelines;

/// <summary>The software that computes, for the record of a run.</summary>
internal static class Versions
{
    internal static IReadOnlyDictionary<string, string> All { get; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["plumbline"] =
                typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            ["torchsharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString() ?? "unknown",
            ["libtorch"] = TorchSharp.torch.__version__,
        };
}
