using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies.Advantages;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// Where a policy's examples come from: itself. A round takes prompts, draws answers to them, has them judged and makes advantages of what they earned; its steps are
/// <see cref="RolloutOptions.Passes"/> passes over them in <see cref="RolloutOptions.MiniBatches"/> parts. Of <see cref="TrainingOptions"/>, <c>batch_size</c> counts
/// the prompts of a round, <c>epochs</c> the passes over all prompts, and <c>max_steps</c> the optimiser's steps.
/// </summary>
public sealed class PolicyRollouts : IExampleSource<AnswerGroup>
{
    private const string StateFile = "rollouts.json";

    private readonly IReadOnlyList<PolicyPrompt> prompts;
    private readonly RolloutOptions options;
    private readonly Seed seed;
    private readonly BatchPlan plan;
    private readonly RoundDraw draw;
    private readonly RoundLearning learning;
    private readonly KlController klController;
    private IReadOnlyList<AnswerGroup> groups = [];

    /// <summary>Checks that everything an estimator needs is there.</summary>
    /// <param name="parts">Who takes part.</param>
    /// <param name="prompts">What is asked, at least one.</param>
    /// <param name="options">How answers come about, and what is made of their scores.</param>
    /// <param name="policyOptions">The objective's: what the answers are sampled at.</param>
    /// <param name="training">The numbers of the run.</param>
    /// <param name="seed">Decides prompts and answers.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or the estimator lacks what it needs.</exception>
    public PolicyRollouts(
        RolloutParts parts,
        IReadOnlyList<PolicyPrompt> prompts,
        RolloutOptions options,
        PolicyOptions policyOptions,
        TrainingOptions training,
        Seed seed
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        OptionsValidation.ThrowIfInvalid(policyOptions);
        OptionsValidation.ThrowIfInvalid(training);
        ThrowIfNeedsAreUnmet(parts, prompts, options);
        (this.prompts, this.options, this.seed) = (prompts, options, seed);
        plan = new BatchPlan(prompts.Count, training with { MaxSteps = 0 }, seed);
        draw = new RoundDraw(prompts, parts.Sampler, parts.Reward, options, seed);
        learning = new RoundLearning(parts, options, policyOptions, training);
        klController = new KlController(options.KlReward);
        Steps = training.MaxSteps > 0 ? Math.Min(training.MaxSteps, plan.Steps * StepsPerRound) : plan.Steps * StepsPerRound;
    }

    /// <inheritdoc/>
    public long Steps { get; }

    private int StepsPerRound => options.Passes * options.MiniBatches;

    /// <inheritdoc/>
    public double Epoch(long step) => step / ((double)StepsPerRound * plan.StepsPerEpoch);

    /// <inheritdoc/>
    public IReadOnlyList<AnswerGroup> Step(long step, MetricSums metrics, CancellationToken cancellation)
    {
        var (round, inRound) = (step / StepsPerRound, (int)(step % StepsPerRound));
        if (inRound == 0)
        {
            Begin(round, metrics, cancellation);
        }

        var (pass, part) = (inRound / options.MiniBatches, inRound % options.MiniBatches);
        AnswerGroup[] order = [.. groups];
        seed.Derive("pass", round).Derive("number", pass).Source().Shuffle<AnswerGroup>(order);
        var batch = order[(order.Length * part / options.MiniBatches)..(order.Length * (part + 1) / options.MiniBatches)];
        // Before the round's first step the policy is the one that drew: its own log-probabilities are the old ones, to the bit.
        return inRound > 0 ? batch : [.. batch.Select(AsFresh)];
    }

    /// <inheritdoc/>
    public void SaveState(string folder) =>
        File.WriteAllText(Path.Combine(folder, StateFile), JsonSerializer.Serialize(new RolloutState(klController.Coefficient, groups)));

    /// <inheritdoc/>
    public void LoadState(string folder)
    {
        var path = Path.Combine(folder, StateFile);
        try
        {
            var state =
                JsonSerializer.Deserialize<RolloutState>(File.ReadAllText(path)) ?? throw new JsonException("the file holds nothing");
            (klController.Coefficient, groups) = (state.KlCoefficient, state.Groups);
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
    }

    private void Begin(long round, MetricSums metrics, CancellationToken cancellation)
    {
        var asked = new List<PolicyPrompt>();
        foreach (var index in plan.Step(round))
        {
            asked.Add(prompts[index]);
        }

        var judged = draw.Groups(round, asked, metrics, cancellation);
        var (learned, natsPerAnswer) = learning.Of(judged, klController.Coefficient, metrics, cancellation);
        if (options.KlReward.Coefficient > 0)
        {
            metrics.Add("kl_coefficient", klController.Coefficient, 1);
            klController.Observe(natsPerAnswer, learned.Sum(group => group.Answers.Count));
        }

        groups = learned;
    }

    private static AnswerGroup AsFresh(AnswerGroup group) =>
        new([.. group.Answers.Select(answer => answer with { OldLogProbabilities = null })]);

    private static void ThrowIfNeedsAreUnmet(RolloutParts parts, IReadOnlyList<PolicyPrompt> prompts, RolloutOptions options)
    {
        var estimator = AdvantageEstimators.Find(options.AdvantageType);
        (bool Holds, string Problem, string Mend)[] needs =
        [
            (prompts.Count > 0, "There is no prompt to answer.", "Look at the data report for what was dropped, and why."),
            (
                !estimator.Declaration.NeedsGroups || options.AnswersPerPrompt > 1,
                $"The estimator {estimator.Name} compares answers to one prompt, and answers_per_prompt is {options.AnswersPerPrompt}.",
                "Set answers_per_prompt to 2 or more, or use an estimator without groups, such as reinforce_plus_plus."
            ),
            (
                !estimator.Declaration.NeedsValues || parts.Critic is not null,
                $"The estimator {estimator.Name} reads a critic's values, and there is no critic.",
                "Train with a critic, or use an estimator without one, such as rloo."
            ),
            (
                options.KlReward.Coefficient == 0 || parts.Reference is not null,
                $"kl_reward.coefficient is {options.KlReward.Coefficient}, the price of the divergence from a reference, and there is none.",
                "Give a reference, or set the coefficient to 0."
            ),
            (
                !options.DynamicSampling || options.AnswersPerPrompt > 1,
                "Dynamic sampling drops prompts whose answers all earned the same, and there is one answer to each.",
                "Set answers_per_prompt to 2 or more, or dynamic_sampling to false."
            ),
        ];
        foreach (var (holds, problem, mend) in needs)
        {
            if (!holds)
            {
                throw new InvalidInputException(problem, mend);
            }
        }

        if (estimator.Unread(options.Advantage).FirstOrDefault() is { } unread)
        {
            throw new InvalidInputException(
                $"The estimator {options.AdvantageType} does not read {unread}, which is set.",
                $"Leave it away; it reads {string.Join(", ", estimator.OptionNames.DefaultIfEmpty("no option"))}."
            );
        }
    }

    private sealed record RolloutState(double KlCoefficient, IReadOnlyList<AnswerGroup> Groups);
}
