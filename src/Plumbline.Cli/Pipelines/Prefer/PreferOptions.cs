using Plumbline.Configuration;
using Plumbline.Models.Adapters;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.Preferences.Unpaired;

namespace Plumbline.Cli.Pipelines.Prefer;

/// <summary>An options file of <c>plumb prefer</c>.</summary>
public sealed record PreferOptions : PipelineOptions
{
    /// <summary>The policy to start from.</summary>
    public PipelineModelOptions Model { get; init; } = new();

    /// <summary>Pairs, rankings or judged answers.</summary>
    public required PipelineDataOptions Data { get; init; }

    /// <summary>The longest conversation in tokens; longer ones are left out and counted.</summary>
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

    /// <summary>Fine-tuning on the chosen answers before; null for none.</summary>
    public FineTuningOptions? Sft { get; init; }

    /// <summary>
    /// A loss of pairs, a mixture of them (<c>sigmoid: 0.8, bco_pair: 0.2, sft: 1</c>), or a loss of answers judged each for itself (<c>kto</c>, <c>bco</c>,
    /// <c>apo_zero_unpaired</c>). <c>plumb losses</c> lists them.
    /// </summary>
    /// <value>sigmoid</value>
    public string LossType { get; init; } = "sigmoid";

    /// <summary>The numbers in losses of pairs.</summary>
    public PreferenceLossOptions Loss { get; init; } = new();

    /// <summary>The numbers in losses of answers judged each for itself.</summary>
    public UnpairedLossOptions Unpaired { get; init; } = new();

    /// <summary>Whether pairs weigh as much as the policy would have been likely to write them (WPO).</summary>
    /// <value>false</value>
    public bool UseWeighting { get; init; }

    /// <summary>Whether pairs that say so in the column <c>confidence</c> are learnt as being that sure, and not as certain.</summary>
    /// <value>true</value>
    public bool SoftLabels { get; init; } = true;

    /// <summary>Weight of tokens past the shorter answer's length (LD-DPO), in [0, 1]; 1 switches it off.</summary>
    /// <value>1</value>
    public double LdAlpha { get; init; } = 1;

    /// <summary>Whether the exact divergence from a live reference is measured in every step.</summary>
    /// <value>false</value>
    public bool MeasureKl { get; init; }

    /// <summary>What the policy is held to.</summary>
    public ReferenceOptions Reference { get; init; } = new();

    /// <summary>An adapter to train instead of the whole model; null for the whole model.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>The numbers of the training.</summary>
    public TrainingOptions Training { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 5e-5,
            BatchSize = 16,
        };

    /// <summary>Whether the loss is one of answers judged each for itself.</summary>
    internal bool IsUnpaired => UnpairedLosses.All.Any(loss => loss.Name == LossType);

    /// <summary>The objective's options for pairs.</summary>
    internal PreferenceOptions Preference =>
        new()
        {
            LossType = LossType,
            Loss = Loss,
            UseWeighting = UseWeighting,
            LdAlpha = LdAlpha,
            MeasureKl = MeasureKl,
        };

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems()
    {
        foreach (var problem in base.Problems())
        {
            yield return problem;
        }

        if (MaxLength is < 8 or > 1 << 20)
        {
            yield return new(nameof(MaxLength), MaxLength, "between 8 and 1048576");
        }

        if (LdAlpha is not (>= 0 and <= 1))
        {
            yield return new(nameof(LdAlpha), LdAlpha, "in [0, 1]");
        }

        // An option that would be ignored is a mistake.
        (bool Ignored, string Option, object Value)[] others = IsUnpaired
            ?
            [
                (Loss != new PreferenceLossOptions(), nameof(Loss), "set"),
                (UseWeighting, nameof(UseWeighting), UseWeighting),
                (!SoftLabels, nameof(SoftLabels), SoftLabels),
                (LdAlpha < 1, nameof(LdAlpha), LdAlpha),
                (MeasureKl, nameof(MeasureKl), MeasureKl),
            ]
            : [(Unpaired != new UnpairedLossOptions(), nameof(Unpaired), "set")];
        foreach (var other in others.Where(other => other.Ignored))
        {
            yield return new(other.Option, other.Value, $"left out with {LossType}, which does not read it");
        }
    }
}

/// <summary>Where the reference's log-probabilities come from.</summary>
public enum ReferenceKind
{
    /// <summary>The policy with its adapter off where one is trained, else log-probabilities computed once; none where the loss needs none.</summary>
    Auto,

    /// <summary>A frozen copy of the start in memory.</summary>
    Frozen,

    /// <summary>The policy with the trained adapter off.</summary>
    AdapterOff,

    /// <summary>Computed once before the training and kept on disk by the hash of model and data.</summary>
    Precomputed,

    /// <summary>A copy that follows the policy (TR-DPO, or an exponential average).</summary>
    Moving,
}

/// <summary>What the policy is held to.</summary>
public sealed record ReferenceOptions : IValidatedOptions
{
    /// <summary>Where its log-probabilities come from.</summary>
    /// <value>auto</value>
    public ReferenceKind Kind { get; init; } = ReferenceKind.Auto;

    /// <summary>Another model than the start, a Hugging Face folder with the same vocabulary; null for the start.</summary>
    public string? Path { get; init; }

    /// <summary>Steps between updates of a moving reference (TRL's <c>ref_model_sync_steps</c>).</summary>
    /// <value>512</value>
    public int SyncSteps { get; init; } = 512;

    /// <summary>The policy's share α in an update: ref ← α·π + (1 − α)·ref (TRL's <c>ref_model_mixup_alpha</c>).</summary>
    /// <value>0.6</value>
    public double MixupAlpha { get; init; } = 0.6;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (SyncSteps < 1)
        {
            yield return new(nameof(SyncSteps), SyncSteps, "at least 1");
        }

        if (MixupAlpha is not (> 0 and <= 1))
        {
            yield return new(nameof(MixupAlpha), MixupAlpha, "in (0, 1]");
        }

        if (Path is not null && Kind is not (ReferenceKind.Auto or ReferenceKind.Frozen or ReferenceKind.Precomputed))
        {
            yield return new(nameof(Path), Path, "left out where the reference is the policy itself");
        }
    }
}
