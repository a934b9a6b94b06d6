using System.Runtime.CompilerServices;

namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>The words whose nearness says what a number is, as one trie over lower-case characters.</summary>
/// <remarks>
/// A word counts where it begins a word of the text, in scripts that separate words. One of up to four characters must end there too; after longer ones anything
/// may follow, because many languages inflect and compound.
/// </remarks>
internal sealed class ContextTrie
{
    private const int ShortWord = 4;

    private readonly ulong[] edges;
    private readonly int[] targets;
    private readonly int[][] groups;
    private readonly bool[] begins = new bool[1 << 16];

    /// <summary>Builds the trie.</summary>
    /// <param name="words">Words, each with the group it speaks for.</param>
    internal ContextTrie(IEnumerable<(string Word, int Group)> words)
    {
        var children = new Dictionary<ulong, int>();
        var ends = new List<List<int>> { new() };
        foreach (var (word, group) in words)
        {
            var node = 0;
            foreach (var c in word)
            {
                var key = Edge(node, char.ToLowerInvariant(c));
                if (!children.TryGetValue(key, out var next))
                {
                    next = ends.Count;
                    children.Add(key, next);
                    ends.Add([]);
                }

                node = next;
            }

            ends[node].Add(group);
            begins[char.ToLowerInvariant(word[0])] = true;
            begins[char.ToUpperInvariant(word[0])] = true;
        }

        groups = [.. ends.Select(list => list.Distinct().ToArray())];
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

    /// <summary>Notes where words end that begin between two places.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The first place where a word may begin.</param>
    /// <param name="to">The first place where none may begin.</param>
    /// <param name="last">Two numbers a group: where its last word ended, and the one before; written.</param>
    internal void Scan(ReadOnlySpan<char> text, int from, int to, Span<int> last)
    {
        for (var at = from; at < to; at++)
        {
            if (begins[text[at]] && (at == 0 || IsApart(text[at]) || !IsSpelt(text[at - 1])))
            {
                Walk(text, at, last);
            }
        }
    }

    private void Walk(ReadOnlySpan<char> text, int start, Span<int> last)
    {
        var node = 0;
        for (var at = start; at < text.Length; at++)
        {
            node = Child(node, char.ToLowerInvariant(text[at]));
            if (node < 0)
            {
                return;
            }

            var found = groups[node];
            if (found.Length > 0 && (at + 1 - start > ShortWord || at + 1 == text.Length || IsApart(text[at]) || !IsSpelt(text[at + 1])))
            {
                foreach (var group in found)
                {
                    if (last[2 * group] != at + 1)
                    {
                        (last[2 * group], last[(2 * group) + 1]) = (at + 1, last[2 * group]);
                    }
                }
            }
        }
    }

    private int Child(int node, char c)
    {
        var key = Edge(node, c);
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

    private static ulong Edge(int node, char c) => ((ulong)(node + 1) << 16) | c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> 40) & (edges.Length - 1);

    // Thai, Chinese, Japanese and Korean: words without spaces between them, or with endings of one character.
    private static bool IsApart(char c) => c is (>= '\u0E00' and <= '\u0EFF') or (>= '\u2E80' and <= '\uFFDC');

    private static bool IsSpelt(char c) => char.IsLetter(c) && !IsApart(c);
}
