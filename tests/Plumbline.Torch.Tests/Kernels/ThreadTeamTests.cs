using Plumbline.Torch.Kernels.Decoding;

namespace Plumbline.Torch.Tests.Kernels;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_member_works_once_and_sees_what_all_wrote_before_a_barrier(int members)
    {
        using var team = new ThreadTeam(members);
        var work = new Relay(team);

        for (var round = 1; round <= 200; round++)
        {
            team.Run(work);
            Assert.Equal(Enumerable.Repeat(round * members, members), work.Seen);
        }
    }

    [Fact]
    public void Members_that_fell_asleep_wake_for_the_next_work()
    {
        using var team = new ThreadTeam(3);
        var work = new Relay(team);
        team.Run(work);
        using (var pause = new ManualResetEventSlim())
        {
            pause.Wait(200, TestContext.Current.CancellationToken);
        }

        team.Run(work);

        Assert.Equal([6, 6, 6], work.Seen);
    }

    [Fact]
    public void Parts_cover_everything_once_in_order()
    {
        using var team = new ThreadTeam(4);
        foreach (var count in new[] { 0, 1, 3, 4, 10, 1001 })
        {
            (int First, int End)[] parts = [.. Enumerable.Range(0, 4).Select(member => team.Part(member, count))];
            Assert.Equal(Enumerable.Range(0, count), parts.SelectMany(part => Enumerable.Range(part.First, part.End - part.First)));
        }
    }

    [Fact]
    public void Running_allocates_nothing_and_a_disposed_team_refuses()
    {
        var team = new ThreadTeam(2);
        var work = new Relay(team);
        team.Run(work);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            team.Run(work);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(work));
    }

    // Each member adds 1 to its own count; after the barrier each sums all counts.
    private sealed class Relay(ThreadTeam team) : ITeamWork
    {
        private readonly int[] counts = new int[team.Members];

        internal int[] Seen { get; } = new int[team.Members];

        public void Run(int member)
        {
            counts[member]++;
            team.Barrier();
            Seen[member] = 0;
            foreach (var count in counts)
            {
                Seen[member] += count;
            }
        }
    }
}
