using Plumbline.Benchmarks.Toys;
using Plumbline.Randomness;

namespace Plumbline.Benchmarks.Tests;

public sealed class WalkGraphTests
{
    // 3 → 2 → 1 → 0, a short cut 3 → 1, a way round 3 → 4 → 3, and 5, from where the goal is out of reach.
    private static readonly WalkGraph Graph = new([
        [],
        [0],
        [1],
        [2, 1, 4],
        [3],
        [5],
    ]);

    [Theory]
    [InlineData(new[] { 3, 1, 0 }, 1)]
    [InlineData(new[] { 3, 2, 1, 0 }, 6 / 7.0)]
    [InlineData(new[] { 3, 4, 3, 1, 0 }, 5 / 7.0)]
    [InlineData(new[] { 1, 0 }, 1)]
    [InlineData(new[] { 3, 4, 3, 4, 3, 4, 3, 1, 0 }, 1 / 7.0)]
    [InlineData(new[] { 3, 4, 3, 4, 3, 4, 3, 2, 1, 0 }, 0)]
    public void A_walk_that_reaches_the_goal_earns_by_its_length(int[] walk, double reward) =>
        Assert.Equal(reward, Graph.Reward(walk), 1e-12);

    [Theory]
    [InlineData(new[] { 3, 0 })]
    [InlineData(new[] { 3, 2, 0 })]
    [InlineData(new[] { 3, 1 })]
    [InlineData(new[] { 1, 0, 0 })]
    [InlineData(new[] { 3 })]
    [InlineData(new[] { 5, 5, 5 })]
    public void A_walk_over_an_edge_that_is_not_there_or_without_the_goal_at_its_end_earns_nothing(int[] walk) =>
        Assert.Equal(0, Graph.Reward(walk));

    [Fact]
    public void A_walk_as_long_as_is_allowed_earns_everything_where_none_is_shorter()
    {
        var chain = new WalkGraph([.. Enumerable.Range(0, 11).Select(node => node == 0 ? Array.Empty<int>() : [node - 1])]);

        Assert.Equal(1, chain.Reward([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]));
        Assert.Equal(0, chain.Reward([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]));
        Assert.Null(chain.ShortestFrom(10));
    }

    [Fact]
    public void The_shortest_walk_is_what_trying_all_walks_finds()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var graph = WalkGraph.Random(7, 0.3, new Seed(seed));
            for (var node = 0; node < 7; node++)
            {
                Assert.True(graph.ShortestFrom(node) == ShortestByTrial(graph, [node]), $"seed {seed}, node {node}");
            }
        }
    }

    [Fact]
    public void Random_walks_take_edges_and_end_at_the_goal_or_at_their_longest()
    {
        var graph = WalkGraph.Random(21, 0.1, new Seed(3));
        var random = new Seed(4).Source();
        for (var i = 0; i < 200; i++)
        {
            var walk = graph.RandomWalk(1 + random.NextInt(20), random);

            Assert.Equal(walk[^1] == WalkGraph.Goal, walk.Length < WalkGraph.LongestWalk || walk[^1] == WalkGraph.Goal);
            Assert.True(walk[^1] != WalkGraph.Goal || walk.Length == WalkGraph.LongestWalk || graph.Reward(walk) > 0);
        }
    }

    // Every continuation in turn; a shortest walk visits no node twice, and earns 1.
    private static int? ShortestByTrial(WalkGraph graph, int[] walk)
    {
        if (walk[^1] == WalkGraph.Goal)
        {
            return walk.Length == 1 || graph.Reward(walk) > 0 ? walk.Length : null;
        }

        return Enumerable.Range(0, 7).Except(walk).Select(to => ShortestByTrial(graph, [.. walk, to])).Min();
    }
}
