using System.Diagnostics.CodeAnalysis;

namespace Plumbline.Moderation.Decisions;

/// <summary>
/// Group commit: one thread takes all that waits, has it written and forced to disk in one go, and tells everybody; what comes in the meantime is the next group. So
/// the disk is asked once for many callers, and one caller alone waits no longer than it has to.
/// </summary>
/// <remarks>Bounded: who finds no room waits for it before a line is made, so memory is bounded by the capacity. Thread-safe.</remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "A semaphore whose handle nobody asked for holds nothing, and callers may still wait for it at the end."
)]
internal sealed class CommitQueue
{
    private readonly object gate = new();
    private readonly SemaphoreSlim room;
    private readonly Stack<PendingDecision> spare = new();
    private readonly int capacity;
    private readonly Action<IReadOnlyList<PendingDecision>> commit;
    private readonly Func<Exception, Exception> explain;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<PendingDecision> waiting = [];
    private List<PendingDecision> group = [];
    private Exception? failure;
    private bool closing;

    /// <summary>Starts the thread.</summary>
    /// <param name="capacity">How many may wait.</param>
    /// <param name="commit">Writes a group and forces it to disk; called by one thread.</param>
    /// <param name="explain">Makes the exception that callers get of what <paramref name="commit"/> threw.</param>
    internal CommitQueue(int capacity, Action<IReadOnlyList<PendingDecision>> commit, Func<Exception, Exception> explain)
    {
        (this.capacity, this.commit, this.explain) = (capacity, commit, explain);
        room = new SemaphoreSlim(capacity, capacity);
        new Thread(Run) { IsBackground = true, Name = "decision log" }.Start();
    }

    /// <summary>Whether a group could not be written; nothing is taken any more then.</summary>
    internal bool HasFailed
    {
        get
        {
            lock (gate)
            {
                return failure is not null;
            }
        }
    }

    /// <summary>Takes a decision; completes when it is on disk.</summary>
    internal ValueTask AppendAsync(GuardDecision decision, CancellationToken cancellationToken)
    {
        var entered = room.WaitAsync(cancellationToken);
        return entered.IsCompletedSuccessfully ? Take(decision) : TakeLater(entered, decision);
    }

    /// <summary>Takes nothing more, and completes when all that was taken is written.</summary>
    internal Task CloseAsync()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }

        return ended.Task;
    }

    private async ValueTask TakeLater(Task entered, GuardDecision decision)
    {
        await entered;
        await Take(decision);
    }

    private ValueTask Take(GuardDecision decision)
    {
        PendingDecision? pending = null;
        try
        {
            pending = Rent();
            pending.Write(decision);
            // Before it is queued: afterwards it may be written, told of and used again at any time.
            var written = pending.Written;
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(closing, typeof(DecisionLog));
                if (failure is not null)
                {
                    throw explain(failure);
                }

                waiting.Add(pending);
                if (waiting.Count == 1)
                {
                    Monitor.Pulse(gate);
                }
            }

            return written;
        }
        catch (Exception refused)
        {
            if (pending is not null)
            {
                GiveBack(pending);
            }

            room.Release();
            return ValueTask.FromException(refused);
        }
    }

    private PendingDecision Rent()
    {
        lock (spare)
        {
            return spare.TryPop(out var pending) ? pending : new PendingDecision(GiveBack);
        }
    }

    private void GiveBack(PendingDecision pending)
    {
        pending.Reset();
        lock (spare)
        {
            if (spare.Count < capacity)
            {
                spare.Push(pending);
            }
        }
    }

    private void Run()
    {
        while (NextGroup())
        {
            try
            {
                commit(group);
                foreach (var pending in group)
                {
                    pending.Complete();
                }
            }
            catch (Exception caught)
            {
                // Nobody knows what of the group is on disk, so nothing may follow it until the files are read again.
                FailAll(caught);
            }

            room.Release(group.Count);
            group.Clear();
        }

        ended.SetResult();
    }

    // What queued behind a group that failed fails with it.
    private void FailAll(Exception caught)
    {
        lock (gate)
        {
            failure = caught;
            group.AddRange(waiting);
            waiting.Clear();
        }

        foreach (var pending in group)
        {
            pending.Fail(explain(caught));
        }
    }

    private bool NextGroup()
    {
        lock (gate)
        {
            while (waiting.Count == 0 && !closing)
            {
                Monitor.Wait(gate);
            }

            (waiting, group) = (group, waiting);
            return group.Count > 0;
        }
    }
}
