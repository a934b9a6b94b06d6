using Plumbline.Models.Generation;

namespace Plumbline.Models.Tests.Chat;

/// <summary>An engine without a model: it says what it is told to say after a prompt, and then its end token for ever.</summary>
internal sealed class SpeakingEngine(int vocabulary, int slots, int capacity, int endToken, Func<int[], int[]> answer) : IDecodeEngine
{
    private readonly Dictionary<int, (List<int> Prompt, int Said)> sequences = [];
    private float[] logits = [];

    /// <summary>Called before each step, on the thread that samples.</summary>
    public Action BeforeStep { get; set; } = () => { };

    /// <summary>Prompts that were computed.</summary>
    public List<int[]> Prompts { get; } = [];

    /// <summary>The most sequences of one step.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Threads that called.</summary>
    public HashSet<int> Threads { get; } = [];

    public bool IsDisposed { get; private set; }

    public int VocabularySize => vocabulary;

    public int Slots => slots;

    public long TokenCapacity => (long)slots * capacity;

    public int SequenceCapacity => capacity;

    public int BlockTokens => 1;

    public bool SharesForkedBlocks => false;

    public long MemoryBytes => 0;

    public Span<float> Append(int slot, ReadOnlySpan<int> tokens)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        var (prompt, _) = sequences.GetValueOrDefault(slot, ([], 0));
        prompt.AddRange(tokens);
        sequences[slot] = (prompt, 0);
        Prompts.Add([.. prompt]);
        return Logits(new[] { slot });
    }

    public void Fork(int from, int to) => sequences[to] = ([.. sequences[from].Prompt], sequences[from].Said);

    public void Release(int slot) => sequences.Remove(slot);

    public Span<float> Step(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens)
    {
        BeforeStep();
        Threads.Add(Environment.CurrentManagedThreadId);
        MostAtOnce = Math.Max(MostAtOnce, slots.Length);
        foreach (var slot in slots)
        {
            sequences[slot] = (sequences[slot].Prompt, sequences[slot].Said + 1);
        }

        return Logits(slots);
    }

    public void Refresh() { }

    public void Dispose() => IsDisposed = true;

    private float[] Logits(scoped ReadOnlySpan<int> rows)
    {
        logits = new float[rows.Length * vocabulary];
        for (var row = 0; row < rows.Length; row++)
        {
            var (prompt, said) = sequences[rows[row]];
            var text = answer([.. prompt]);
            logits[(row * vocabulary) + (said < text.Length ? text[said] : endToken)] = 100;
        }

        return logits;
    }
}
