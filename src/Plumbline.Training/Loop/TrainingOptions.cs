using Plumbline.Configuration;
using Plumbline.Training.Health;

namespace Plumbline.Training.Loop;

/// <summary>The numbers of a training run, under the names the field uses.</summary>
public record TrainingOptions : IValidatedOptions
{
    /// <summary>Passes over the data; fractions are allowed.</summary>
    /// <value>1</value>
    public double Epochs { get; init; } = 1;

    /// <summary>Steps at most; 0 leaves it to the epochs.</summary>
    /// <value>0</value>
    public int MaxSteps { get; init; }

    /// <summary>Examples of one optimiser step.</summary>
    /// <value>16</value>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// Tokens computed at a time. A step whose examples hold more is cut into several passes whose gradients add up; the result does not depend on the cut.
    /// </summary>
    /// <value>4096</value>
    public int MicroBatchTokens { get; init; } = 4096;

    /// <summary>Peak learning rate.</summary>
    /// <value>5e-4</value>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>How the learning rate falls after the warm-up.</summary>
    /// <value>cosine</value>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Share of the steps over which the learning rate rises from 0.</summary>
    /// <value>0.05</value>
    public double WarmupRatio { get; init; } = 0.05;

    /// <summary>Longest gradient (L2 norm over all parameters); a longer one is scaled down. 0 for no limit.</summary>
    /// <value>1</value>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Decoupled weight decay of matrices.</summary>
    /// <value>0</value>
    public double WeightDecay { get; init; }

    /// <summary>Decay of AdamW's first moment.</summary>
    /// <value>0.9</value>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>Decay of AdamW's second moment.</summary>
    /// <value>0.999</value>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>Arithmetic of the matrix multiplies.</summary>
    /// <value>auto</value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>
    /// Whether the backward pass computes each block again instead of keeping its activations: less memory, about one more forward pass, the same gradient.
    /// </summary>
    /// <value>false</value>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Steps between metric rows.</summary>
    /// <value>10</value>
    public int LoggingSteps { get; init; } = 10;

    /// <summary>Steps between checkpoints; 0 for none but the final model.</summary>
    /// <value>200</value>
    public int SaveSteps { get; init; } = 200;

    /// <summary>Checkpoints kept, the newest ones; where alarms roll back, those back to the newest one known to be good stay beside them.</summary>
    /// <value>1</value>
    public int SaveTotalLimit { get; init; } = 1;

    /// <summary>What is watched while the model trains, and what an alarm does.</summary>
    public HealthOptions Health { get; init; } = new();

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Epochs > 0 && double.IsFinite(Epochs), nameof(Epochs), Epochs, "above 0"),
            (MaxSteps >= 0, nameof(MaxSteps), MaxSteps, "0 (no limit) or more"),
            (BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1"),
            (MicroBatchTokens >= 1, nameof(MicroBatchTokens), MicroBatchTokens, "at least 1"),
            (LearningRate > 0 && LearningRate < 1, nameof(LearningRate), LearningRate, "in (0, 1)"),
            (WarmupRatio is >= 0 and <= 1, nameof(WarmupRatio), WarmupRatio, "in [0, 1]"),
            (MaxGradNorm >= 0, nameof(MaxGradNorm), MaxGradNorm, "0 (no limit) or more"),
            (WeightDecay is >= 0 and < 1, nameof(WeightDecay), WeightDecay, "in [0, 1)"),
            (AdamBeta1 is >= 0 and < 1, nameof(AdamBeta1), AdamBeta1, "in [0, 1)"),
            (AdamBeta2 is >= 0 and < 1, nameof(AdamBeta2), AdamBeta2, "in [0, 1)"),
            (LoggingSteps >= 1, nameof(LoggingSteps), LoggingSteps, "at least 1"),
            (SaveSteps >= 0, nameof(SaveSteps), SaveSteps, "0 (never) or more"),
            (SaveTotalLimit >= 1, nameof(SaveTotalLimit), SaveTotalLimit, "at least 1"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>The shape of the learning rate over the steps after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Stays at its peak.</summary>
    Constant,

    /// <summary>Falls to 0 in a straight line.</summary>
    Linear,

    /// <summary>Falls to 0 along half a cosine.</summary>
    Cosine,
}

/// <summary>Arithmetic of the matrix multiplies; weights, losses and optimiser stay in float32.</summary>
public enum Precision
{
    /// <summary>bf16 where the processor multiplies it in hardware and the model is wide enough to gain; else fp32.</summary>
    Auto,

    /// <summary>float32.</summary>
    Fp32,

    /// <summary>bfloat16 by autocast.</summary>
    Bf16,
}
