using Plumbline.Configuration;
using Plumbline.Randomness;

namespace Plumbline.Training.Loop;

/// <summary>Where the examples of each step come from: data that lie there, or what the model in training says when it is asked.</summary>
/// <typeparam name="TExample">A tokenised example.</typeparam>
public interface IExampleSource<out TExample>
{
    /// <summary>Steps of the whole run.</summary>
    long Steps { get; }

    /// <summary>How often all data were seen after so many steps.</summary>
    /// <param name="step">Steps done.</param>
    double Epoch(long step);

    /// <summary>The examples of a step. A step without any moves nothing.</summary>
    /// <param name="step">The step, from 0; asked in order, and again after a resume.</param>
    /// <param name="metrics">Receives what is worth logging about them.</param>
    /// <param name="cancellation">Polled where it takes long; a cancelled call leaves the source as it was.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    IReadOnlyList<TExample> Step(long step, MetricSums metrics, CancellationToken cancellation);

    /// <summary>Writes what the source remembers from step to step into a checkpoint's folder; most remember nothing.</summary>
    void SaveState(string folder) { }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    void LoadState(string folder) { }
}

/// <summary>Data that are there before the run begins, shuffled anew for every epoch.</summary>
internal sealed class ShuffledExamples<TExample> : IExampleSource<TExample>
{
    private readonly IReadOnlyList<TExample> examples;
    private readonly BatchPlan plan;

    internal ShuffledExamples(IReadOnlyList<TExample> examples, TrainingOptions options, Seed seed)
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (examples.Count == 0)
        {
            throw new InvalidInputException(
                "There is nothing to train on: no example is left.",
                "Look at the data report for what was dropped, and why."
            );
        }

        this.examples = examples;
        plan = new BatchPlan(examples.Count, options, seed);
    }

    public long Steps => plan.Steps;

    public double Epoch(long step) => step / (double)plan.StepsPerEpoch;

    public IReadOnlyList<TExample> Step(long step, MetricSums metrics, CancellationToken cancellation)
    {
        var batch = new List<TExample>();
        foreach (var index in plan.Step(step))
        {
            batch.Add(examples[index]);
        }

        return batch;
    }
}
