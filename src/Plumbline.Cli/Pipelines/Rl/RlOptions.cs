using Plumbline.Cli.Pipelines.Rl.Live;
using Plumbline.Configuration;
using Plumbline.Models.Adapters;
using Plumbline.Remote;
using Plumbline.Rewards;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Preferences;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>An options file of <c>plumb rl ALGORITHM</c>. The algorithm decides the defaults of what follows; the file overrides them.</summary>
public sealed record RlOptions : PipelineOptions
{
    /// <summary>The policy to start from.</summary>
    public PipelineModelOptions Model { get; init; } = new();

    /// <summary>Rows with prompts, of any shape. What else a row says can be read by rewards.</summary>
    public required PipelineDataOptions Data { get; init; }

    /// <summary>The longest sequence in tokens, prompt and answer, or prompt and whole conversation, together; longer prompts are left out and counted.</summary>
    /// <value>512</value>
    public int MaxLength { get; init; } = 512;

    /// <summary>Pretraining of a tiny model.</summary>
    public TrainingOptions Pretrain { get; init; } =
        new()
        {
            Epochs = 2,
            LearningRate = 1e-3,
            BatchSize = 16,
        };

    /// <summary>Fine-tuning on the rows' good answers before; null for none.</summary>
    public FineTuningOptions? Sft { get; init; }

    /// <summary>What answers earn: a weighted sum.</summary>
    public IReadOnlyList<RewardSourceOptions> Rewards { get; init; } = [];

    /// <summary>The reward model that people keep fresh, which <c>--feedback STORE</c> adds to the rewards; null where nobody is asked.</summary>
    public LiveFeedbackOptions? Feedback { get; init; }

    /// <summary>What answers cost: a weighted sum that <c>rollout.constraint</c> holds within its budget; none for no constraint.</summary>
    public IReadOnlyList<RewardSourceOptions> Costs { get; init; } = [];

    /// <summary>
    /// What answers are really worth, a weighted sum: an exact check, a second reward model, whatever is too dear to train on. Measured on held-out prompts while the policy
    /// learns and at the end, and never trained on; none where nobody knows.
    /// </summary>
    public IReadOnlyList<RewardSourceOptions> Gold { get; init; } = [];

    /// <summary>How often held-out prompts are asked while the policy learns, to see whether it only learns to please its rewards (docs/observatory.md); null for never.</summary>
    public ProbeOptions? Probe { get; init; } = new();

    /// <summary>The column of a row that says which group its prompt belongs to: the worst group's reward is then what is optimised. Null for no groups.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>How answers are drawn beside temperature and length, which <c>policy</c> says.</summary>
    public RlSamplingOptions Sampling { get; init; } = new();

    /// <summary>What replies to the policy, which then answers again: a conversation is one answer, rewarded as a whole. Null for single answers.</summary>
    public RlTurnOptions? Turns { get; init; }

    /// <summary>What a round is, and what is made of what answers earned.</summary>
    public RolloutOptions Rollout { get; init; } = new();

    /// <summary>What policy gradients minimise, and what answers are sampled at.</summary>
    public PolicyOptions Policy { get; init; } = new();

    /// <summary>Curated answers that each step learns beside the policy's own, so that it keeps what its rewards do not ask for (PPO-ptx); null for none.</summary>
    public RlPtxOptions? Ptx { get; init; }

    /// <summary>What is learnt from pairs, where the algorithm makes pairs.</summary>
    public PreferenceOptions Preference { get; init; } = new();

    /// <summary>What an answer must earn at least to be learnt, where the best answers are; null for any.</summary>
    public double? LeastReward { get; init; }

    /// <summary>What expects the rewards.</summary>
    public RlCriticOptions Critic { get; init; } = new();

    /// <summary>Another reference than the start, a Hugging Face folder with the same vocabulary; null for the start.</summary>
    public string? ReferencePath { get; init; }

    /// <summary>The reference's share in the geometric mixture that Nash-MD's opponent answers from, in [0, 1].</summary>
    /// <value>0.5</value>
    public double OpponentMixture { get; init; } = 0.5;

    /// <summary>Whether the divergence from the reference is measured in every step where nothing else asks for it: one more forward pass of the reference.</summary>
    /// <value>true</value>
    public bool MeasureKl { get; init; } = true;

    /// <summary>An adapter to train instead of the whole model; null for the whole model.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>The numbers of the training: <c>batch_size</c> counts the prompts of a round, <c>epochs</c> the passes over all prompts.</summary>
    public TrainingOptions Training { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 1e-5,
            BatchSize = 16,
            Schedule = LearningRateSchedule.Constant,
        };

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems()
    {
        foreach (var problem in base.Problems())
        {
            yield return problem;
        }

        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (MaxLength is >= 8 and <= 1 << 20, nameof(MaxLength), MaxLength, "between 8 and 1048576"),
            (
                Policy.MaxCompletionLength < MaxLength,
                nameof(MaxLength),
                MaxLength,
                $"above policy.max_completion_length ({Policy.MaxCompletionLength}): a prompt stands before the answer"
            ),
            (
                Sampling.Remote is null || Policy.Temperature == 1,
                nameof(Sampling),
                $"temperature {Policy.Temperature}",
                "at policy.temperature 1 where a server answers: the log-probabilities it names are those of temperature 1"
            ),
            (Rewards.Count > 0 || Feedback is not null, nameof(Rewards), "empty", "at least one reward, or feedback"),
            (
                Turns is null || Feedback is null,
                nameof(Feedback),
                "set",
                "left out where there are turns: people compare single answers to one prompt"
            ),
            (OpponentMixture is >= 0 and <= 1, nameof(OpponentMixture), OpponentMixture, "in [0, 1]"),
            (LeastReward is null || double.IsFinite(LeastReward.Value), nameof(LeastReward), LeastReward, "a finite number"),
        ];
        foreach (var (holds, option, value, range) in checks)
        {
            if (!holds)
            {
                yield return new OptionProblem(option, value, range);
            }
        }
    }
}

/// <summary>How answers are drawn.</summary>
public sealed record RlSamplingOptions : IValidatedOptions
{
    /// <summary>Only the so many most likely tokens; 0 for all.</summary>
    /// <value>0</value>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of most likely tokens whose probabilities reach this sum; in (0, 1].</summary>
    /// <value>1</value>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens at least this times as likely as the most likely one; in [0, 1].</summary>
    /// <value>0</value>
    public double MinP { get; init; }

    /// <summary>Whether answers are drawn with the layers of training instead of the faster kernels, whose mismatch is corrected otherwise.</summary>
    /// <value>false</value>
    public bool Exact { get; init; }

    /// <summary>A server that answers instead of the model here; null for none. It must serve the policy, and name token ids and log-probabilities.</summary>
    public RemoteOptions? Remote { get; init; }

    /// <summary>A folder into which the policy's present weights are written before each round, for the server to take over; null for none.</summary>
    public string? Publish { get; init; }

    /// <summary>Answers drawn at a time.</summary>
    /// <value>64</value>
    public int AnswersAtATime { get; init; } = 64;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (TopK >= 0, nameof(TopK), TopK, "0 (all) or more"),
            (TopP is > 0 and <= 1, nameof(TopP), TopP, "in (0, 1]"),
            (MinP is >= 0 and <= 1, nameof(MinP), MinP, "in [0, 1]"),
            (
                Remote is null || (TopK == 0 && TopP == 1 && MinP == 0 && !Exact),
                nameof(Remote),
                "set",
                "left out with top_k, top_p, min_p and exact: a server does not say what its filters left"
            ),
            (Publish is null || Remote is not null, nameof(Publish), Publish ?? string.Empty, "left out where no server answers"),
            (AnswersAtATime is >= 1 and <= 1 << 16, nameof(AnswersAtATime), AnswersAtATime, "between 1 and 65536"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>Where a critic comes from.</summary>
public enum CriticKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A head on the policy's hidden states.</summary>
    Shared,

    /// <summary>A model of its own, from the policy's start or another folder.</summary>
    Separate,
}

/// <summary>What expects the rewards.</summary>
public sealed record RlCriticOptions : IValidatedOptions
{
    /// <summary>Where it comes from.</summary>
    /// <value>none, but for ppo</value>
    public CriticKind Kind { get; init; }

    /// <summary>The folder a separate critic starts from, such as a reward model's; null for the policy's start.</summary>
    public string? Path { get; init; }

    /// <summary>Its learning rate as a multiple of the policy's.</summary>
    /// <value>1</value>
    public double RateFactor { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!(RateFactor > 0 && double.IsFinite(RateFactor)))
        {
            yield return new OptionProblem(nameof(RateFactor), RateFactor, "above 0");
        }

        if (Path is not null && Kind != CriticKind.Separate)
        {
            yield return new OptionProblem(nameof(Path), Path, "left out where the critic is no model of its own");
        }
    }
}
