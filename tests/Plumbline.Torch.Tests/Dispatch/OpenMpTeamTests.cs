using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Dispatch;

public sealed class OpenMpTeamTests
{
    [Fact]
    public void Libtorch_brings_such_threads_along() => Assert.True(OpenMpTeam.IsAvailable);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Every_part_is_run_once(int parts)
    {
        var counts = new int[parts];

        for (var round = 0; round < 50; round++)
        {
            Assert.True(OpenMpTeam.TryRun(parts, part => Interlocked.Increment(ref counts[part])));
        }

        Assert.All(counts, count => Assert.Equal(50, count));
    }

    [Fact]
    public void Parts_run_on_threads_of_their_own()
    {
        using var both = new Barrier(2);

        // Each waits for the other: one thread alone would never end.
        Assert.True(OpenMpTeam.TryRun(2, _ => Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1)))));
    }

    [Fact]
    public void What_a_part_throws_reaches_the_caller_and_the_team_goes_on()
    {
        var failure = Assert.Throws<InvalidOperationException>(() =>
            OpenMpTeam.TryRun(3, part => throw new InvalidOperationException($"part {part}"))
        );
        var sum = 0;
        OpenMpTeam.TryRun(3, part => Interlocked.Add(ref sum, part));

        Assert.StartsWith("part ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, sum);
    }

    [Fact]
    public void Rows_are_cut_as_before_and_work_may_alternate_with_operators_and_collections()
    {
        var threads = get_num_threads();
        try
        {
            set_num_threads(3);
            var rows = new int[1000];
            for (var round = 0; round < 20; round++)
            {
                using var scope = NewDisposeScope();
                rand(200, 200).matmul(rand(200, 200));
                RowParallel.For(
                    rows.Length,
                    (part, first, end) =>
                    {
                        Assert.Equal((1000 * part / 3, 1000 * (part + 1) / 3), (first, end));
                        for (var row = first; row < end; row++)
                        {
                            rows[row] += new int[100].Length;
                        }

                        GC.Collect(0);
                    }
                );
            }

            Assert.All(rows, row => Assert.Equal(2000, row));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        var sums = new long[4];
        Thread[] callers =
        [
            .. Enumerable
                .Range(0, sums.Length)
                .Select(caller => new Thread(() =>
                {
                    for (var round = 0; round < 100; round++)
                    {
                        OpenMpTeam.TryRun(2, part => Interlocked.Add(ref sums[caller], part + 1));
                    }
                })),
        ];

        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        Assert.All(sums, sum => Assert.Equal(300, sum));
    }

    [Fact]
    public void A_call_allocates_little()
    {
        Action<int> body = _ => { };
        OpenMpTeam.TryRun(2, body);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var round = 0; round < 100; round++)
        {
            OpenMpTeam.TryRun(2, body);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 64);
    }
}
