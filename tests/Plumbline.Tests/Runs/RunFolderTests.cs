using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Runs;
using Plumbline.Testing;
using Plumbline.Tests.Configuration;

namespace Plumbline.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Facts_hold_all_that_is_needed_to_repeat_the_run()
    {
        var data = folder.Write("data.jsonl", "abc");
        using (var run = RunFolder.Open(folder.Path, clock))
        {
            run.WriteFacts(Facts(seed: ulong.MaxValue, InputFact.Of(data)));
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(folder.File("run.json")));
        var root = document.RootElement;
        Assert.Equal("plumb sft", root.GetProperty("command").GetString());
        Assert.Equal("2026-01-02T03:04:05.678Z", root.GetProperty("started").GetString());
        Assert.Equal(ulong.MaxValue, root.GetProperty("seed").GetUInt64());
        Assert.Equal("0.1.0", root.GetProperty("versions").GetProperty("plumbline").GetString());
        Assert.Equal("2", root.GetProperty("machine").GetProperty("threads").GetString());
        var input = root.GetProperty("inputs")[0];
        Assert.Equal(3, input.GetProperty("bytes").GetInt64());
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", input.GetProperty("sha256").GetString());
        Assert.Equal(0.25, root.GetProperty("options").GetProperty("learning_rate").GetDouble());
    }

    [Fact]
    public void The_resolved_options_can_be_read_back()
    {
        using var run = RunFolder.Open(folder.Path, clock);

        run.WriteFacts(Facts());

        Assert.Equal(0.25, OptionsFile.Read<SampleOptions>(folder.File("options.yaml")).LearningRate);
    }

    [Fact]
    public void A_second_start_keeps_the_facts_of_the_first()
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            using var run = RunFolder.Open(folder.Path, clock);
            run.WriteFacts(Facts(seed));
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(folder.File("run.json")));
        Assert.Equal(3, document.RootElement.GetProperty("seed").GetInt32());
        Assert.Equal(
            [2, 1],
            document.RootElement.GetProperty("earlier").EnumerateArray().Select(start => start.GetProperty("seed").GetInt32())
        );
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"earlier\":1}")]
    public void A_damaged_record_of_the_first_start_is_an_error_and_stays_as_it_is(string damaged)
    {
        var path = folder.Write("run.json", damaged);
        using var run = RunFolder.Open(folder.Path, clock);

        var failure = Assert.Throws<InvalidInputException>(() => run.WriteFacts(Facts()));

        Assert.Contains("run.json", failure.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllText(path));
    }

    [Fact]
    public void Metrics_are_one_object_a_step_and_reach_tensorboard_too()
    {
        using (var run = RunFolder.Open(folder.Path, clock))
        {
            run.AppendMetrics(1, [new("loss", 2.5), new("eval/reward", double.NaN)]);
            clock.Advance(0.5);
            run.AppendMetrics(2, new Dictionary<string, double> { ["loss"] = double.NegativeInfinity });
        }

        Assert.Equal(
            "{\"step\":1,\"time\":1767323045.678,\"loss\":2.5,\"eval/reward\":\"NaN\"}\n{\"step\":2,\"time\":1767323046.178,\"loss\":\"-Infinity\"}\n",
            File.ReadAllText(folder.File("metrics.jsonl"))
        );
        var rows = RunFolder.ReadMetrics(folder.Path);
        Assert.Equal(2.5, rows[0].Find("loss"));
        Assert.Equal(double.NaN, rows[0].Find("eval/reward"));
        Assert.Equal(double.NegativeInfinity, rows[1].Find("loss"));
        Assert.Null(rows[1].Find("eval/reward"));
        var events = ReadEvents();
        Assert.Equal([0, 1, 2], events.Select(one => one.Step));
        Assert.Equal(1767323046.178, events[2].Time);
        Assert.Equal([new("loss", 2.5f), new("eval/reward", float.NaN)], events[1].Scalars);
    }

    [Fact]
    public void Metrics_wait_in_memory_for_two_seconds_at_most()
    {
        using var run = RunFolder.Open(folder.Path, clock);

        run.AppendMetrics(1, [new("loss", 1)]);
        Assert.Empty(RunFolder.ReadMetrics(folder.Path));
        clock.Advance(2);
        run.AppendMetrics(2, [new("loss", 1)]);

        Assert.Equal(2, RunFolder.ReadMetrics(folder.Path).Count);
        Assert.Equal(3, ReadEvents().Count);
    }

    [Fact]
    public void Metrics_that_have_no_right_place_are_refused()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        run.AppendMetrics(5, [new("loss", 1)]);

        Assert.Throws<ArgumentOutOfRangeException>(() => run.AppendMetrics(4, [new("loss", 1)]));
        Assert.Throws<ArgumentException>(() => run.AppendMetrics(6, [new("step", 1)]));
    }

    [Fact]
    public void Wherever_a_kill_cuts_the_files_the_run_goes_on_from_the_whole_rows()
    {
        using (var run = RunFolder.Open(folder.Path, clock))
        {
            for (var step = 1; step <= 2; step++)
            {
                run.AppendMetrics(step, [new("loss", step / 8.0)]);
            }
        }

        var metrics = File.ReadAllBytes(folder.File("metrics.jsonl"));
        var events = File.ReadAllBytes(EventsPath());
        for (var length = 0; length <= metrics.Length; length++)
        {
            File.WriteAllBytes(folder.File("metrics.jsonl"), metrics[..length]);
            File.WriteAllBytes(EventsPath(), events[..Math.Min(length, events.Length)]);
            var whole = metrics.AsSpan(0, length).Count((byte)'\n');

            using (var run = RunFolder.Open(folder.Path, clock))
            {
                run.AppendMetrics(9, [new("loss", 9)]);
            }

            var steps = Enumerable.Range(1, whole).Select(step => (long)step).Append(9).ToArray();
            Assert.Equal(steps, RunFolder.ReadMetrics(folder.Path).Select(row => row.Step));
            Assert.Equal(steps, ReadEvents().Skip(1).Select(one => one.Step));
        }
    }

    [Theory]
    [InlineData("{\"step\":1,\"time\":2,\"loss\":{}}")]
    [InlineData("{\"step\":1,\"loss\":2}")]
    [InlineData("{\"step\":-1,\"time\":2}")]
    [InlineData("{\"step\":1,\"time\":2} x")]
    [InlineData("{\"step\":1,\"time\":2,\"loss\":\"high\"}")]
    [InlineData("[[[[")]
    [InlineData("")]
    public void A_whole_line_that_is_no_row_is_an_error_with_its_number(string line)
    {
        var path = folder.Write("metrics.jsonl", $"{{\"step\":1,\"time\":2}}\n{line}\n");

        var failure = Assert.Throws<InvalidInputException>(() => RunFolder.Open(folder.Path, clock));

        Assert.StartsWith($"{path}:2: This line is no row", failure.Message, StringComparison.Ordinal);
        File.Delete(path);
        RunFolder.Open(folder.Path, clock).Dispose();
    }

    [Fact]
    public void Long_lines_are_read_and_endless_ones_refused()
    {
        var name = new string('n', 300_000);
        folder.Write("metrics.jsonl", $"{{\"step\":1,\"time\":2,\"{name}\":3}}\n{{\"step\":2,\"time\":2}}\n");
        Assert.Equal([1, 2], RunFolder.ReadMetrics(folder.Path).Select(row => row.Step));

        folder.Write("metrics.jsonl", "{\"step\":1,\"time\":2}\n" + new string('x', 3 << 20));
        var failure = Assert.Throws<InvalidInputException>(() => RunFolder.ReadMetrics(folder.Path));
        Assert.Contains(":2: This line is longer than 1 MiB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_metrics_are_read_or_refused_but_never_crash()
    {
        var good = "{\"step\":1,\"time\":2.5,\"loss\":0.5,\"eval/\\u00e9\":\"NaN\"}\n{\"step\":2,\"time\":3,\"loss\":1e-3}\n"u8.ToArray();

        ByteFuzzer.Run(
            [good],
            rounds: 2000,
            new(5),
            bytes =>
            {
                File.WriteAllBytes(folder.File("metrics.jsonl"), bytes);
                RunFolder.ReadMetrics(folder.Path);
            }
        );
    }

    [Fact]
    public void Rewinding_cuts_what_came_after_the_step_everywhere()
    {
        using (var run = RunFolder.Open(folder.Path, clock))
        {
            for (var step = 1; step <= 6; step++)
            {
                run.AppendMetrics(step, [new("loss", step)]);
                run.SaveCheckpoint(step, path => File.WriteAllText(Path.Combine(path, "state"), "s"), keep: 10);
            }

            run.RewindTo(4);
            run.AppendMetrics(5, [new("loss", 55)]);
            Assert.Equal(4, run.LatestCheckpoint()!.Step);
        }

        var rows = RunFolder.ReadMetrics(folder.Path);
        Assert.Equal([1, 2, 3, 4, 55], rows.Select(row => row.Find("loss")!.Value));
        Assert.Equal([1f, 2, 3, 4, 55], ReadEvents().Skip(1).Select(one => one.Scalars[0].Value));
    }

    [Fact]
    public void Rewinding_to_before_the_first_step_starts_over()
    {
        using var run = RunFolder.Open(folder.Path, clock);
        run.AppendMetrics(3, [new("loss", 1)]);

        run.RewindTo(-1);
        run.AppendMetrics(0, [new("loss", 2)]);
        run.Flush();

        Assert.Equal([0], RunFolder.ReadMetrics(folder.Path).Select(row => row.Step));
    }

    [Fact]
    public void Two_processes_cannot_write_into_one_folder()
    {
        using var run = RunFolder.Open(folder.Path, clock);

        var failure = Assert.Throws<InvalidInputException>(() => RunFolder.Open(folder.Path, clock));

        Assert.Contains("Another run may be writing into it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_cannot_be_read_is_an_error() =>
        Assert.Throws<InvalidInputException>(() => InputFact.Of(folder.File("absent.jsonl")));

    private static RunFacts Facts(ulong seed = 7, params InputFact[] inputs) =>
        new(
            "plumb sft",
            new SampleOptions { Model = "m", LearningRate = 0.25 },
            seed,
            new Dictionary<string, string> { ["plumbline"] = "0.1.0" },
            new Dictionary<string, string> { ["threads"] = "2" },
            inputs
        );

    private List<ScalarEvent> ReadEvents() => EventFileReader.Read(File.ReadAllBytes(EventsPath()));

    private string EventsPath() => Directory.GetFiles(folder.Path, "*tfevents*").Single();
}
