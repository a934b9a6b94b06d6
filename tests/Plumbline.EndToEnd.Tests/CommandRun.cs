using System.Diagnostics;
using System.Text;
using Plumbline.Cli.Commands;
using Plumbline.Cli.Progress;

namespace Plumbline.EndToEnd.Tests;

/// <summary>Runs the command line: in this process, or as a process of its own that can be killed.</summary>
internal static class CommandRun
{
    internal static (int Code, string Output, string Error) InProcess(params string[] arguments) => WithInput(string.Empty, arguments);

    internal static (int Code, string Output, string Error) WithInput(string input, params string[] arguments) =>
        Run(input, isTerminal: false, arguments, CancellationToken.None);

    internal static (int Code, string Output, string Error) Run(
        string input,
        bool isTerminal,
        string[] arguments,
        CancellationToken cancellation
    )
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var progress = ProgressReporter.AsLines(error, TimeProvider.System);
        var environment = new CommandEnvironment(
            output,
            error,
            TimeProvider.System,
            progress,
            new CommandInput(reader, isTerminal),
            cancellation
        );
        var code = PlumbCommandLine.Run(arguments, environment);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs it to its end in a process of its own.</summary>
    internal static (int Code, string Output, string Error) Separately(params string[] arguments)
    {
        var (output, error) = (new StringBuilder(), new StringBuilder());
        using var process = Start(arguments, line => output.AppendLine(line), line => error.AppendLine(line));
        process.WaitForExit();
        return (process.ExitCode, output.ToString(), error.ToString());
    }

    // Both pipes are emptied, so that the child never waits for a reader.
    internal static Process Start(params string[] arguments) => Start(arguments, _ => { }, _ => { });

    private static Process Start(string[] arguments, Action<string?> output, Action<string?> error)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "plumb.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => output(line.Data);
        process.ErrorDataReceived += (_, line) => error(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
