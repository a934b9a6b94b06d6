using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Supervised;

namespace Plumbline.Benchmarks.Toys;

/// <summary>Find the shortest walk to the goal, having seen random ones: trlx's task, on a graph of its own for each seed.</summary>
internal sealed class RandomWalkTask : IToyTask
{
    private const int Nodes = 21;
    private const double Edge = 0.1;
    private const int Walks = 1000;
    private const int Prompts = 1280;

    /// <inheritdoc/>
    public string Name => "random walks";

    /// <inheritdoc/>
    public int VocabularySize => Nodes;

    /// <inheritdoc/>
    public int EndToken => WalkGraph.Goal;

    /// <inheritdoc/>
    public int LongestAnswer => WalkGraph.LongestWalk - 1;

    /// <inheritdoc/>
    public double Required => 0.8;

    /// <inheritdoc/>
    public ToyData Draw(Seed seed)
    {
        var graph = WalkGraph.Random(Nodes, Edge, seed.Derive("graph"));
        var random = seed.Derive("walks").Source();
        int Start() => 1 + random.NextInt(Nodes - 1);
        return new ToyData(
            [.. Enumerable.Range(0, Walks).Select(_ => Demonstration(graph.RandomWalk(Start(), random)))],
            [.. Enumerable.Range(0, Prompts).Select(_ => Prompt(Start()))],
            [.. Enumerable.Range(1, Nodes - 1).Select(Prompt)],
            new TokenReward((start, walk) => graph.Reward([.. start, .. walk]))
        );
    }

    private static TokenizedExample Demonstration(int[] walk) => new(walk, [.. walk.Select((_, i) => i > 0)]);

    private static PolicyPrompt Prompt(int start) => new([start], new PromptExample($"{start}", Content.FromText($"{start}")));
}
