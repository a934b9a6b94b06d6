using System.ComponentModel;
using System.Diagnostics;

namespace Plumbline.Torch.Machine;

/// <summary>The native libraries in this process.</summary>
internal static class LoadedLibraries
{
    /// <summary>The path of the first loaded library whose file name is one of <paramref name="names"/> before a dot, or before the hash that a package puts in (<c>libgomp-98b21ff3.so.1</c>); null where there is none.</summary>
    internal static string? Find(params ReadOnlySpan<string> names)
    {
        try
        {
            using var process = Process.GetCurrentProcess();
            foreach (ProcessModule module in process.Modules)
            {
                foreach (var name in names)
                {
                    var file = Path.GetFileName(module.FileName);
                    if (
                        file.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                        && file.Length > name.Length
                        && file[name.Length] is '.' or '-'
                    )
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
