using System.Collections;
using System.Text;
using Plumbline.Lineage;
using Plumbline.Moderation.Decisions;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Decisions;

public sealed class CommitQueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_decision_of_many_callers_stands_once_and_each_callers_in_its_order()
    {
        using var folder = new TemporaryFolder();
        // The real disk: what it takes to flush is what makes groups.
        await using (var log = Logs.Open(folder, Logs.Small with { SegmentBytes = 1 << 16, QueueCapacity = 16 }, new DecisionDisk()))
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, 32)
                    .Select(caller =>
                        Task.Run(
                            async () =>
                            {
                                for (var i = 0; i < 40; i++)
                                {
                                    await log.AppendAsync(Logs.Decision($"{caller}-{i}"), Token);
                                }
                            },
                            Token
                        )
                    )
            );
        }

        var ids = DecisionLog.Read(folder.File("log")).Select(record => record.Decision.Id.Split('-')).ToList();
        Assert.Equal(32 * 40, ids.Count);
        Assert.All(ids.GroupBy(id => id[0]), caller => Assert.Equal(Enumerable.Range(0, 40), caller.Select(id => int.Parse(id[1]))));
        Assert.True(DecisionLog.Verify(folder.File("log")).IsWhole);
    }

    [Fact]
    public async Task A_log_that_is_being_written_is_whole_whenever_it_is_verified()
    {
        using var folder = new TemporaryFolder();
        await using var log = Logs.Open(folder, Logs.Small with { SegmentBytes = 1 << 13 });
        await log.AppendAsync(Logs.Decision("first"), Token);
        var writers = Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(writer =>
                    Task.Run(
                        async () =>
                        {
                            for (var i = 0; i < 400; i++)
                            {
                                await log.AppendAsync(Logs.Decision($"{writer}-{i}") with { Failed = [new string('x', i * 12)] }, Token);
                            }
                        },
                        Token
                    )
                )
        );
        for (var seen = 0L; seen < 1 + (3 * 400); )
        {
            var verification = DecisionLog.Verify(log.Folder);
            Assert.True(verification.IsWhole, verification.Fault?.Problem);
            Assert.True(verification.Records >= seen);
            seen = verification.Records;
            Assert.True(DecisionLog.Read(log.Folder, seen - 3).Count() >= Math.Min(seen, 4));
        }

        await writers;
    }

    [Fact]
    public async Task What_waits_while_the_disk_is_busy_is_flushed_together()
    {
        using var folder = new TemporaryFolder();
        var disk = new WatchedDisk();
        using var release = new ManualResetEventSlim();
        await using var log = Logs.Open(folder, Logs.Small with { SegmentBytes = 1 << 20, QueueCapacity = 500 }, disk);
        disk.OnFlush = () => release.Wait(Token);
        var before = disk.Flushes;

        var appends = Enumerable.Range(0, 500).Select(i => log.AppendAsync(Logs.Decision($"{i}"), Token).AsTask()).ToList();
        Assert.All(appends, append => Assert.False(append.IsCompleted));
        release.Set();
        await Task.WhenAll(appends);

        // The group that the disk was busy with, and all the others.
        Assert.InRange(disk.Flushes - before, 1, 2);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), DecisionLog.Read(log.Folder).Select(record => record.Decision.Id));
    }

    [Fact]
    public async Task Who_finds_no_room_waits_before_a_line_is_made_and_may_give_up()
    {
        using var folder = new TemporaryFolder();
        var disk = new WatchedDisk();
        using var release = new ManualResetEventSlim();
        await using var log = Logs.Open(folder, Logs.Small with { QueueCapacity = 4 }, disk);
        disk.OnFlush = () => release.Wait(Token);
        var made = new CountedList();
        using var impatience = new CancellationTokenSource();

        var appends = Enumerable
            .Range(0, 20)
            .Select(i => log.AppendAsync(Logs.Decision($"{i}") with { Failed = made }, Token).AsTask())
            .ToList();
        var impatient = log.AppendAsync(Logs.Decision("impatient"), impatience.Token).AsTask();
        Assert.Equal(4, made.Reads);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await log.AppendAsync(Logs.Decision("x"), new CancellationToken(true))
        );
        Assert.Equal(4, made.Reads);
        release.Set();
        await Task.WhenAll(appends);

        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"{i}").Order(StringComparer.Ordinal),
            DecisionLog.Read(log.Folder).Select(record => record.Decision.Id).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Closing_writes_what_was_taken_and_turns_away_what_still_waits()
    {
        using var folder = new TemporaryFolder();
        var disk = new WatchedDisk();
        using var release = new ManualResetEventSlim();
        var log = Logs.Open(folder, Logs.Small with { QueueCapacity = 4 }, disk);
        disk.OnFlush = () => release.Wait(Token);
        var appends = Enumerable.Range(0, 10).Select(i => log.AppendAsync(Logs.Decision($"{i}"), Token).AsTask()).ToList();

        var closed = log.DisposeAsync();
        release.Set();
        await closed;

        await Task.WhenAll(appends[..4]);
        foreach (var late in appends[4..])
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
        }

        Assert.Equal(["0", "1", "2", "3"], DecisionLog.Read(log.Folder).Select(record => record.Decision.Id));
    }

    [Fact]
    public async Task Whoever_asks_twice_gets_an_exception_and_nobody_elses_record()
    {
        using var folder = new TemporaryFolder();
        await using var log = Logs.Open(folder);
        var append = log.AppendAsync(Logs.Decision("1"), Token);
        await append;

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await append);
        await Task.WhenAll(Enumerable.Range(2, 20).Select(i => log.AppendAsync(Logs.Decision($"{i}"), Token).AsTask()));
        Assert.Equal(21, DecisionLog.Verify(log.Folder).Records);
    }

    [Fact]
    public async Task An_append_allocates_next_to_nothing_on_the_callers_thread()
    {
        using var folder = new TemporaryFolder();
        await using var log = Logs.Open(folder, Logs.Small with { SegmentBytes = 1 << 30 });
        var decision = Logs.Decision("1");
        var allocated = 0L;
        for (var i = 0; i < 1000; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var append = log.AppendAsync(decision, Token);
            // The first ones compile, and fill the pool.
            allocated += i < 100 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            await append;
        }

        // The enumerator of the detectors' dictionary.
        Assert.InRange(allocated / 900, 0, 100);
    }

    [Fact]
    public void Writing_a_group_allocates_nothing_for_its_lines()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("log"));
        using var files = SegmentWriter.Open(folder.File("log"), 1 << 30, new WatchedDisk());
        List<PendingDecision> group = [.. Enumerable.Range(0, 100).Select(_ => new PendingDecision(_ => { }))];
        var allocated = 0L;
        for (var round = 0; round < 20; round++)
        {
            foreach (var pending in group)
            {
                pending.Reset();
                pending.Write(Logs.Decision("1"));
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            files.Append(group, DateTimeOffset.UnixEpoch);
            allocated += round < 5 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.InRange(allocated / (15 * 100), 0, 1);
    }

    [Fact]
    public void A_large_group_is_written_in_pieces_and_forced_to_disk_once()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("log"));
        var writes = 0;
        var disk = new WatchedDisk { OnWrite = () => writes++ };
        using (var files = SegmentWriter.Open(folder.File("log"), 1 << 30, disk))
        {
            List<PendingDecision> group = [.. Enumerable.Range(0, 8).Select(_ => new PendingDecision(_ => { }))];
            foreach (var pending in group)
            {
                pending.Write(Logs.Decision("large") with { Failed = [new string('x', 600_000)] });
            }

            (writes, disk.Flushes) = (0, 0);
            files.Append(group, DateTimeOffset.UnixEpoch);
        }

        Assert.Equal((8 + 1, 1), (writes, disk.Flushes));
        Assert.Equal(8, DecisionLog.Verify(folder.File("log")).Records);
    }

    [Fact]
    public void Buffers_that_grew_large_are_not_kept()
    {
        var pending = new PendingDecision(_ => { });
        pending.Write(Logs.Decision("a") with { Failed = [new string('x', 600_000)] });
        Assert.InRange(pending.Seal(1, DateTimeOffset.UnixEpoch, Encoding.ASCII.GetBytes(ChainLine.NoHash)).Length, 600_000, 700_000);

        pending.Reset();

        var before = GC.GetAllocatedBytesForCurrentThread();
        pending.Write(Logs.Decision("a"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        Assert.InRange(pending.Seal(1, DateTimeOffset.UnixEpoch, Encoding.ASCII.GetBytes(ChainLine.NoHash)).Length, 100, 2000);
    }

    /// <summary>Says how often somebody made a line of it.</summary>
    private sealed class CountedList : IReadOnlyList<string>
    {
        internal int Reads;

        public int Count => 1;

        public string this[int index] => Interlocked.Increment(ref Reads) > 0 ? "failed" : string.Empty;

        public IEnumerator<string> GetEnumerator() => throw new NotSupportedException();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
