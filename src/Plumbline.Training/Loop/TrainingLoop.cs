using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Torch.Allocation;
using Plumbline.Torch.Checkpointing;
using Plumbline.Torch.Optimization;
using Plumbline.Training.Health;
using static TorchSharp.torch;

namespace Plumbline.Training.Loop;

/// <summary>
/// Trains an objective's model: every step takes its examples from a source, adds up the gradients of its passes, clips, and moves the
/// weights. The state after a step is a function of weights, data, options and seed alone, so a run that was killed goes on from its checkpoint to the same bits.
/// </summary>
/// <typeparam name="TExample">A tokenised example.</typeparam>
public sealed partial class TrainingLoop<TExample>
{
    private readonly IObjective<TExample> objective;
    private readonly IExampleSource<TExample> source;
    private readonly TrainingOptions options;
    private readonly ITrainingJournal journal;
    private readonly Seed seed;
    private readonly Precision precision;
    private readonly MetricSums metrics = new();
    private long tokens;
    private long tokensHere;
    private double lastLoss;

    /// <summary>Prepares a run over data that are there before it begins.</summary>
    /// <param name="objective">What to minimise, and the model to train in place; not owned.</param>
    /// <param name="examples">The data, at least one example.</param>
    /// <param name="options">The numbers of the run.</param>
    /// <param name="seed">Decides the order of the data, and what adapters drop.</param>
    /// <param name="journal">Where the run writes.</param>
    /// <exception cref="InvalidInputException">An option is out of range or there is no example.</exception>
    public TrainingLoop(
        IObjective<TExample> objective,
        IReadOnlyList<TExample> examples,
        TrainingOptions options,
        Seed seed,
        ITrainingJournal journal
    )
        : this(objective, new ShuffledExamples<TExample>(examples, options, seed), options, seed, journal) { }

    /// <summary>Prepares a run whose examples may come of the model itself.</summary>
    /// <param name="objective">What to minimise, and the model to train in place; not owned.</param>
    /// <param name="source">Gives each step its examples; not owned.</param>
    /// <param name="options">The numbers of the run.</param>
    /// <param name="seed">Decides what adapters drop.</param>
    /// <param name="journal">Where the run writes.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public TrainingLoop(
        IObjective<TExample> objective,
        IExampleSource<TExample> source,
        TrainingOptions options,
        Seed seed,
        ITrainingJournal journal
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (objective.Model.TrainableParameters.Count == 0)
        {
            throw new InvalidInputException(
                "There is nothing to train: the model is frozen and has no active adapter that learns.",
                "Add an adapter, or make one trainable."
            );
        }

        (this.objective, this.source, this.options, this.journal) = (objective, source, options, journal);
        this.seed = seed;
        watch = new RunWatch(options.Health);
        precision = ComputePrecision.Resolve(options.Precision, objective.Model.Decoder.Config);
    }

    /// <summary>Steps of the whole run.</summary>
    public long Steps => source.Steps;

    /// <summary>Trains to the end, from the newest checkpoint where there is one.</summary>
    /// <param name="cancellation">Polled between steps; a cancelled run saves a checkpoint first.</param>
    /// <returns>Where it ended: after all steps, or where an alarm of <see cref="TrainingOptions.Health"/> ended it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the same call goes on from where it stopped.</exception>
    /// <exception cref="TrainingDivergedException">Loss or gradient stopped being a number.</exception>
    public TrainingEnd Run(CancellationToken cancellation = default)
    {
        // What loading and preparing left lies in other pieces than a step needs.
        NativeAllocator.ReleaseFreedMemory();
        objective.Model.Decoder.GradientCheckpointing = options.GradientCheckpointing;
        using var optimizer = new AdamW(
            objective.Model.OptimizedParameters,
            new AdamWOptions
            {
                Beta1 = options.AdamBeta1,
                Beta2 = options.AdamBeta2,
                WeightDecay = options.WeightDecay,
            }
        );
        var resumed = Resume(optimizer);
        if (stoppedBy is not null)
        {
            return new TrainingEnd(resumed!.Value, resumed.Value, stoppedBy);
        }

        if (resumed is null && watch.GoodUntil(0) is not null)
        {
            // There is always something to roll back to: the start.
            Save(0, optimizer);
        }

        for (var step = resumed ?? 0; step < source.Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save(step, optimizer);
                cancellation.ThrowIfCancellationRequested();
            }

            var batch = Examples(step, optimizer, cancellation);
            var gradientNorm = Step(step, batch, optimizer, out var learningRate);
            var done = step + 1;
            journal.Progress(new TrainingProgress(done, source.Steps, tokensHere, lastLoss));
            var ending = Watch(done, gradientNorm);
            if (done % options.LoggingSteps == 0 || done == source.Steps || ending is not null)
            {
                Log(done, gradientNorm, learningRate);
            }

            if (ending is not null)
            {
                return End(ending, optimizer);
            }

            if (options.SaveSteps > 0 && done % options.SaveSteps == 0 && done < source.Steps)
            {
                Save(done, optimizer);
            }
        }

        return new TrainingEnd(source.Steps, source.Steps, null);
    }

    // What a source does in a step, such as asking the model for answers, may take long, and changes nothing until it is done: a run cancelled within it stands
    // where it stood before.
    private IReadOnlyList<TExample> Examples(long step, AdamW optimizer, CancellationToken cancellation)
    {
        metrics.BeginStep();
        // A resumed run does the whole step: what a cancelled one measured must not count twice.
        var measured = new MetricSums();
        try
        {
            var examples = source.Step(step, measured, cancellation);
            metrics.Add(measured);
            return examples;
        }
        catch (OperationCanceledException)
        {
            Save(step, optimizer);
            throw;
        }
    }

    private double Step(long step, IReadOnlyList<TExample> batch, AdamW optimizer, out double learningRate)
    {
        using var scope = NewDisposeScope();
        lastLoss = 0;
        learningRate = LearningRate.At(options, step, source.Steps);
        if (batch.Count == 0)
        {
            // Gradients of zero would move weights by their moments, and only where a gradient stands in memory: not after a resume.
            optimizer.Skip();
            objective.EndStep(step + 1);
            return 0;
        }

        var cut = TrainingStep<TExample>.Of(batch, objective.Size, options.MicroBatchTokens, seed.Derive("step", step));
        Begin(cut);
        for (var i = 0; i < cut.Passes.Count; i++)
        {
            Backward(cut.Passes[i], cut.Normalizer, seed.Derive("dropout", step).Derive("pass", i));
        }

        var norm = optimizer.ClipGradients(options.MaxGradNorm > 0 ? options.MaxGradNorm : double.PositiveInfinity);
        if (!double.IsFinite(norm) || !double.IsFinite(lastLoss))
        {
            throw new TrainingDivergedException(
                $"Step {step + 1}: the loss is {lastLoss} and its gradient has length {norm}. Lower learning_rate ({options.LearningRate}) or raise warmup_ratio ({options.WarmupRatio})."
            );
        }

        optimizer.Apply(learningRate);
        optimizer.ZeroGradients();
        objective.EndStep(step + 1);
        return norm;
    }

    private void Begin(TrainingStep<TExample> step)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var autocast = ComputePrecision.Open(precision);
        objective.BeginStep(step);
    }

    private void Backward(IReadOnlyList<TExample> pass, StepNormalizer normalizer, Seed dropout)
    {
        using var scope = NewDisposeScope();
        using var dropping = objective.Model.Decoder.Adapters.OpenTrainingPass(dropout);
        Tensor loss;
        // Closing the scope also forgets the casts of weights that the optimiser is about to move.
        using (ComputePrecision.Open(precision))
        {
            loss = objective.Evaluate(pass, normalizer, metrics);
            GradientCheckpoint.Backward(loss);
        }

        lastLoss += loss.item<float>();
        var count = pass.Sum(example => objective.Size(example).Computed);
        tokens += count;
        tokensHere += count;
    }

    private void Log(long step, double gradientNorm, double learningRate)
    {
        var row = new SortedDictionary<string, double>(metrics.Means.ToDictionary(), StringComparer.Ordinal)
        {
            ["grad_norm"] = gradientNorm,
            ["learning_rate"] = learningRate,
            ["epoch"] = source.Epoch(step),
            ["num_tokens"] = tokens,
        };
        journal.Metrics(step, row);
        metrics.Clear();
    }

    private long? Resume(AdamW optimizer)
    {
        if (journal.LatestCheckpoint() is not { } checkpoint)
        {
            return null;
        }

        var state = TrainingCheckpoint.Load(checkpoint.Folder, objective, source, optimizer);
        tokens = state.Tokens;
        metrics.Restore(state.Metrics);
        stoppedBy = HealthCheckpoint.Load(checkpoint.Folder, watch);
        return state.Step;
    }

    private void Save(long step, AdamW optimizer) =>
        journal.SaveCheckpoint(
            step,
            folder =>
            {
                TrainingCheckpoint.Save(folder, objective, source, optimizer, new TrainingState(step, tokens, metrics.Save()));
                HealthCheckpoint.Save(folder, watch, stoppedBy);
            },
            watch.GoodUntil(step) is { } good ? Scheduled(good) : long.MaxValue
        );
}
