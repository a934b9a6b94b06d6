using System.Diagnostics;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary>The most memory this process has had resident.</summary>
internal static class PeakMemory
{
    internal static long Mib()
    {
        using var process = Process.GetCurrentProcess();
        return (MachineFacts.Read().PeakMemory ?? process.PeakWorkingSet64) >> 20;
    }
}
