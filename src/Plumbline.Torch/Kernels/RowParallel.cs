using Plumbline.Torch.Dispatch;

namespace Plumbline.Torch.Kernels;

/// <summary>Cuts rows into one contiguous part per torch thread. The cut depends on the thread count alone, so results repeat bit for bit.</summary>
internal static class RowParallel
{
    /// <summary>The number of parts that <paramref name="rows"/> are cut into.</summary>
    internal static int Parts(long rows) => (int)Math.Clamp(rows, 1, TorchSharp.torch.get_num_threads());

    /// <summary>Runs <paramref name="body"/>(part, first row, end row) for every part.</summary>
    internal static void For(long rows, Action<int, long, long> body)
    {
        var parts = Parts(rows);
        if (parts == 1)
        {
            body(0, 0, rows);
            return;
        }

        void Part(int part) => body(part, rows * part / parts, rows * (part + 1) / parts);
        if (!OpenMpTeam.TryRun(parts, Part))
        {
            Parallel.For(0, parts, Part);
        }
    }
}
