using Plumbline.Randomness;

namespace Plumbline.Benchmarks.Toys;

/// <summary>A directed graph whose node 0 is the goal, where every walk ends. A walk's length is the number of its nodes, both ends included.</summary>
internal sealed class WalkGraph
{
    /// <summary>The node where walks end.</summary>
    internal const int Goal = 0;

    /// <summary>Nodes of the longest walk.</summary>
    internal const int LongestWalk = 10;

    private readonly int[][] next;
    private readonly int?[] shortest;

    /// <summary>Makes a graph of its edges.</summary>
    /// <param name="next">For each node those that an edge leads to; what stands at the goal is not looked at.</param>
    internal WalkGraph(int[][] next)
    {
        this.next = next;
        shortest = Shortest(next);
    }

    /// <summary>
    /// A graph in which each directed edge between two nodes is there with some probability; drawn again until a walk leads from every node to the goal, so that
    /// there is an optimum everywhere.
    /// </summary>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="edge">Probability of an edge, in (0, 1].</param>
    /// <param name="seed">Decides the graph.</param>
    internal static WalkGraph Random(int nodes, double edge, Seed seed)
    {
        var random = seed.Source();
        while (true)
        {
            var drawn = new int[nodes][];
            for (var from = 0; from < nodes; from++)
            {
                drawn[from] = [.. Enumerable.Range(0, nodes).Where(to => to != from && random.NextBool(edge))];
            }

            var graph = new WalkGraph(drawn);
            if (graph.shortest.All(length => length is not null))
            {
                return graph;
            }
        }
    }

    /// <summary>Nodes of the shortest walk from a node to the goal; null where there is none of at most <see cref="LongestWalk"/>.</summary>
    internal int? ShortestFrom(int node) => shortest[node];

    /// <summary>A walk from a node that chooses among the edges at random, up to the goal or its longest length.</summary>
    /// <param name="start">Its first node.</param>
    /// <param name="random">Chooses.</param>
    /// <returns>Its nodes.</returns>
    internal int[] RandomWalk(int start, RandomSource random)
    {
        var walk = new List<int> { start };
        while (walk[^1] != Goal && walk.Count < LongestWalk)
        {
            walk.Add(random.Choose(next[walk[^1]]));
        }

        return [.. walk];
    }

    /// <summary>
    /// 1 for a shortest walk to the goal and (10 − length) / (10 − shortest length) for a longer one; 0 for one that takes an edge that is not there, does not end at
    /// the goal, or has more than 10 nodes. As in trlx's random walks.
    /// </summary>
    /// <param name="walk">Its nodes, at least one.</param>
    internal double Reward(ReadOnlySpan<int> walk)
    {
        for (var i = 1; i < walk.Length; i++)
        {
            if (walk[i - 1] == Goal || !next[walk[i - 1]].Contains(walk[i]))
            {
                return 0;
            }
        }

        return walk[^1] != Goal || shortest[walk[0]] is not { } best || walk.Length > LongestWalk ? 0
            : walk.Length == best ? 1
            : (double)(LongestWalk - walk.Length) / (LongestWalk - best);
    }

    // Breadth first, backwards from the goal.
    private static int?[] Shortest(int[][] next)
    {
        var lengths = new int?[next.Length];
        lengths[Goal] = 1;
        for (var length = 2; length <= LongestWalk; length++)
        {
            for (var node = 0; node < next.Length; node++)
            {
                if (lengths[node] is null && next[node].Any(to => lengths[to] == length - 1))
                {
                    lengths[node] = length;
                }
            }
        }

        return lengths;
    }
}
