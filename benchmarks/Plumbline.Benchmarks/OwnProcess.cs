using System.Diagnostics;

namespace Plumbline.Benchmarks;

/// <summary>This program once more, for what needs a process to itself.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">What it is started with.</param>
    /// <param name="variables">Environment variables that it sees beside this process's own.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal static string Output(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException($"The process {string.Join(' ', arguments)} ended with code {process.ExitCode}.");
    }
}
