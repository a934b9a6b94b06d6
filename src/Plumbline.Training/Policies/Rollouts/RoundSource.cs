using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// Where a policy's examples come from: itself. A round takes prompts, draws answers to them, has them judged and makes examples of them; its steps are
/// <see cref="RolloutOptions.Passes"/> passes over these in <see cref="RolloutOptions.MiniBatches"/> parts. Of <see cref="TrainingOptions"/>, <c>batch_size</c> counts
/// the prompts of a round, <c>epochs</c> the passes over all prompts, and <c>max_steps</c> the optimiser's steps.
/// </summary>
/// <typeparam name="TExample">What a judged answer becomes; can be written as JSON.</typeparam>
public abstract class RoundSource<TExample> : IExampleSource<TExample>
{
    private const string StateFile = "rollouts.json";

    private readonly IReadOnlyList<PolicyPrompt> prompts;
    private readonly Seed seed;
    private readonly BatchPlan plan;
    private readonly RoundDraw draw;
    private readonly IRoundListener? listener;
    private readonly RoundProbe? probe;
    private ProbeMemory? probed;
    private IReadOnlyList<TExample> examples = [];

    private protected RoundSource(
        RolloutParts parts,
        IReadOnlyList<PolicyPrompt> prompts,
        RolloutOptions options,
        DrawNeeds needs,
        TrainingOptions training,
        Seed seed
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        OptionsValidation.ThrowIfInvalid(training);
        if (prompts.Count == 0)
        {
            throw new InvalidInputException("There is no prompt to answer.", "Look at the data report for what was dropped, and why.");
        }

        if (options.DynamicSampling && options.AnswersPerPrompt == 1)
        {
            throw new InvalidInputException(
                "Dynamic sampling drops prompts whose answers all earned the same, and there is one answer to each.",
                "Set answers_per_prompt to 2 or more, or dynamic_sampling to false."
            );
        }

        (this.prompts, Options, this.seed, listener) = (prompts, options, seed, parts.Listener);
        plan = new BatchPlan(prompts.Count, training with { MaxSteps = 0 }, seed);
        draw = new RoundDraw(parts, prompts, options, needs, seed);
        probe = parts.Probe is null ? null : new RoundProbe(parts, options, seed);
        Steps =
            training.MaxSteps > 0 ? Math.Min(training.MaxSteps, plan.Steps * Options.StepsPerRound) : plan.Steps * Options.StepsPerRound;
    }

    /// <inheritdoc/>
    public long Steps { get; }

    /// <summary>How answers come about.</summary>
    private protected RolloutOptions Options { get; }

    /// <inheritdoc/>
    public double Epoch(long step) => step / ((double)Options.StepsPerRound * plan.StepsPerEpoch);

    /// <inheritdoc/>
    public IReadOnlyList<TExample> Step(long step, MetricSums metrics, CancellationToken cancellation)
    {
        var (round, inRound) = (step / Options.StepsPerRound, (int)(step % Options.StepsPerRound));
        if (inRound == 0)
        {
            var asked = new List<PolicyPrompt>();
            foreach (var index in plan.Step(round))
            {
                asked.Add(prompts[index]);
            }

            var isProbed = probe?.IsDue(round, last: (Steps - 1) / Options.StepsPerRound) == true;
            var seen = isProbed ? probe!.Ask(probed, metrics, cancellation) : probed;
            listener?.BeginRound(round, metrics, cancellation);
            examples = Learn(draw.Groups(round, asked, metrics, cancellation), metrics, cancellation);
            probed = seen;
        }

        var (pass, part) = (inRound / Options.MiniBatches, inRound % Options.MiniBatches);
        TExample[] order = [.. examples];
        seed.Derive("pass", round).Derive("number", pass).Source().Shuffle<TExample>(order);
        var batch = order[(order.Length * part / Options.MiniBatches)..(order.Length * (part + 1) / Options.MiniBatches)];
        return [.. inRound > 0 ? batch : batch.Select(OfTheRoundsFirstStep), .. Beside(step)];
    }

    /// <inheritdoc/>
    public void SaveState(string folder)
    {
        File.WriteAllText(
            Path.Combine(folder, StateFile),
            JsonSerializer.Serialize(new SourceState(Memory with { Probe = probed }, examples))
        );
        listener?.SaveState(folder);
    }

    /// <inheritdoc/>
    public void LoadState(string folder)
    {
        var path = Path.Combine(folder, StateFile);
        try
        {
            var state =
                JsonSerializer.Deserialize<SourceState>(File.ReadAllText(path)) ?? throw new JsonException("the file holds nothing");
            (Memory, probed, examples) = (state.Memory, state.Memory.Probe, state.Examples);
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(
                $"The checkpoint's rollouts are damaged: {failure.Message}",
                "Delete this checkpoint folder to go on from an older one, or from the start.",
                new InputPosition(path, failure.LineNumber + 1),
                failure
            );
        }

        listener?.LoadState(folder);
    }

    /// <summary>What is remembered from round to round beside the examples.</summary>
    private protected virtual RoundMemory Memory { get; set; } = new();

    /// <summary>Makes examples of judged answers. Changes nothing where it throws.</summary>
    private protected abstract IReadOnlyList<TExample> Learn(
        IReadOnlyList<ScoredGroup> groups,
        MetricSums metrics,
        CancellationToken cancellation
    );

    /// <summary>The example as the policy that drew it sees it.</summary>
    private protected virtual TExample OfTheRoundsFirstStep(TExample example) => example;

    /// <summary>What a step learns beside the round's examples: a function of the step, so that no checkpoint needs to know it.</summary>
    private protected virtual IEnumerable<TExample> Beside(long step) => [];

    private sealed record SourceState(RoundMemory Memory, IReadOnlyList<TExample> Examples);
}

/// <summary>What a source of rounds remembers from one to the next.</summary>
internal sealed record RoundMemory
{
    /// <summary>What a nat of divergence costs.</summary>
    public double KlCoefficient { get; init; }

    /// <summary>The log of what a unit of cost costs.</summary>
    public double LogMultiplier { get; init; }

    /// <summary>Costs of the latest answers, oldest first.</summary>
    public IReadOnlyList<double> Costs { get; init; } = [];

    /// <summary>What each group of prompts weighs; sums to 1.</summary>
    public IReadOnlyDictionary<string, double> GroupWeights { get; init; } = new Dictionary<string, double>();

    /// <summary>What probes are compared with; null before the first.</summary>
    public ProbeMemory? Probe { get; init; }
}
