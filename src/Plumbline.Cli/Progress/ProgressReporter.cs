using Plumbline.Runs;
using Spectre.Console;

namespace Plumbline.Cli.Progress;

/// <summary>
/// Shows progress: on a terminal one live line for each phase, with percentage, rate, remaining time and live values; elsewhere a plain line every five
/// seconds at most. Each phase leaves one line behind.
/// </summary>
public sealed class ProgressReporter : IProgressSink, IDisposable
{
    private const int BarCells = 20;
    private static readonly TimeSpan TerminalSpacing = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan PlainSpacing = TimeSpan.FromSeconds(5);

    private readonly IAnsiConsole? terminal;
    private readonly TextWriter? writer;
    private readonly TimeProvider clock;
    private ProgressUpdate? current;
    private ProgressPace pace = new();
    private long phaseStart;
    private long lastShown;
    private bool isCurrentShown;

    private ProgressReporter(IAnsiConsole? terminal, TextWriter? writer, TimeProvider clock)
    {
        this.terminal = terminal;
        this.writer = writer;
        this.clock = clock;
    }

    /// <summary>A live line on a terminal that can move its cursor.</summary>
    public static ProgressReporter OnTerminal(IAnsiConsole terminal, TimeProvider clock) => new(terminal, null, clock);

    /// <summary>Plain lines, for files and pipes.</summary>
    public static ProgressReporter AsLines(TextWriter writer, TimeProvider clock) => new(null, writer, clock);

    /// <summary>What fits this process: standard error where standard output belongs to <c>--json</c>, a live line where a person is watching.</summary>
    public static ProgressReporter ForProcess(bool isJson, TimeProvider clock)
    {
        var output = isJson ? Console.Error : Console.Out;
        var isRedirected = isJson ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        if (isRedirected)
        {
            return AsLines(output, clock);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        return console.Profile.Capabilities.Ansi ? OnTerminal(console, clock) : AsLines(output, clock);
    }

    /// <inheritdoc/>
    public void Report(ProgressUpdate update)
    {
        if (current?.Phase != update.Phase)
        {
            EndPhase();
            pace = new ProgressPace();
            phaseStart = clock.GetTimestamp();
            lastShown = phaseStart;
        }

        var isNew = current is null;
        current = update;
        isCurrentShown = false;
        pace.Add(clock.GetElapsedTime(phaseStart), update.Done, update.Processed);
        if (update.Done == update.Total)
        {
            EndPhase();
        }
        else if (isNew || clock.GetElapsedTime(lastShown) >= (terminal is null ? PlainSpacing : TerminalSpacing))
        {
            Show(isLast: false);
        }
    }

    /// <summary>Leaves the last state of an unfinished phase on a line of its own.</summary>
    public void Dispose() => EndPhase();

    private void EndPhase()
    {
        if (current is null)
        {
            return;
        }

        if (terminal is not null || !isCurrentShown)
        {
            Show(isLast: true);
        }

        terminal?.WriteLine();
        current = null;
    }

    private void Show(bool isLast)
    {
        lastShown = clock.GetTimestamp();
        isCurrentShown = true;
        var update = current!;
        if (writer is not null)
        {
            writer.WriteLine($"{update.Phase}: {string.Join(", ", Parts(update, isLast))}");
            writer.Flush();
            return;
        }

        // Parts from the left as long as they fit: a line that wraps could not be overwritten.
        var width = terminal!.Profile.Width - 1;
        var bar = Bar(update, width);
        var line = update.Phase.Length > width ? update.Phase[..Math.Max(0, width)] : update.Phase;
        var used = line.Length + (bar.Length > 0 ? bar.Length + 2 : 0);
        var rest = string.Empty;
        foreach (var part in Parts(update, isLast))
        {
            if (used + rest.Length + part.Length + 2 <= width)
            {
                rest += "  " + part;
            }
        }

        terminal.Write(new ControlCode("\r\u001b[2K"));
        terminal.Markup($"[bold]{Markup.Escape(line)}[/]{(bar.Length > 0 ? $"  [blue]{bar}[/]" : string.Empty)}{Markup.Escape(rest)}");
    }

    private IEnumerable<string> Parts(ProgressUpdate update, bool isLast)
    {
        var percent = ProgressText.Percent(update.Done, update.Total);
        yield return percent is null ? $"{update.Done}" : $"{update.Done}/{update.Total} ({percent} %)";
        if (pace.PerSecond is { } perSecond)
        {
            yield return ProgressText.Rate(perSecond, update.Unit);
        }

        if (isLast)
        {
            yield return $"{ProgressText.Duration(clock.GetElapsedTime(phaseStart))} in all";
        }
        else if (pace.Remaining(update.Total) is { } remaining)
        {
            yield return $"{ProgressText.Duration(remaining)} left";
        }

        foreach (var value in update.Values ?? [])
        {
            yield return ProgressText.Value(value);
        }
    }

    private static string Bar(ProgressUpdate update, int width)
    {
        if (width < 60 || ProgressText.Percent(update.Done, update.Total) is not { } percent)
        {
            return string.Empty;
        }

        var full = percent * BarCells / 100;
        return new string('\u2501', full) + new string('\u2500', BarCells - full);
    }
}
