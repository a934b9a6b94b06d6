using Plumbline.Randomness;

namespace Plumbline.Training.Loop;

/// <summary>
/// Which examples each step sees. A pure function of seed and step: every epoch is a new shuffle of all examples, and a resumed run needs to know nothing but
/// the step it stands at. The last step of an epoch takes what is left; no example is dropped.
/// </summary>
internal sealed class BatchPlan
{
    private readonly int examples;
    private readonly int batchSize;
    private readonly Seed seed;
    private long shuffledEpoch = -1;
    private int[] order = [];

    internal BatchPlan(int examples, TrainingOptions options, Seed seed)
    {
        this.examples = examples;
        this.seed = seed;
        batchSize = options.BatchSize;
        StepsPerEpoch = (examples + batchSize - 1) / batchSize;
        var steps = Math.Max(1, (long)Math.Ceiling((options.Epochs * StepsPerEpoch) - 1e-9));
        Steps = options.MaxSteps > 0 ? Math.Min(options.MaxSteps, steps) : steps;
    }

    /// <summary>Steps of one pass over the data.</summary>
    internal int StepsPerEpoch { get; }

    /// <summary>Steps of the whole run.</summary>
    internal long Steps { get; }

    /// <summary>Indices of the examples of a step.</summary>
    internal ReadOnlySpan<int> Step(long step)
    {
        var (epoch, inEpoch) = (step / StepsPerEpoch, (int)(step % StepsPerEpoch));
        if (epoch != shuffledEpoch)
        {
            order = [.. Enumerable.Range(0, examples)];
            seed.Derive("shuffle", epoch).Source().Shuffle<int>(order);
            shuffledEpoch = epoch;
        }

        var first = inEpoch * batchSize;
        return order.AsSpan(first, Math.Min(batchSize, examples - first));
    }

    /// <summary>
    /// Cuts a step's examples into few passes of at most <paramref name="budget"/> tokens: longest first, each into the first pass that has room (first-fit
    /// decreasing). None is dropped or cut: an example above the budget stands alone. In a pass the examples keep their order.
    /// </summary>
    internal static List<List<TExample>> Passes<TExample>(IEnumerable<TExample> examples, Func<TExample, int> tokens, int budget)
    {
        TExample[] all = [.. examples];
        var sizes = Array.ConvertAll(all, example => tokens(example));
        var smallest = sizes.DefaultIfEmpty(0).Min();
        var passes = new List<List<int>>();
        // Those that have room for something yet: over a whole data set all but a few are full.
        var open = new List<(List<int> Members, int Room)>();
        foreach (var index in Enumerable.Range(0, all.Length).OrderByDescending(i => sizes[i]).ThenBy(i => i))
        {
            var fitting = open.FindIndex(pass => pass.Room >= sizes[index]);
            var (members, room) = fitting < 0 ? ([], budget) : open[fitting];
            members.Add(index);
            room -= sizes[index];
            if (fitting < 0)
            {
                passes.Add(members);
                open.Add((members, room));
                fitting = open.Count - 1;
            }

            open[fitting] = (members, room);
            if (room < smallest)
            {
                open.RemoveAt(fitting);
            }
        }

        return [.. passes.Select(pass => pass.Order().Select(index => all[index]).ToList())];
    }
}
