using System.Runtime.CompilerServices;

namespace Plumbline.Moderation.TermLists;

/// <summary>
/// All phrases of a list as one automaton (Aho and Corasick, "Efficient string matching", CACM 18(6), 1975): it reads every unit of a text once, however many phrases there are. Edges lie in one hash table; the state
/// of a node is its longest suffix that begins a phrase.
/// </summary>
internal sealed class PhraseAutomaton
{
    private readonly ulong[] edges;
    private readonly int[] targets;
    private readonly int[] suffixes;
    private readonly int[] shorter;
    private readonly int[] phraseOf;
    private readonly int[] prefixOf;
    private readonly bool[] begins = new bool[1 << 16];

    /// <summary>Builds it.</summary>
    /// <param name="phrases">Phrases that differ, none empty.</param>
    public PhraseAutomaton(IReadOnlyList<Phrase> phrases)
    {
        Phrases = phrases;
        var children = new Dictionary<ulong, int>();
        var nodes = new List<(int Parent, char Unit)> { (0, '\0') };
        var ends = new List<(int Phrase, int Node)>();
        for (var phrase = 0; phrase < phrases.Count; phrase++)
        {
            var node = 0;
            foreach (var unit in phrases[phrase].Text)
            {
                if (!children.TryGetValue(Edge(node, unit), out var next))
                {
                    next = nodes.Count;
                    children.Add(Edge(node, unit), next);
                    nodes.Add((node, unit));
                }

                node = next;
            }

            begins[phrases[phrase].Text[0]] = true;
            ends.Add((phrase, node));
        }

        (phraseOf, prefixOf) = (Filled(nodes.Count), Filled(nodes.Count));
        foreach (var (phrase, node) in ends)
        {
            (phrases[phrase].IsPrefix ? prefixOf : phraseOf)[node] = phrase;
        }

        (edges, targets) = Table(children);
        (suffixes, shorter) = Suffixes(nodes);
    }

    /// <summary>The phrases, by their numbers.</summary>
    public IReadOnlyList<Phrase> Phrases { get; }

    /// <summary>The state after a further unit; 0 is the state before the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int state, char unit)
    {
        if (state == 0 && !begins[unit])
        {
            return 0;
        }

        return Follow(state, unit);
    }

    /// <summary>The nearest state from this one on, by ever shorter suffixes, at which a phrase ends; 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Ending(int state) => phraseOf[state] >= 0 || prefixOf[state] >= 0 ? state : shorter[state];

    /// <summary>The state of the next shorter phrase that ends with one; 0 for none.</summary>
    public int Shorter(int state) => shorter[state];

    /// <summary>The phrase that ends at a state, and the one that only has to begin so; -1 for none.</summary>
    public (int Whole, int Prefix) At(int state) => (phraseOf[state], prefixOf[state]);

    private int Follow(int state, char unit)
    {
        while (true)
        {
            var next = Child(state, unit);
            if (next >= 0 || state == 0)
            {
                return Math.Max(0, next);
            }

            state = suffixes[state];
        }
    }

    // A parent has a lower number than its children, but a suffix may have a higher one: nodes are taken by their depth.
    private (int[] Suffixes, int[] Shorter) Suffixes(List<(int Parent, char Unit)> nodes)
    {
        var depths = new int[nodes.Count];
        for (var node = 1; node < nodes.Count; node++)
        {
            depths[node] = depths[nodes[node].Parent] + 1;
        }

        var (suffix, next) = (new int[nodes.Count], new int[nodes.Count]);
        foreach (var node in Enumerable.Range(1, nodes.Count - 1).OrderBy(node => depths[node]))
        {
            var (parent, unit) = nodes[node];
            var at = parent;
            while (at != 0 && suffix[node] == 0)
            {
                at = suffix[at];
                suffix[node] = Math.Max(0, Child(at, unit));
            }

            var ended = suffix[node];
            next[node] = phraseOf[ended] >= 0 || prefixOf[ended] >= 0 ? ended : next[ended];
        }

        return (suffix, next);
    }

    private int Child(int node, char unit)
    {
        var key = Edge(node, unit);
        var slot = Slot(key, edges.Length);
        while (edges[slot] != key)
        {
            if (edges[slot] == 0)
            {
                return -1;
            }

            slot = (slot + 1) & (edges.Length - 1);
        }

        return targets[slot];
    }

    private static (ulong[] Edges, int[] Targets) Table(Dictionary<ulong, int> children)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, children.Count * 3));
        var (keys, targets) = (new ulong[size], new int[size]);
        foreach (var (key, target) in children)
        {
            var slot = Slot(key, size);
            while (keys[slot] != 0)
            {
                slot = (slot + 1) & (size - 1);
            }

            (keys[slot], targets[slot]) = (key, target);
        }

        return (keys, targets);
    }

    private static int[] Filled(int length)
    {
        var numbers = new int[length];
        Array.Fill(numbers, -1);
        return numbers;
    }

    private static ulong Edge(int node, char unit) => ((ulong)(node + 1) << 16) | unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(ulong key, int size) => (int)((key * 0x9E3779B97F4A7C15UL) >> 40) & (size - 1);
}
