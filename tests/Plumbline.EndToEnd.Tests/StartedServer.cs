using System.Diagnostics;

namespace Plumbline.EndToEnd.Tests;

/// <summary>A command that serves, in a process of its own.</summary>
internal sealed class StartedServer : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private readonly List<string> lines = [];
    private readonly SemaphoreSlim more = new(0);

    private StartedServer(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        Process = new Process
        {
            // Under nohup a program inherits that SIGHUP is ignored, and would never be told to read its file anew.
            StartInfo = new ProcessStartInfo(
                "env",
                ["--default-signal=HUP", "dotnet", Path.Combine(AppContext.BaseDirectory, "plumb.dll"), .. arguments]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        foreach (var (name, value) in variables)
        {
            Process.StartInfo.Environment[name] = value;
        }

        Process.OutputDataReceived += (_, line) => Take(line.Data);
        Process.ErrorDataReceived += (_, line) => Take(line.Data);
        Process.Start();
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Address { get; private set; } = string.Empty;

    /// <summary>Starts <c>plumb guard serve</c>, and waits until it listens.</summary>
    /// <param name="file">What it reads.</param>
    /// <param name="variables">Environment variables of its own.</param>
    public static Task<StartedServer> Of(string file, params (string Name, string Value)[] variables) =>
        OfCommand(["guard", "serve", file], variables);

    /// <summary>Starts a command, and waits until it listens.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="variables">Environment variables of its own.</param>
    public static async Task<StartedServer> OfCommand(IReadOnlyList<string> arguments, params (string Name, string Value)[] variables)
    {
        var server = new StartedServer(arguments, variables.ToDictionary(one => one.Name, one => one.Value));
        server.Address = (await server.Line("Listening on ")).Split(' ')[2].TrimEnd(';');
        return server;
    }

    /// <summary>Waits for a line that begins so.</summary>
    public async Task<string> Line(string beginning)
    {
        while (true)
        {
            lock (lines)
            {
                if (lines.Find(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } found)
                {
                    return found;
                }
            }

            Assert.True(await more.WaitAsync(TimeSpan.FromMinutes(1), None) && !Process.HasExited, string.Join('\n', lines));
        }
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string name)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{name}", $"{Process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Asks it to end, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Stop()
    {
        Signal("TERM");
        await Process.WaitForExitAsync(None).WaitAsync(TimeSpan.FromMinutes(1), None);
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
        }

        Process.Dispose();
        more.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            more.Release();
        }
    }
}
