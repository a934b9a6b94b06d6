namespace Plumbline.Tokenization.Models;

/// <summary>
/// A set of tokens that is walked character by character: all tokens a text begins with are found in one walk. Nodes lie in breadth-first order, the
/// children of a node side by side and sorted.
/// </summary>
internal sealed class TokenTrie
{
    /// <summary>The node every walk begins at.</summary>
    public const int Root = 0;

    private readonly List<char> labels = [];
    private readonly List<int> firstChildren = [];
    private readonly List<int> ids = [];

    /// <summary>The first characters have thousands of nodes in some vocabularies: they are looked up directly.</summary>
    private readonly int[] firstLevel = new int[char.MaxValue + 1];

    /// <summary>A trie of <paramref name="tokens"/>; of two equal ones the later counts.</summary>
    public TokenTrie(IEnumerable<KeyValuePair<string, int>> tokens)
    {
        var sorted = tokens.Where(token => token.Key.Length > 0).ToArray();
        // Stable, so that the later of equals stays the later.
        sorted = [.. sorted.OrderBy(token => token.Key, StringComparer.Ordinal)];
        Build(sorted);
        if (labels.Count > 1)
        {
            for (var child = firstChildren[Root]; child < firstChildren[Root + 1]; child++)
            {
                firstLevel[labels[child]] = child;
            }
        }
    }

    /// <summary>Whether no token holds <paramref name="character"/> behind a different one.</summary>
    public static bool OnlyBegins(IEnumerable<string> tokens, char character)
    {
        foreach (var token in tokens)
        {
            var rest = token.AsSpan().TrimStart(character);
            if (rest.Contains(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The node that <paramref name="character"/> leads to from <paramref name="node"/>; -1 where no token goes on so.</summary>
    public int Step(int node, char character)
    {
        if (node == Root)
        {
            return firstLevel[character] is var child and > 0 ? child : -1;
        }

        var (low, high) = (firstChildren[node], firstChildren[node + 1] - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var label = labels[middle];
            if (label == character)
            {
                return middle;
            }

            (low, high) = label < character ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>The token that ends at a node, or -1.</summary>
    public int IdAt(int node) => ids[node];

    /// <summary>The longest token that <paramref name="text"/> begins with.</summary>
    public bool TryLongest(ReadOnlySpan<char> text, out int length, out int id)
    {
        (length, id) = (0, -1);
        var node = Root;
        for (var i = 0; i < text.Length; i++)
        {
            node = Step(node, text[i]);
            if (node < 0)
            {
                break;
            }

            if (ids[node] >= 0)
            {
                (length, id) = (i + 1, ids[node]);
            }
        }

        return length > 0;
    }

    private void Build(KeyValuePair<string, int>[] sorted)
    {
        // Per node the range of tokens below it and how many of their characters led here.
        var waiting = new Queue<(int Start, int End, int Depth)>();
        waiting.Enqueue((0, sorted.Length, 0));
        labels.Add('\0');
        ids.Add(-1);
        while (waiting.TryDequeue(out var range))
        {
            var (start, end, depth) = range;
            firstChildren.Add(labels.Count);
            for (var at = start; at < end; )
            {
                if (sorted[at].Key.Length == depth)
                {
                    ids[firstChildren.Count - 1] = sorted[at].Value;
                    at++;
                    continue;
                }

                var label = sorted[at].Key[depth];
                var next = at + 1;
                while (next < end && sorted[next].Key.Length > depth && sorted[next].Key[depth] == label)
                {
                    next++;
                }

                labels.Add(label);
                ids.Add(-1);
                waiting.Enqueue((at, next, depth + 1));
                at = next;
            }
        }

        firstChildren.Add(labels.Count);
    }
}
