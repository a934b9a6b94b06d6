using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies.Advantages;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>The rounds of policy gradients: judged answers with advantages, for a <see cref="PolicyObjective"/>.</summary>
public sealed class PolicyRollouts : RoundSource<AnswerGroup>
{
    private readonly RoundLearning learning;
    private readonly KlController klController;
    private readonly CostMultiplier? multiplier;
    private readonly GroupWeights? groupWeights;
    private readonly CuratedAnswers? curated;
    private readonly BatchPlan? curatedPlan;

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
        : base(parts, prompts, options, Needs(options), training, seed)
    {
        OptionsValidation.ThrowIfInvalid(policyOptions);
        ThrowIfNeedsAreUnmet(parts, options);
        learning = new RoundLearning(parts, options, policyOptions, training);
        klController = new KlController(options.KlReward);
        multiplier = parts.Cost is null ? null : new CostMultiplier(options.Constraint);
        groupWeights = parts.GroupOf is null ? null : new GroupWeights(parts.GroupOf, options.GroupStepSize);
        curated = parts.Curated;
        curatedPlan = curated is null
            ? null
            : new BatchPlan(curated.Examples.Count, training with { BatchSize = curated.PerStep }, seed.Derive("curated answers"));
    }

    /// <inheritdoc/>
    private protected override RoundMemory Memory
    {
        get =>
            new()
            {
                KlCoefficient = klController.Coefficient,
                LogMultiplier = multiplier?.Log ?? 0,
                Costs = multiplier?.Costs ?? [],
                GroupWeights = groupWeights?.All ?? new Dictionary<string, double>(),
            };
        set
        {
            klController.Coefficient = value.KlCoefficient;
            multiplier?.Restore(value.LogMultiplier, value.Costs);
            groupWeights?.Restore(value.GroupWeights);
        }
    }

    /// <inheritdoc/>
    private protected override IReadOnlyList<AnswerGroup> Learn(
        IReadOnlyList<ScoredGroup> groups,
        MetricSums metrics,
        CancellationToken cancellation
    )
    {
        var answers = groups.SelectMany(group => group.Answers).ToList();
        var weights = groupWeights?.Of(groups, metrics);
        var (learned, natsPerAnswer) = learning.Of(
            groups,
            new RoundPrices(klController.Coefficient, multiplier?.Value ?? 0, weights),
            metrics,
            cancellation
        );
        if (Options.KlReward.Coefficient > 0)
        {
            metrics.Add("kl_coefficient", klController.Coefficient, 1);
            klController.Observe(natsPerAnswer, answers.Count);
        }

        multiplier?.Observe([.. answers.Select(answer => answer.Cost)], metrics);
        groupWeights?.Observe(groups);
        return learned;
    }

    /// <summary>Before the round's first step the policy is the one that drew: its own log-probabilities are the old ones, to the bit.</summary>
    private protected override AnswerGroup OfTheRoundsFirstStep(AnswerGroup example) =>
        new([.. example.Answers.Select(answer => answer with { OldLogProbabilities = null })]);

    /// <inheritdoc/>
    private protected override IEnumerable<AnswerGroup> Beside(long step)
    {
        var groups = new List<AnswerGroup>();
        foreach (var index in curatedPlan is null ? [] : curatedPlan.Step(step))
        {
            groups.Add(new AnswerGroup([new DrawnAnswer(curated!.Examples[index], [])]) { IsCurated = true });
        }

        return groups;
    }

    private static DrawNeeds Needs(RolloutOptions options)
    {
        var estimator = AdvantageEstimators.Find(options.AdvantageType).Declaration;
        return new DrawNeeds(estimator.NeedsGroups ? 2 : 1, estimator.NeedsBaselines);
    }

    private static void ThrowIfNeedsAreUnmet(RolloutParts parts, RolloutOptions options)
    {
        var estimator = AdvantageEstimators.Find(options.AdvantageType);
        (bool Holds, string Problem, string Mend)[] needs =
        [
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
                parts.Critic is null || parts.Critic.HasCost == parts.Cost is not null,
                parts.Cost is null
                    ? "The critic expects costs, and nothing says what answers cost."
                    : "The critic expects rewards alone, and there are costs beside them.",
                parts.Cost is null ? "Give a cost, or start the critic without." : "Start the critic with costs."
            ),
            (
                parts.Curated is not { Examples.Count: 0 } and not { PerStep: < 1 },
                $"There are {parts.Curated?.Examples.Count} curated answers, and a step is to learn {parts.Curated?.PerStep} of them.",
                "Give at least one answer, and learn at least one in a step, or leave them away."
            ),
            (
                options.KlReward.Coefficient == 0 || parts.Reference is not null,
                $"kl_reward.coefficient is {options.KlReward.Coefficient}, the price of the divergence from a reference, and there is none.",
                "Give a reference, or set the coefficient to 0."
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
}
