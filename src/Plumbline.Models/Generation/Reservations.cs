namespace Plumbline.Models.Generation;

/// <summary>
/// Who holds which slots and how many tokens of an engine. Every sequence sets aside its prompt and all tokens it may grow by before it starts, so an engine never
/// runs out of room in the middle of an answer.
/// </summary>
internal sealed class Reservations
{
    private readonly IDecodeEngine engine;
    private readonly SortedSet<int> freeSlots;

    internal Reservations(IDecodeEngine engine)
    {
        this.engine = engine;
        freeSlots = [.. Enumerable.Range(0, engine.Slots)];
        FreeTokens = engine.TokenCapacity;
    }

    /// <summary>Tokens that nobody holds.</summary>
    internal long FreeTokens { get; private set; }

    /// <summary>Whether several answers of a request can ever share its prompt: two sequences of it must fit side by side.</summary>
    internal bool CanFork(SamplingRequest request) =>
        engine.Slots > 1 && SharedTokens(request) + (2 * OwnTokens(request)) <= engine.TokenCapacity;

    /// <summary>Tokens that one sequence of a request takes, in whole blocks.</summary>
    internal long SequenceTokens(SamplingRequest request)
    {
        // The last token is drawn and never appended.
        var length = request.Prompt.Length + (long)request.Options.MaxNewTokens - 1;
        return (length + engine.BlockTokens - 1) / engine.BlockTokens * engine.BlockTokens;
    }

    /// <summary>Sets aside a prompt's slot, and one for an answer beside it where there are several: with these two the group can always go on.</summary>
    /// <returns>Whether there was room.</returns>
    internal bool TryAdmit(SequenceGroup group)
    {
        var slots = group.Answers > 1 ? 2 : 1;
        var tokens = SharedTokens(group.Request) + (slots * OwnTokens(group.Request));
        if (freeSlots.Count < slots || FreeTokens < tokens)
        {
            return false;
        }

        FreeTokens -= tokens;
        group.PromptSlot = TakeSlot(group);
        if (slots == 2)
        {
            group.IdleSlots.Push(TakeSlot(group));
        }

        return true;
    }

    /// <summary>Sets aside one more slot for an answer of an admitted group.</summary>
    internal bool TryTake(SequenceGroup group)
    {
        var tokens = OwnTokens(group.Request);
        if (freeSlots.Count == 0 || FreeTokens < tokens)
        {
            return false;
        }

        FreeTokens -= tokens;
        group.IdleSlots.Push(TakeSlot(group));
        return true;
    }

    /// <summary>Gives a slot of a group back; with the last one goes what all of them shared.</summary>
    internal void GiveBack(SequenceGroup group, int slot)
    {
        freeSlots.Add(slot);
        FreeTokens += OwnTokens(group.Request);
        if (--group.HeldSlots == 0)
        {
            FreeTokens += SharedTokens(group.Request);
        }
    }

    private int TakeSlot(SequenceGroup group)
    {
        // The lowest: adjacent slots are read together.
        var slot = freeSlots.Min;
        freeSlots.Remove(slot);
        group.HeldSlots++;
        return slot;
    }

    private long SharedTokens(SamplingRequest request) =>
        engine.SharesForkedBlocks ? request.Prompt.Length / engine.BlockTokens * engine.BlockTokens : 0;

    private long OwnTokens(SamplingRequest request) => SequenceTokens(request) - SharedTokens(request);
}
