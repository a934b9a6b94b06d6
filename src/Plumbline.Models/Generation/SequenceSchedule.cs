namespace Plumbline.Models.Generation;

/// <summary>
/// Which sequences wait, which have their prompt computed, and which run in which slot of an engine. Requests enter in the order of arrival, so nobody waits for
/// ever; answers of a request that has entered come before requests that have not.
/// </summary>
internal sealed class SequenceSchedule(IDecodeEngine engine)
{
    private readonly Reservations reservations = new(engine);
    private readonly LinkedList<SequenceGroup> queue = new();
    private readonly List<SequenceGroup> admitted = [];
    private readonly AnswerInProgress?[] running = new AnswerInProgress?[engine.Slots];

    /// <summary>By slot, the answer that grows in it.</summary>
    internal ReadOnlySpan<AnswerInProgress?> Running => running;

    /// <summary>Groups that hold a slot for their prompt, oldest first.</summary>
    internal IReadOnlyList<SequenceGroup> Admitted => admitted;

    /// <summary>Room of the engine that nobody holds, in tokens.</summary>
    internal long FreeTokens => reservations.FreeTokens;

    /// <summary>Tokens that one sequence of a request takes.</summary>
    internal long SequenceTokens(SamplingRequest request) => reservations.SequenceTokens(request);

    /// <summary>Puts a request behind those that wait.</summary>
    internal void Enqueue(SamplingRequest request)
    {
        if (request.Answers == 1 || reservations.CanFork(request))
        {
            queue.AddLast(new SequenceGroup(request, 0, request.Answers));
            return;
        }

        // Never room for two sequences side by side: each answer computes the prompt for itself.
        for (var answer = 0; answer < request.Answers; answer++)
        {
            queue.AddLast(new SequenceGroup(request, answer, 1));
        }
    }

    /// <summary>Starts answers that wait beside their computed prompt, then lets requests in as long as they fit.</summary>
    internal void Fill()
    {
        admitted.RemoveAll(Start);
        while (queue.First is { } next && reservations.TryAdmit(next.Value))
        {
            admitted.Add(next.Value);
            queue.RemoveFirst();
        }
    }

    /// <summary>Starts the answers whose prompt has just been computed, as far as there are slots.</summary>
    internal void StartComputed() => admitted.RemoveAll(Start);

    /// <summary>An answer ended: its slot goes to the next one of its group, or back.</summary>
    internal void Leave(int slot)
    {
        var group = running[slot]!.Group;
        running[slot] = null;
        engine.Release(slot);
        if (group.Waiting.Count > 1)
        {
            group.IdleSlots.Push(slot);
        }
        else
        {
            reservations.GiveBack(group, slot);
        }
    }

    /// <summary>Takes a request out and gives back what it held.</summary>
    /// <returns>Its answers in progress, and its groups of which no answer has begun.</returns>
    internal (List<AnswerInProgress> Begun, List<SequenceGroup> Unbegun) Remove(SamplingRequest request)
    {
        var begun = new List<AnswerInProgress>();
        for (var slot = 0; slot < running.Length; slot++)
        {
            if (running[slot] is { } answer && ReferenceEquals(answer.Group.Request, request))
            {
                begun.Add(answer);
                Leave(slot);
            }
        }

        var unbegun = new List<SequenceGroup>();
        foreach (var group in queue.Concat(admitted).Where(group => ReferenceEquals(group.Request, request)).ToList())
        {
            begun.AddRange(group.Waiting);
            if (!group.IsPrefilled)
            {
                unbegun.Add(group);
            }

            Forget(group);
            queue.Remove(group);
            admitted.Remove(group);
        }

        return (begun, unbegun);
    }

    /// <summary>Takes everything out.</summary>
    internal void Clear()
    {
        for (var slot = 0; slot < running.Length; slot++)
        {
            if (running[slot] is not null)
            {
                Leave(slot);
            }
        }

        admitted.ForEach(Forget);
        admitted.Clear();
        queue.Clear();
    }

    // Gives slots to the waiting answers of a computed prompt; whether none waits any more.
    private bool Start(SequenceGroup group)
    {
        if (!group.IsPrefilled)
        {
            return false;
        }

        while (group.Waiting.Count > 1 && (group.IdleSlots.Count > 0 || reservations.TryTake(group)))
        {
            engine.Fork(group.PromptSlot, group.IdleSlots.Peek());
            running[group.IdleSlots.Pop()] = group.Waiting.Dequeue();
        }

        if (group.Waiting.Count > 1)
        {
            return false;
        }

        if (group.Waiting.TryDequeue(out var last))
        {
            running[group.PromptSlot] = last;
            group.PromptSlot = -1;
        }

        Forget(group);
        return true;
    }

    // Gives back what a group holds beside its running answers.
    private void Forget(SequenceGroup group)
    {
        group.Waiting.Clear();
        while (group.IdleSlots.TryPop(out var idle))
        {
            reservations.GiveBack(group, idle);
        }

        if (group.PromptSlot >= 0)
        {
            if (group.Prefilled > 0)
            {
                engine.Release(group.PromptSlot);
            }

            reservations.GiveBack(group, group.PromptSlot);
            group.PromptSlot = -1;
        }
    }
}
