using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Preferences;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>What a round's answers become.</summary>
internal enum RlExamples
{
    /// <summary>Answers with advantages.</summary>
    Advantages,

    /// <summary>Pairs of a better and a worse one.</summary>
    Pairs,

    /// <summary>The best one of each prompt.</summary>
    Best,
}

/// <summary>Whom the policy's answers are compared with, beside each other.</summary>
internal enum RlOpponent
{
    /// <summary>Nobody, or its own greedy answers where the estimator asks.</summary>
    None,

    /// <summary>The reference.</summary>
    Reference,

    /// <summary>A geometric mixture of policy and reference.</summary>
    Mixture,
}

/// <summary>An algorithm by name: what it makes of answers, and the options that make it this algorithm where a file says nothing else.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Examples">What answers become.</param>
/// <param name="Description">One line.</param>
/// <param name="Defaults">Its own numbers over the general ones.</param>
internal sealed record RlAlgorithm(string Name, RlExamples Examples, string Description, Func<RlOptions, RlOptions> Defaults)
{
    private static readonly KlRewardOptions UsualPrice = new() { Coefficient = 0.05 };

    /// <summary>Whom answers are compared with.</summary>
    internal RlOpponent Opponent { get; init; }

    /// <summary>Whether a single round asks all prompts.</summary>
    internal bool IsOneRound { get; init; }

    /// <summary>All algorithms.</summary>
    internal static IReadOnlyList<RlAlgorithm> All { get; } =
    [
        new(
            "ppo",
            RlExamples.Advantages,
            "clipped policy gradient with a critic, advantages over tokens (arXiv 1707.06347, 2203.02155)",
            options =>
                options with
                {
                    Critic = new RlCriticOptions { Kind = CriticKind.Separate },
                    Rollout = new RolloutOptions
                    {
                        AdvantageType = "gae",
                        WhitenAdvantages = true,
                        AnswersPerPrompt = 4,
                        Passes = 4,
                        KlReward = UsualPrice,
                    },
                }
        ),
        Grpo(
            "grpo",
            "answers compared within their prompt, standardised (arXiv 2402.03300)",
            new PolicyOptions { Aggregation = PolicyAggregation.SequenceMean, Beta = 0.04 }
        ),
        new(
            "dr_grpo",
            RlExamples.Advantages,
            "grpo without its biases towards length and towards prompts of like answers (arXiv 2503.20783)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions { AdvantageType = "dr_grpo" },
                    Policy = new PolicyOptions { Aggregation = PolicyAggregation.Constant },
                }
        ),
        new(
            "dapo",
            RlExamples.Advantages,
            "grpo by tokens, clip-higher, dynamic sampling (arXiv 2503.14476)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions { DynamicSampling = true },
                    Policy = new PolicyOptions { Loss = new PolicyLossOptions { EpsilonHigh = 0.28 } },
                }
        ),
        Grpo("bnpo", "grpo by tokens: every token of a step weighs the same", new PolicyOptions()),
        Grpo(
            "gspo",
            "grpo with one ratio for each answer (arXiv 2507.18071)",
            new PolicyOptions
            {
                LossType = "gspo",
                Aggregation = PolicyAggregation.SequenceMean,
                Loss = new PolicyLossOptions { Epsilon = 3e-4, EpsilonHigh = 4e-4 },
            }
        ),
        Grpo("cispo", "grpo whose clipped tokens keep a gradient (arXiv 2506.13585)", new PolicyOptions { LossType = "cispo" }),
        Grpo(
            "sapo",
            "grpo with a soft gate instead of a clip (arXiv 2511.20347)",
            new PolicyOptions { LossType = "sapo", Aggregation = PolicyAggregation.SequenceMean }
        ),
        new(
            "rloo",
            RlExamples.Advantages,
            "answers compared with the others to their prompt, each as one action (arXiv 2402.14740)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions
                    {
                        AdvantageType = "rloo",
                        AnswersPerPrompt = 4,
                        KlReward = UsualPrice,
                    },
                    Policy = new PolicyOptions { LossType = "sequence_clip", Aggregation = PolicyAggregation.SequenceMean },
                }
        ),
        new(
            "reinforce_plus_plus",
            RlExamples.Advantages,
            "rewards to go, whitened over the round: neither critic nor groups (arXiv 2501.03262)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions
                    {
                        AdvantageType = "reinforce_plus_plus",
                        AnswersPerPrompt = 4,
                        KlReward = UsualPrice,
                    },
                }
        ),
        new(
            "reinforce_plus_plus_baseline",
            RlExamples.Advantages,
            "the same less the mean of the prompt's answers (arXiv 2501.03262)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions { AdvantageType = "reinforce_plus_plus_baseline" },
                    Policy = new PolicyOptions { Beta = 0.04 },
                }
        ),
        new(
            "remax",
            RlExamples.Advantages,
            "answers compared with the greedy one (arXiv 2310.10505)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions
                    {
                        AdvantageType = "remax",
                        AnswersPerPrompt = 1,
                        KlReward = UsualPrice,
                    },
                    Policy = new PolicyOptions { LossType = "reinforce", Aggregation = PolicyAggregation.SequenceMean },
                }
        ),
        new(
            "nash_md",
            RlExamples.Advantages,
            "preferred over a mixture of itself and its reference (arXiv 2312.00886)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions { AdvantageType = "nash_md", AnswersPerPrompt = 1 },
                    Policy = new PolicyOptions
                    {
                        LossType = "reinforce",
                        Aggregation = PolicyAggregation.SequenceMean,
                        Beta = 0.1,
                    },
                }
        )
        {
            Opponent = RlOpponent.Mixture,
        },
        new(
            "online_dpo",
            RlExamples.Pairs,
            "a preference loss on the better and the worse of its own answers (arXiv 2402.04792)",
            options => options with { Rollout = new RolloutOptions { AnswersPerPrompt = 2 } }
        ),
        new(
            "xpo",
            RlExamples.Pairs,
            "online DPO against the reference's answers, with a bonus for leaving them (arXiv 2405.21046)",
            options =>
                options with
                {
                    Rollout = new RolloutOptions { AnswersPerPrompt = 1 },
                    Preference = new PreferenceOptions { LossType = "xpo" },
                }
        )
        {
            Opponent = RlOpponent.Reference,
        },
        new(
            "rejection_sampling",
            RlExamples.Best,
            "fine-tuning on the best of its own answers, round by round (RAFT, arXiv 2304.06767)",
            options => options
        ),
        new("best_of_n", RlExamples.Best, "fine-tuning on the best of the start's answers to all prompts", options => options)
        {
            IsOneRound = true,
        },
    ];

    /// <summary>The algorithm of that name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    internal static RlAlgorithm Find(string name) =>
        All.FirstOrDefault(algorithm => algorithm.Name == name)
        ?? throw new InvalidInputException(
            $"There is no algorithm named '{(name.Length > 40 ? name[..40] + "…" : name)}'.",
            $"Use one of {string.Join(", ", All.Select(algorithm => algorithm.Name))}."
        );

    /// <summary>Refuses options that this algorithm would not read: a constraint that nobody keeps is worse than none.</summary>
    /// <exception cref="InvalidInputException">One is set.</exception>
    internal void ThrowIfIgnored(RlOptions options)
    {
        var own = Defaults(new RlOptions { Name = options.Name, Data = options.Data });
        var hasAdvantages = Examples == RlExamples.Advantages;
        (bool IsIgnored, string Option)[] checks =
        [
            (!hasAdvantages && options.Costs.Count > 0, "costs"),
            (!hasAdvantages && options.GroupColumn is not null, "group_column"),
            (!hasAdvantages && options.Critic != own.Critic, "critic"),
            (!hasAdvantages && options.Ptx is not null, "ptx"),
            (options.Ptx is null && options.Policy.PtxCoefficient != own.Policy.PtxCoefficient, "policy.ptx_coefficient (without ptx)"),
            (!hasAdvantages && options.Policy.Beta != own.Policy.Beta, "policy.beta"),
            (!hasAdvantages && options.Policy.LossType != own.Policy.LossType, "policy.loss_type"),
            (!hasAdvantages && options.Rollout.KlReward != own.Rollout.KlReward, "rollout.kl_reward"),
            (!hasAdvantages && options.Rollout.AdvantageType != own.Rollout.AdvantageType, "rollout.advantage_type"),
            (Examples != RlExamples.Pairs && options.Preference != own.Preference, "preference"),
            (Examples != RlExamples.Best && options.LeastReward is not null, "least_reward"),
            (Opponent != RlOpponent.Mixture && options.OpponentMixture != own.OpponentMixture, "opponent_mixture"),
            (options.Costs.Count == 0 && options.Rollout.Constraint != own.Rollout.Constraint, "rollout.constraint (without costs)"),
        ];
        if (Array.Find(checks, check => check.IsIgnored).Option is { } ignored)
        {
            throw new InvalidInputException(
                $"The option {ignored} is set, and {Name} would ignore it.",
                "Leave it out, or use an algorithm that reads it (docs/rl.md)."
            );
        }
    }

    private static RlAlgorithm Grpo(string name, string description, PolicyOptions policy) =>
        new(name, RlExamples.Advantages, description, options => options with { Policy = policy });
}
