namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Work that a whole team does together.</summary>
internal interface ITeamWork
{
    /// <summary>One member's share. Must not throw: the others would wait for it at the next barrier.</summary>
    /// <param name="member">0 … members − 1.</param>
    void Run(int member);
}

/// <summary>
/// A fixed team of threads for work of microseconds: the caller is member 0, the others wait for it, first spinning, then yielding, then asleep. Nothing is
/// allocated after construction. One caller at a time.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Thread[] helpers;
    private readonly TeamGate start = new();
    private readonly TeamGate barrier = new();
    private ITeamWork? work;
    private int arrived;
    private bool disposed;

    /// <param name="members">Threads, the caller's included; at least 1. More than the free cores make every barrier slow.</param>
    internal ThreadTeam(int members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        Members = members;
        helpers = new Thread[members - 1];
        for (var i = 0; i < helpers.Length; i++)
        {
            var member = i + 1;
            helpers[i] = new Thread(() => Serve(member)) { IsBackground = true, Name = $"decode {member}" };
            helpers[i].Start();
        }
    }

    /// <summary>Threads of the team.</summary>
    internal int Members { get; }

    /// <summary>Runs the work on every member and waits for the last.</summary>
    internal void Run(ITeamWork task)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        work = task;
        start.Open();
        task.Run(0);
        Barrier();
    }

    /// <summary>Called by every member inside the work: none goes on before all have come.</summary>
    internal void Barrier()
    {
        if (Members == 1)
        {
            return;
        }

        var generation = barrier.Generation;
        if (Interlocked.Increment(ref arrived) == Members)
        {
            arrived = 0;
            barrier.Open();
        }
        else
        {
            barrier.WaitBeyond(generation);
        }
    }

    /// <summary>The part of <paramref name="count"/> things that belongs to a member; depends on nothing else.</summary>
    internal (int First, int End) Part(int member, int count) =>
        ((int)((long)count * member / Members), (int)((long)count * (member + 1) / Members));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        work = null;
        start.Open();
        foreach (var helper in helpers)
        {
            helper.Join();
        }
    }

    private void Serve(int member)
    {
        var seen = 0;
        while (true)
        {
            start.WaitBeyond(seen);
            seen++;
            if (work is not { } task)
            {
                return;
            }

            task.Run(member);
            Barrier();
        }
    }
}

/// <summary>A counter of openings that threads wait on.</summary>
internal sealed class TeamGate
{
    // Some ten microseconds of spinning bridge the phases of a step; yields bridge a descheduled member; who waits longer sleeps.
    private const int Spins = 400;
    private const int Yields = 50;
    private const int PausesPerSpin = 8;

    private readonly object door = new();
    private volatile int generation;
    private int sleepers;

    /// <summary>Openings so far.</summary>
    internal int Generation => generation;

    /// <summary>Lets every waiting thread through.</summary>
    internal void Open()
    {
        Interlocked.Increment(ref generation);
        // A sleeper counts itself before it looks at the generation, so either it sees the new one or we see it.
        if (Volatile.Read(ref sleepers) > 0)
        {
            lock (door)
            {
                Monitor.PulseAll(door);
            }
        }
    }

    /// <summary>Returns once there were more openings than <paramref name="seen"/>.</summary>
    internal void WaitBeyond(int seen)
    {
        for (var spin = 0; spin < Spins + Yields; spin++)
        {
            if (generation != seen)
            {
                return;
            }

            if (spin < Spins)
            {
                Thread.SpinWait(PausesPerSpin);
            }
            else
            {
                Thread.Yield();
            }
        }

        lock (door)
        {
            Interlocked.Increment(ref sleepers);
            while (generation == seen)
            {
                Monitor.Wait(door);
            }

            Interlocked.Decrement(ref sleepers);
        }
    }
}
