using System.ComponentModel;
using System.Diagnostics;

namespace Plumbline.Torch.Machine;

/// <summary>The native libraries in this process.</summary>
internal static class LoadedLibraries
{
    /// <summary>The path of the first loaded library whose file name starts with one of <paramref name="names"/> and goes on with a dot; null where there is none.</summary>
    internal static string? Find(params ReadOnlySpan<string> names)
    {
        try
        {
            using var process = Process.GetCurrentProcess();
            foreach (ProcessModule module in process.Modules)
            {
                foreach (var name in names)
                {
                    if (Path.GetFileName(module.FileName).StartsWith($"{name}.", StringComparison.OrdinalIgnoreCase))
                    {
                        return module.FileName;
                    }
                }
            }
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            // The system does not list a process's libraries.
        }

        return null;
    }
}
