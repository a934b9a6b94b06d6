using Plumbline.Configuration;
using Plumbline.Training.Loop;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Process;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>A pipeline file of <c>plumb reward</c>.</summary>
public sealed record RewardPipelineOptions : PipelineOptions
{
    /// <summary>What the head is put on.</summary>
    public PipelineModelOptions Model { get; init; } = new();

    /// <summary>Pairs or rankings; judged steps for a loss of these.</summary>
    public required PipelineDataOptions Data { get; init; }

    /// <summary>What comes before the reward model.</summary>
    public RewardStepOptions Steps { get; init; } = new();

    /// <summary>What is minimised.</summary>
    public RewardOptions Reward { get; init; } = new();

    /// <summary>Whether pairs that say so in the column <c>confidence</c> are learnt as being that sure, and not as certain.</summary>
    /// <value>true</value>
    public bool SoftLabels { get; init; } = true;

    /// <summary>The numbers of the reward model's training.</summary>
    public TrainingOptions Training { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 1e-4,
            BatchSize = 16,
        };

    /// <summary>Standard deviation of the head's first weights; null for 1/√(hidden size + 1) (arXiv 1909.08593).</summary>
    public double? HeadDeviation { get; init; }

    /// <summary>The longest prompt with answer, in tokens; longer ones are left out and counted.</summary>
    /// <value>512</value>
    public int MaxLength { get; init; } = 512;

    /// <summary>Models to train, which differ in head, order and, from two on, in the rows they see: each draws its own with replacement.</summary>
    /// <value>1</value>
    public int Ensemble { get; init; } = 1;

    /// <summary>k of the pessimistic score mean − k·deviation that the report shows of an ensemble.</summary>
    /// <value>1</value>
    public double Pessimism { get; init; } = 1;

    /// <summary>
    /// On whose scores the scale of a model is measured that is stored with it; null for <see cref="ReferenceAnswers.Best"/>, and for
    /// <see cref="ReferenceAnswers.None"/> of costs, whose sign says whether an answer does harm and which no scale may move.
    /// </summary>
    /// <value>best; none for costs</value>
    public ReferenceAnswers? ScaleOn { get; init; }

    /// <summary>Whether a cost model is trained: scores say how harmful answers are.</summary>
    internal bool IsCost => RewardLosses.All.Any(loss => loss.Name == Reward.LossType && loss.Declaration.NeedsHarmSigns);

    /// <summary><see cref="ScaleOn"/> as it is meant.</summary>
    internal ReferenceAnswers Scaled => ScaleOn ?? (IsCost ? ReferenceAnswers.None : ReferenceAnswers.Best);

    /// <summary>Whether steps of answers are judged, and not whole answers compared.</summary>
    internal bool JudgesSteps => StepLosses.All.Any(loss => loss.Name == Reward.LossType);

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
            (Ensemble is >= 1 and <= 64, nameof(Ensemble), Ensemble, "between 1 and 64"),
            (Pessimism >= 0 && double.IsFinite(Pessimism), nameof(Pessimism), Pessimism, "0 or more"),
            (HeadDeviation is null or (>= 0 and < double.PositiveInfinity), nameof(HeadDeviation), HeadDeviation, "0 or more"),
        ];
        foreach (var check in checks.Where(check => !check.Holds))
        {
            yield return new OptionProblem(check.Option, check.Value, check.Range);
        }

        if (JudgesSteps)
        {
            (bool Holds, string Option, object? Value)[] left =
            [
                (Ensemble == 1, nameof(Ensemble), Ensemble),
                (Pessimism == 1, nameof(Pessimism), Pessimism),
                (ScaleOn is null, nameof(ScaleOn), ScaleOn),
            ];
            foreach (var (_, option, value) in left.Where(check => !check.Holds))
            {
                yield return new OptionProblem(
                    option,
                    value,
                    $"left out: the loss '{Reward.LossType}' trains one model, whose scores are log-odds"
                );
            }
        }

        if (!SoftLabels && (JudgesSteps || IsCost))
        {
            yield return new OptionProblem(
                nameof(SoftLabels),
                SoftLabels,
                $"left out: the loss '{Reward.LossType}' does not learn what is preferred, and reads no confidence"
            );
        }

        if (IsCost && Scaled != ReferenceAnswers.None)
        {
            yield return new OptionProblem(
                nameof(ScaleOn),
                ScaleOn,
                "none for a cost model",
                "The sign of a cost says whether an answer does harm; leave scale_on away."
            );
        }
    }
}

/// <summary>What comes before the reward model.</summary>
public sealed record RewardStepOptions
{
    /// <summary>Pretraining of a tiny model on the training conversations.</summary>
    public TrainingOptions Pretrain { get; init; } =
        new()
        {
            Epochs = 2,
            LearningRate = 1e-3,
            BatchSize = 16,
        };

    /// <summary>Supervised fine-tuning on the best answers; null to skip it.</summary>
    public FineTuningOptions? Sft { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 3e-4,
            BatchSize = 16,
        };
}

/// <summary>The answers whose scores get mean 0 and deviation 1 on a model's stored scale.</summary>
public enum ReferenceAnswers
{
    /// <summary>None: no scale is measured.</summary>
    None,

    /// <summary>The best answer to each training prompt.</summary>
    Best,

    /// <summary>All training answers.</summary>
    All,
}
