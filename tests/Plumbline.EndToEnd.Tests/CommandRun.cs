using System.Diagnostics;
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

    internal static Process Start(params string[] arguments)
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
        // Both pipes are emptied, so that the child never waits for a reader.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
