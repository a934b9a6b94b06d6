namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>Which rules a sequence of groups may belong to, by the groups' lengths and by where their letters are.</summary>
internal sealed class NumberTrie
{
    /// <summary>The longest identifier, in letters and digits.</summary>
    internal const int MaxCharacters = 20;

    private readonly ulong[] edges;
    private readonly int[] targets;
    private readonly NumberPattern[][] patterns;

    internal NumberTrie(IReadOnlyList<PersonalDataRule> rules)
    {
        var children = new Dictionary<ulong, int>();
        var ends = new List<List<NumberPattern>> { new() };
        for (var rule = 0; rule < rules.Count; rule++)
        {
            foreach (var shape in rules[rule].Shapes)
            {
                var nodes = new HashSet<int> { 0 };
                foreach (var group in shape.Groups)
                {
                    nodes = [.. nodes.SelectMany(node => Grown(node, group, children, ends))];
                }

                foreach (var node in nodes)
                {
                    ends[node].Add(new NumberPattern(rules[rule], rule, shape.Separators, shape.Form));
                }
            }
        }

        patterns = [.. ends.Select(list => list.ToArray())];
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, children.Count * 3));
        edges = new ulong[size];
        targets = new int[size];
        foreach (var (key, target) in children)
        {
            var slot = Slot(key);
            while (edges[slot] != 0)
            {
                slot = (slot + 1) & (size - 1);
            }

            edges[slot] = key;
            targets[slot] = target;
        }
    }

    /// <summary>The rules of which the groups up to this node are a whole value.</summary>
    internal ReadOnlySpan<NumberPattern> Patterns(int node) => patterns[node];

    /// <summary>The node after one more group; −1 where no rule begins so.</summary>
    /// <param name="node">The node so far; 0 at the start.</param>
    /// <param name="length">The group's length.</param>
    /// <param name="letters">Its letters: one bit a character, the last one lowest.</param>
    internal int Child(int node, int length, uint letters)
    {
        var key = Edge(node, length, letters);
        var slot = Slot(key);
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

    // A mark that stands for both makes two children.
    private static IEnumerable<int> Grown(int node, string group, Dictionary<ulong, int> children, List<List<NumberPattern>> ends)
    {
        var either = group.Count(mark => mark == '*');
        for (var choice = 0u; choice < 1u << either; choice++)
        {
            var letters = 0u;
            var chosen = choice;
            foreach (var mark in group)
            {
                letters = (letters << 1) | (mark == 'A' || (mark == '*' && (chosen & 1) == 1) ? 1u : 0u);
                chosen = mark == '*' ? chosen >> 1 : chosen;
            }

            var key = Edge(node, group.Length, letters);
            if (!children.TryGetValue(key, out var next))
            {
                next = ends.Count;
                children.Add(key, next);
                ends.Add([]);
            }

            yield return next;
        }
    }

    private static ulong Edge(int node, int length, uint letters) => ((ulong)(node + 1) << 32) | ((ulong)length << 24) | letters;

    private int Slot(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> 40) & (edges.Length - 1);
}

/// <summary>A rule's shape at the node where it ends.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Group">Its number, by which words near it are looked up.</param>
/// <param name="Separators">The separators of the shape.</param>
/// <param name="Form">The f of <see cref="PersonalDataConfidence"/> where the separators are these.</param>
internal readonly record struct NumberPattern(PersonalDataRule Rule, int Group, string Separators, double Form);
