using System.Text.RegularExpressions;
using Plumbline.Cli.Progress;
using Plumbline.Runs;
using Spectre.Console;

namespace Plumbline.EndToEnd.Tests.Progress;

public sealed class ProgressReporterTests
{
    private readonly ManualClock clock = new();
    private readonly StringWriter output = new() { NewLine = "\n" };

    [Fact]
    public void Without_a_terminal_a_line_comes_every_five_seconds_at_most()
    {
        using (var reporter = ProgressReporter.AsLines(output, clock))
        {
            for (var step = 0; step <= 12; step++)
            {
                reporter.Report(new ProgressUpdate("sft", step, 12, step * 1000, "tokens", [new("loss", 3 - step / 10.0)]));
                clock.Advance(1);
            }
        }

        Assert.Equal(
            """
            sft: 0/12 (0 %), loss 3
            sft: 5/12 (41 %), 1k tokens/s, 7 s left, loss 2.5
            sft: 10/12 (83 %), 1k tokens/s, 2 s left, loss 2
            sft: 12/12 (100 %), 1k tokens/s, 12 s in all, loss 1.8

            """,
            output.ToString()
        );
    }

    [Fact]
    public void A_new_phase_ends_the_one_before()
    {
        using (var reporter = ProgressReporter.AsLines(output, clock))
        {
            reporter.Report(new ProgressUpdate("reading", 1, null, 10, "rows"));
            clock.Advance(2);
            reporter.Report(new ProgressUpdate("reading", 2, null, 5010, "rows"));
            reporter.Report(new ProgressUpdate("training", 0, 2, 0, "tokens"));
            clock.Advance(3700);
            reporter.Report(new ProgressUpdate("training", 1, 2, 9, "tokens"));
        }

        Assert.Equal(
            """
            reading: 1
            reading: 2, 2.5k rows/s, 2 s in all
            training: 0/2 (0 %)
            training: 1/2 (50 %)

            """.ReplaceLineEndings("\n"),
            output.ToString()
        );
    }

    [Fact]
    public void The_rate_is_that_of_the_last_half_minute()
    {
        using var reporter = ProgressReporter.AsLines(output, clock);
        var tokens = 0.0;
        for (var second = 0; second <= 120; second++)
        {
            reporter.Report(new ProgressUpdate("sft", second, 1000, tokens, "tokens"));
            tokens += second < 60 ? 5000 : 100;
            clock.Advance(1);
        }

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("sft: 60/1000 (6 %), 5k tokens/s, 15 min 40 s left", lines);
        Assert.Contains("sft: 120/1000 (12 %), 100 tokens/s, 14 min 40 s left", lines);
    }

    [Fact]
    public void On_a_terminal_a_phase_is_one_line_that_is_overwritten_and_never_wraps()
    {
        const int width = 70;
        using (var reporter = ProgressReporter.OnTerminal(Terminal(width), clock))
        {
            for (var step = 0; step <= 100; step++)
            {
                reporter.Report(
                    new ProgressUpdate(
                        "preference [tuning]",
                        step,
                        100,
                        step * 512,
                        "tokens",
                        [new("loss", 0.6931), new("reward accuracy", 0.5), new("margin", 1.25)]
                    )
                );
                clock.Advance(0.05);
            }
        }

        var text = Seen();
        Assert.Equal(1, text.Count(letter => letter == '\n'));
        var states = text.TrimEnd('\n').Split("\r\u001b[2K", StringSplitOptions.RemoveEmptyEntries);
        // 101 reports in 5 seconds at ten a second at most, and the last one.
        Assert.InRange(states.Length, 20, 53);
        Assert.All(states, state => Assert.InRange(state.Length, 1, width - 1));
        Assert.Equal("preference [tuning]  ━━━━━━━━━━━━━━━━━━━━  100/100 (100 %)", states[^1][..58]);
    }

    [Fact]
    public void A_wide_terminal_shows_rate_remaining_time_and_live_values()
    {
        using (var reporter = ProgressReporter.OnTerminal(Terminal(160), clock))
        {
            reporter.Report(new ProgressUpdate("grpo", 0, 10, 0, "tokens", [new("reward", 0)]));
            clock.Advance(2);
            reporter.Report(new ProgressUpdate("grpo", 5, 10, 3000, "tokens", [new("reward", 0.75)]));
        }

        Assert.Contains("grpo  ━━━━━━━━━━──────────  5/10 (50 %)  1.5k tokens/s  2 s left  reward 0.75", Seen(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_terminal_loses_the_bar_not_the_numbers()
    {
        using (var reporter = ProgressReporter.OnTerminal(Terminal(30), clock))
        {
            reporter.Report(new ProgressUpdate("grpo", 1, 10, 0, "tokens"));
        }

        Assert.DoesNotContain('━', Seen());
        Assert.Contains("grpo  1/10 (10 %)", Seen(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_reported_leaves_nothing_behind()
    {
        ProgressReporter.AsLines(output, clock).Dispose();
        ProgressReporter.OnTerminal(Terminal(80), clock).Dispose();

        Assert.Empty(output.ToString());
    }

    /// <summary>What a person sees: without the switches of weight and colour.</summary>
    private string Seen() => Regex.Replace(output.ToString(), "\u001b\\[[0-9;]*m", string.Empty);

    private IAnsiConsole Terminal(int width)
    {
        var terminal = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(output),
            }
        );
        terminal.Profile.Width = width;
        return terminal;
    }

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.UtcTicks;

        public void Advance(double seconds) => now += TimeSpan.FromSeconds(seconds);
    }
}
