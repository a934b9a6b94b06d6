using System.Globalization;

namespace Plumbline.EndToEnd.Tests;

/// <summary>Runs that end by SIGKILL.</summary>
internal static class KilledRun
{
    /// <summary>How many random moments a test tries: the environment variable PLUMBLINE_KILLS, or two.</summary>
    internal static int Moments => int.Parse(Environment.GetEnvironmentVariable("PLUMBLINE_KILLS") ?? "2", CultureInfo.InvariantCulture);

    /// <summary>Kills a run once one of its stages has a checkpoint.</summary>
    /// <param name="command">The command, such as <c>align</c> or <c>rl ppo</c>.</param>
    /// <param name="file">Its options file.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="stage">The stage, as a search pattern.</param>
    /// <param name="delay">Milliseconds after the checkpoint appeared.</param>
    /// <returns>Whether the run was killed; a run that ended first is no failure.</returns>
    internal static bool AfterCheckpoint(string command, string file, string run, string stage, int delay = 0)
    {
        using var process = CommandRun.Start([.. command.Split(' '), file]);
        while (!process.HasExited)
        {
            if (HasCheckpoint(run, stage))
            {
                process.WaitForExit(delay);
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                return process.ExitCode != 0;
            }

            process.WaitForExit(5);
        }

        return false;
    }

    /// <summary>The weights that a stage left.</summary>
    internal static byte[] Weights(string run, string stage) =>
        File.ReadAllBytes(Path.Combine(Directory.GetDirectories(run, stage).Single(), "model", "model.safetensors"));

    private static bool HasCheckpoint(string run, string stage) =>
        Directory.Exists(run)
        && Directory
            .GetDirectories(run, stage)
            .Select(path => Path.Combine(path, "checkpoints"))
            .Any(path => Directory.Exists(path) && Directory.GetDirectories(path, "step-*").Length > 0);
}
