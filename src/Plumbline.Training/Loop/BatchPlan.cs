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

    /// <summary>Cuts a step's examples into passes of at most <paramref name="budget"/> tokens, in order; an example above the budget stands alone.</summary>
    internal static List<List<TExample>> Passes<TExample>(IEnumerable<TExample> examples, Func<TExample, int> tokens, int budget)
    {
        var passes = new List<List<TExample>>();
        var room = 0;
        foreach (var example in examples)
        {
            var size = tokens(example);
            if (passes.Count == 0 || size > room)
            {
                passes.Add([]);
                room = budget;
            }

            passes[^1].Add(example);
            room -= size;
        }

        return passes;
    }
}
