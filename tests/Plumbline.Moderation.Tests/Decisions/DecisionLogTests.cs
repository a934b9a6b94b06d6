using Plumbline.Findings;
using Plumbline.Lineage;
using Plumbline.Moderation.Decisions;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Decisions;

public sealed class DecisionLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_appended_is_read_in_its_order_and_verifies()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 20);

        var records = DecisionLog.Read(log).ToList();

        Assert.Equal(
            Enumerable.Range(1, 20).Select(i => ((long)i, $"{i}")),
            records.Select(record => (record.Sequence, record.Decision.Id))
        );
        var verification = DecisionLog.Verify(log);
        Assert.True(verification.IsWhole, verification.Fault?.Problem);
        Assert.Equal((20L, new DecisionHead(20, records[^1].Hash), false), (verification.Records, verification.Head, verification.IsTorn));
    }

    [Fact]
    public async Task Segments_are_no_larger_than_they_may_be_and_chained_to_each_other()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 20);

        var segments = Logs.Segments(log);

        Assert.Equal(Enumerable.Range(1, segments.Length).Select(i => $"decisions-{i:D6}.jsonl"), segments.Select(Path.GetFileName));
        Assert.InRange(segments.Length, 4, 20);
        Assert.All(segments, segment => Assert.InRange(new FileInfo(segment).Length, 1, Logs.Small.SegmentBytes));
        var ends = segments.Select(segment => Logs.Lines(segment)[^1][^66..^2]).ToList();
        Assert.All(
            segments.Skip(1).Zip(ends),
            pair => Assert.StartsWith($"{{\"previous\":\"{pair.Second}\"", File.ReadAllText(pair.First))
        );
        Assert.Equal($"{20:D19} {ends[^1]}\n", File.ReadAllText(Logs.Head(log)));
    }

    [Fact]
    public async Task A_record_larger_than_a_segment_has_one_of_its_own()
    {
        using var folder = new TemporaryFolder();
        await using (var log = Logs.Open(folder))
        {
            await log.AppendAsync(Logs.Decision("1"), Token);
            await log.AppendAsync(Logs.Decision("2") with { Failed = [new string('x', 5000)] }, Token);
            await log.AppendAsync(Logs.Decision("3"), Token);
        }

        Assert.All(Logs.Segments(folder.File("log")), segment => Assert.Single(Logs.Lines(segment)));
        Assert.Equal(3, DecisionLog.Verify(folder.File("log")).Records);
    }

    [Fact]
    public async Task A_log_that_is_opened_again_goes_on_where_it_ended()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 12; i++)
        {
            await Logs.Write(folder, 1, first: i + 1);
        }

        var log = folder.File("log");
        Assert.Equal(12, DecisionLog.Verify(log).Records);
        Assert.True(DecisionLog.Verify(log).IsWhole);
        Assert.True(Logs.Segments(log).Length is > 1 and < 12);
    }

    [Fact]
    public async Task Records_carry_the_time_they_were_written_at_which_never_goes_back()
    {
        using var folder = new TemporaryFolder();
        var clock = new LogClock();
        var start = clock.Now;
        foreach (var minutes in new[] { 0, 5, 3, 7 })
        {
            clock.Now = start.AddMinutes(minutes);
            await using var log = DecisionLog.Open(folder.File("log"), clock, Logs.Small);
            await log.AppendAsync(Logs.Decision($"{minutes}"), Token);
        }

        var records = DecisionLog.Read(folder.File("log")).ToList();

        Assert.Equal([0, 5, 5, 7], records.Select(record => (record.Recorded - start).TotalMinutes));
        Assert.All(records, record => Assert.Equal(Logs.Decision("x").Time, record.Decision.Time));
    }

    [Fact]
    public async Task Reading_begins_at_any_number_or_time()
    {
        using var folder = new TemporaryFolder();
        var clock = new LogClock();
        var start = clock.Now;
        await using (var log = DecisionLog.Open(folder.File("log"), clock, Logs.Small, new WatchedDisk()))
        {
            for (var i = 1; i <= 25; i++)
            {
                clock.Now = start.AddSeconds(i / 2);
                await log.AppendAsync(Logs.Decision($"{i}"), Token);
            }
        }

        for (var first = -1; first <= 27; first++)
        {
            var expected = Enumerable.Range(1, 25).Where(i => i >= first);
            Assert.Equal(expected.Select(i => (long)i), DecisionLog.Read(folder.File("log"), first).Select(record => record.Sequence));
            Assert.Equal(
                Enumerable.Range(1, 25).Where(i => i / 2 >= first).Select(i => (long)i),
                DecisionLog.Read(folder.File("log"), start.AddSeconds(first)).Select(record => record.Sequence)
            );
        }
    }

    [Fact]
    public async Task Reading_on_from_a_number_needs_no_segment_before_it()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 20);
        var segments = Logs.Segments(log);
        var begin = DecisionLog.Read(log).First(record => Logs.Lines(segments[2])[0].Contains($"\"hash\":\"{record.Hash}\"")).Sequence;
        var lines = Logs.Lines(segments[1]);
        Logs.WriteLines(segments[1], [.. lines[..^1], "damaged"]);

        Assert.Equal(20 - begin + 1, DecisionLog.Read(log, begin).Count());
        var refused = Assert.Throws<InvalidInputException>(() => DecisionLog.Read(log, 1).Count());
        Assert.Equal(new InputPosition(segments[1], lines.Length), refused.Position);
    }

    [Fact]
    public async Task A_decision_is_found_by_its_id_and_the_latest_where_there_are_several()
    {
        using var folder = new TemporaryFolder();
        await using (var log = Logs.Open(folder))
        {
            foreach (var id in new[] { "a", "ü\"\\🐦", "a", "b", "c", "d", "e" })
            {
                await log.AppendAsync(
                    Logs.Decision(id) with
                    {
                        Detectors = new Dictionary<string, string>
                        {
                            ["detector"] = "1",
                            ["id"] = "1",
                            ["other"] = "1",
                        },
                    },
                    Token
                );
            }
        }

        var path = folder.File("log");
        Assert.Equal(3, DecisionLog.Find(path, "a")!.Sequence);
        Assert.Equal(2, DecisionLog.Find(path, "ü\"\\🐦")!.Sequence);
        Assert.Null(DecisionLog.Find(path, "1"));
        Assert.Null(DecisionLog.Find(path, "aa"));

        var segment = Logs.Segments(path)[^1];
        File.WriteAllText(segment, File.ReadAllText(segment).Replace("\"de\"", "\"en\"", StringComparison.Ordinal));
        var refused = Assert.Throws<InvalidInputException>(() => DecisionLog.Find(path, "e"));
        Assert.Equal(segment, refused.Position!.File);
    }

    [Fact]
    public async Task One_process_writes_at_a_time_and_any_may_read_meanwhile()
    {
        using var folder = new TemporaryFolder();
        var log = Logs.Open(folder);
        await log.AppendAsync(Logs.Decision("1"), Token);

        var refused = Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
        Assert.EndsWith("decisions.lock", refused.Position!.File);
        Assert.Single(DecisionLog.Read(folder.File("log")));
        Assert.Equal(1, DecisionLog.Verify(folder.File("log")).Records);
        Assert.True(DecisionLog.Verify(folder.File("log")).IsWhole);

        await log.DisposeAsync();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.AppendAsync(Logs.Decision("2"), Token));
        await Logs.Write(folder, 1, first: 2);
        Assert.Equal(2, DecisionLog.Verify(folder.File("log")).Records);
    }

    [Fact]
    public async Task Decisions_that_cannot_be_recorded_are_refused_and_the_log_goes_on()
    {
        using var folder = new TemporaryFolder();
        await using var log = Logs.Open(folder);
        GuardDecision[] bad =
        [
            Logs.Decision(""),
            Logs.Decision(new string('a', 257)),
            Logs.Decision("a") with
            {
                Input = "the text itself",
            },
            Logs.Decision("a") with
            {
                Input = new string('g', 64),
            },
            Logs.Decision("a") with
            {
                Exchange = new string('a', 1025),
            },
            Logs.Decision("a") with
            {
                Outcome = (GuardOutcome)9,
            },
            Logs.Decision("a") with
            {
                Part = (GuardedPart)(-1),
            },
            Logs.Decision("a") with
            {
                Failed = [new string('a', 1 << 20)],
            },
            Logs.Decision("a") with
            {
                Failed = [null!],
            },
            Logs.Decision("a") with
            {
                Constitution = null!,
            },
            Logs.Decision("a") with
            {
                Input = null!,
            },
            Logs.Decision("a") with
            {
                Detectors = new Dictionary<string, string> { ["a"] = null! },
            },
            Logs.Decision("a") with
            {
                Verdicts = [new ClauseVerdict(null!, GuardOutcome.Block, 1, 1)],
            },
            Logs.Decision("a") with
            {
                Verdicts = [new ClauseVerdict("a", (GuardOutcome)7, 1, 1)],
            },
            Logs.Decision("a") with
            {
                Findings = [new Finding { Hazard = null!, Score = 1 }],
            },
            Logs.Decision("a") with
            {
                Id = null!,
            },
        ];

        foreach (var decision in bad)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await log.AppendAsync(decision, Token));
        }

        await Assert.ThrowsAsync<ArgumentNullException>(async () => await log.AppendAsync(null!, Token));
        await log.AppendAsync(Logs.Decision("good"), Token);
        Assert.Equal("good", Assert.Single(DecisionLog.Read(folder.File("log"))).Decision.Id);
        Assert.True(DecisionLog.Verify(folder.File("log")).IsWhole);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        foreach (
            var (options, name) in new[]
            {
                (new DecisionLogOptions { SegmentBytes = 1023 }, "segment_bytes"),
                (new DecisionLogOptions { QueueCapacity = 0 }, "queue_capacity"),
                (new DecisionLogOptions { LockSeconds = double.NaN }, "lock_seconds"),
            }
        )
        {
            Assert.Contains(name, Assert.Throws<InvalidInputException>(() => Logs.Open(folder, options)).Message);
        }
    }

    [Fact]
    public void A_folder_without_a_log_is_refused_to_read_and_one_that_cannot_be_made_to_write()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidInputException>(() => DecisionLog.Verify(folder.Path));
        Assert.Throws<InvalidInputException>(() => DecisionLog.Find(folder.Path, "a"));
        Assert.Throws<InvalidInputException>(() => DecisionLog.Read(folder.File("nowhere")).Any());

        folder.Write("log", "a file");
        Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
    }

    [Fact]
    public async Task A_log_without_decisions_is_whole_and_empty()
    {
        using var folder = new TemporaryFolder();
        await Logs.Open(folder).DisposeAsync();

        Assert.Empty(DecisionLog.Read(folder.File("log")));
        Assert.Null(DecisionLog.Find(folder.File("log"), "a"));
        Assert.Equal(
            new DecisionVerification(0, new DecisionHead(0, new string('0', 64)), null, false),
            DecisionLog.Verify(folder.File("log"))
        );
    }

    [Fact]
    public async Task Opening_reads_the_last_segment_only()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 20);
        var first = Logs.Segments(log)[0];
        File.WriteAllText(first, "damaged\n");

        await Logs.Write(folder, 1, first: 21);

        Assert.Equal(first, DecisionLog.Verify(log).Fault!.File);
        Assert.Equal(21, DecisionLog.Read(log, 21).Single().Sequence);
    }

    [Fact]
    public async Task Segments_that_were_archived_are_not_missed_by_who_knows_where_they_ended()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 20);
        var segments = Logs.Segments(log);
        var archived = DecisionLog.Read(log).Last(record => File.ReadAllText(segments[1]).Contains($"\"hash\":\"{record.Hash}\""));
        File.Delete(segments[0]);
        File.Delete(segments[1]);

        Assert.Equal(LedgerFaultKind.Missing, DecisionLog.Verify(log).Fault!.Kind);
        var verification = DecisionLog.Verify(log, after: new DecisionHead(archived.Sequence, archived.Hash));
        Assert.True(verification.IsWhole, verification.Fault?.Problem);
        Assert.Equal(20 - archived.Sequence, verification.Records);
        Assert.Equal(
            LedgerFaultKind.Changed,
            DecisionLog.Verify(log, after: new DecisionHead(archived.Sequence, new string('1', 64))).Fault!.Kind
        );
        var kept = DecisionLog.Verify(log, new DecisionHead(archived.Sequence, archived.Hash), through: new DecisionHead(1, archived.Hash));
        Assert.Equal(LedgerFaultKind.Missing, kept.Fault!.Kind);
        Assert.Equal(archived.Sequence + 1, DecisionLog.Read(log).First().Sequence);

        await Logs.Write(folder, 3, first: 21);
        Assert.True(DecisionLog.Verify(log, after: new DecisionHead(archived.Sequence, archived.Hash)).IsWhole);
    }
}
