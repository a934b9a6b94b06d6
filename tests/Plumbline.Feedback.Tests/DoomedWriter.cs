using System.Diagnostics;

namespace Plumbline.Feedback.Tests;

/// <summary>A process that writes into a store until it is killed, and says what was acknowledged.</summary>
internal static class DoomedWriter
{
    public const string Command = "write-until-killed";

    private const int Writers = 4;

    /// <summary>How whole keys end.</summary>
    private static readonly string[] Endings = ["-ask", "-rank", "-open", "-judge"];

    /// <summary>The process's own work: from several threads, ask and rank without end; after each append a line with its number and key.</summary>
    public static async Task<int> RunAsync(string location)
    {
        await using var store = await FeedbackStore.OpenAsync(location, TimeProvider.System);
        var name = Environment.ProcessId;
        await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(writer =>
                    Task.Run(async () =>
                    {
                        for (var turn = 0; ; turn++)
                        {
                            var request = await AppendAsync($"{name}-{writer}-{turn}-ask", Events.Request(wanted: 2));
                            await AppendAsync($"{name}-{writer}-{turn}-rank", Events.Ranking(request, $"rater {writer}"));
                        }
                    })
                )
        );
        return 0;

        async Task<long> AppendAsync(string key, FeedbackEvent what)
        {
            var sequence = await store.AppendAsync(key, what);
            lock (store)
            {
                Console.WriteLine($"{sequence} {key}");
                Console.Out.Flush();
            }

            return sequence;
        }
    }

    /// <summary>Starts such a process, kills it (SIGKILL) after so many acknowledgements, and returns all that came.</summary>
    public static async Task<Dictionary<string, long>> RunAndKillAsync(string location, int acknowledgements, string command = Command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ProgramArguments(command, location))
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var acknowledged = new Dictionary<string, long>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line may be cut.
            if (line.Split(' ') is [var sequence, var key] && Endings.Any(key.EndsWith))
            {
                acknowledged.Add(key, long.Parse(sequence));
            }

            if (acknowledged.Count == acknowledgements)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        Assert.True(acknowledged.Count >= acknowledgements, $"The writer ended by itself after {acknowledged.Count} events.");
        return acknowledged;
    }

    /// <summary>Under the dotnet host the program is the assembly; otherwise the process is its own executable.</summary>
    private static IEnumerable<string> ProgramArguments(string command, string location) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [typeof(DoomedWriter).Assembly.Location, command, location]
            : [command, location];
}
