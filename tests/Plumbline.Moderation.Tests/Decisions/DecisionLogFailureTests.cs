using Plumbline.Lineage;
using Plumbline.Moderation.Decisions;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Decisions;

public sealed class DecisionLogFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task A_writer_killed_at_any_byte_of_the_last_record_leaves_a_log_that_goes_on(int acknowledged, bool newSegment)
    {
        using var folder = new TemporaryFolder();
        var options = Logs.Small with { SegmentBytes = newSegment ? 1024 : 1 << 20 };
        var log = await Logs.Write(folder, acknowledged, options);
        var before = Logs.Snapshot(log);
        await Logs.Write(folder, 1, options, first: acknowledged + 1);
        var segment = Logs.Segments(log)[^1];
        var whole = File.ReadAllBytes(segment);
        var start = before.TryGetValue(segment, out var bytes) ? bytes.Length : 0;
        Assert.Equal(newSegment, start == 0);
        for (var length = start; length <= whole.Length; length++)
        {
            Logs.Restore(log, before);
            File.WriteAllBytes(segment, whole[..length]);
            var verification = DecisionLog.Verify(log);
            Assert.True(verification.IsWhole, verification.Fault?.Problem);
            Assert.Equal(
                (length > start && length < whole.Length, acknowledged),
                (verification.IsTorn, (int)verification.Records - (length == whole.Length ? 1 : 0))
            );
            Assert.Equal(verification.Records, DecisionLog.Read(log).Count());

            await Logs.Write(folder, 1, options, first: 9);

            var ids = DecisionLog.Read(log).Select(record => int.Parse(record.Decision.Id));
            var kept = length >= whole.Length - 1 ? acknowledged + 1 : acknowledged;
            Assert.Equal([.. Enumerable.Range(1, kept), 9], ids);
            Assert.True(DecisionLog.Verify(log) is { IsWhole: true, IsTorn: false });
        }
    }

    [Fact]
    public async Task What_was_acknowledged_is_in_the_head_so_a_torn_record_of_it_is_no_torn_tail()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 3);
        var segment = Logs.Segments(log)[^1];
        var whole = File.ReadAllBytes(segment);
        for (var cut = 1; cut < 700; cut += 23)
        {
            File.WriteAllBytes(segment, whole[..Math.Max(0, whole.Length - cut)]);
            Assert.Equal(LedgerFaultKind.Cut, DecisionLog.Verify(log).Fault!.Kind);
            if (cut > 1)
            {
                Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
            }
        }
    }

    [Fact]
    public async Task Garbage_behind_the_last_line_is_no_torn_tail()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 2);
        var segment = Logs.Segments(log)[^1];
        var good = File.ReadAllText(segment);
        foreach (var rest in new[] { "x", "{}", "{\"previous\":\"00", "\0\0\0", Logs.Lines(segment)[0] })
        {
            File.WriteAllText(segment, good + rest);
            Assert.Equal(LedgerFaultKind.Changed, DecisionLog.Verify(log).Fault!.Kind);
            Assert.Throws<InvalidInputException>(() => Logs.Open(folder));
        }
    }

    [Fact]
    public async Task A_disk_that_fails_to_write_fails_every_append_until_the_log_is_opened_anew()
    {
        using var folder = new TemporaryFolder();
        var disk = new WatchedDisk();
        await using (var log = Logs.Open(folder, disk: disk))
        {
            await log.AppendAsync(Logs.Decision("1"), Token);
            disk.OnWrite = () => throw new IOException("No space left on device");
            var refused = await Assert.ThrowsAsync<InvalidInputException>(async () => await log.AppendAsync(Logs.Decision("2"), Token));
            Assert.Contains("No space left", refused.Message);
            Assert.Equal(Logs.Segments(log.Folder)[^1], refused.Position!.File);

            disk.OnWrite = () => { };
            await Assert.ThrowsAsync<InvalidInputException>(async () => await log.AppendAsync(Logs.Decision("3"), Token));
        }

        await Logs.Write(folder, 1, first: 4);
        Assert.Equal(["1", "4"], DecisionLog.Read(folder.File("log")).Select(record => record.Decision.Id));
        Assert.True(DecisionLog.Verify(folder.File("log")).IsWhole);
    }

    [Fact]
    public async Task A_disk_that_fails_to_flush_fails_the_whole_group_and_what_waits_behind_it()
    {
        using var folder = new TemporaryFolder();
        var disk = new WatchedDisk();
        using var release = new ManualResetEventSlim();
        await using (var log = Logs.Open(folder, disk: disk))
        {
            disk.OnFlush = () =>
            {
                release.Wait(Token);
                throw new IOException("Input/output error");
            };
            var appends = Enumerable.Range(1, 10).Select(i => log.AppendAsync(Logs.Decision($"{i}"), Token).AsTask()).ToList();
            release.Set();
            foreach (var append in appends)
            {
                await Assert.ThrowsAsync<InvalidInputException>(() => append);
            }
        }

        // What nobody was told of is written once more by who opens the log: the failed flush says nothing of what reached the disk.
        var writes = 0;
        var counted = new WatchedDisk { OnWrite = () => writes++ };
        var unsettled = DecisionLog.Read(folder.File("log")).Count();
        Assert.True(unsettled > 0);
        await using (var log = Logs.Open(folder, disk: counted))
        {
            Assert.Equal(2, writes);
            await log.AppendAsync(Logs.Decision("after"), Token);
        }

        var verification = DecisionLog.Verify(folder.File("log"));
        Assert.True(verification.IsWhole, verification.Fault?.Problem);
        Assert.Equal(unsettled + 1, verification.Records);
    }

    [Fact]
    public async Task A_head_that_fell_behind_by_a_loss_of_power_is_caught_up_with()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 1);
        var old = File.ReadAllBytes(Logs.Head(log));
        await Logs.Write(folder, 11, first: 2);
        Assert.True(Logs.Segments(log).Length > 2);
        File.WriteAllBytes(Logs.Head(log), old);
        Assert.True(DecisionLog.Verify(log).IsWhole);

        await Logs.Write(folder, 1, first: 13);

        Assert.Equal(13, DecisionLog.Verify(log).Records);
        Assert.StartsWith($"{13:D19} ", File.ReadAllText(Logs.Head(log)));
    }

    [Fact]
    public async Task An_empty_segment_that_a_kill_left_is_filled_also_where_all_before_it_was_archived()
    {
        using var folder = new TemporaryFolder();
        var log = await Logs.Write(folder, 4);
        var last = DecisionLog.Verify(log).Head;
        var segments = Logs.Segments(log);
        var next = Path.Combine(log, $"decisions-{segments.Length + 1:D6}.jsonl");
        File.WriteAllText(next, "");
        await Logs.Write(folder, 1, first: 5);
        Assert.Single(Logs.Lines(next));
        Assert.True(DecisionLog.Verify(log).IsWhole);

        File.WriteAllText(next, "");
        File.WriteAllText(Logs.Head(log), $"{last.Sequence:D19} {last.Hash}\n");
        foreach (var segment in segments)
        {
            File.Delete(segment);
        }

        Assert.Empty(DecisionLog.Read(log));
        await Logs.Write(folder, 1, first: 5);
        Assert.Equal(5, DecisionLog.Read(log).Single().Sequence);
        Assert.True(DecisionLog.Verify(log, after: last).IsWhole);
    }
}
