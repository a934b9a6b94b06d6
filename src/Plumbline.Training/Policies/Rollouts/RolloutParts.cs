using Plumbline.Models.Language;
using Plumbline.Rewards;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Who takes part in rollouts. None is owned.</summary>
/// <param name="Policy">The model in training.</param>
/// <param name="Sampler">Who lets it answer.</param>
/// <param name="Reward">Who judges the answers.</param>
public sealed record RolloutParts(Decoder Policy, IAnswerSampler Sampler, IReward Reward)
{
    /// <summary>What the policy is held to by the reward; null for nothing.</summary>
    public ReferencePolicy? Reference { get; init; }

    /// <summary>Whose answers the policy's are compared with; null for its own greedy ones where an estimator asks.</summary>
    public IAnswerSampler? Opponent { get; init; }

    /// <summary>Says what answers cost, higher where they do more harm; null for nothing.</summary>
    public IReward? Cost { get; init; }

    /// <summary>The group (language, region, identity) that a prompt belongs to; null where groups do not matter.</summary>
    public Func<PolicyPrompt, string>? GroupOf { get; init; }

    /// <summary>Who is told of every round; null for nobody.</summary>
    public IRoundListener? Listener { get; init; }

    /// <summary>What is asked now and then to see whether the policy gets better or only learns to please its reward; null for nothing.</summary>
    public PolicyProbe? Probe { get; init; }

    /// <summary>Answers that each step learns beside the policy's own; null for none.</summary>
    public CuratedAnswers? Curated { get; init; }

    /// <summary>What expects the rewards; null for nothing.</summary>
    public Critic? Critic { get; init; }
}

/// <summary>Answers from elsewhere that a policy keeps learning, so that it does not unlearn what its reward does not ask for.</summary>
/// <param name="Examples">Prompts with answers; at least one.</param>
/// <param name="PerStep">How many a step learns; at least 1.</param>
public sealed record CuratedAnswers(IReadOnlyList<TokenizedExample> Examples, int PerStep);
