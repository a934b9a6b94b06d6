using Plumbline.Configuration;

namespace Plumbline.Training.Policies;

/// <summary>What a <see cref="PolicyObjective"/> minimises: the policy loss, and the divergence and entropy that are added to it.</summary>
public sealed record PolicyOptions : IValidatedOptions
{
    /// <summary>The name of a loss in <see cref="PolicyLosses"/>.</summary>
    /// <value>clip</value>
    public string LossType { get; init; } = "clip";

    /// <summary>Its numbers.</summary>
    public PolicyLossOptions Loss { get; init; } = new();

    /// <summary>How tokens add up.</summary>
    /// <value>TokenMean</value>
    public PolicyAggregation Aggregation { get; init; }

    /// <summary>Tokens of the longest answer that may be generated: the denominator of <see cref="PolicyAggregation.Constant"/>.</summary>
    /// <value>256</value>
    public int MaxCompletionLength { get; init; } = 256;

    /// <summary>β: weight of the divergence from the reference in the loss; 0 for none.</summary>
    /// <value>0</value>
    public double Beta { get; init; }

    /// <summary>How that divergence is estimated.</summary>
    /// <value>K2, whose gradient is that of KL(π ‖ π_ref)</value>
    public KlEstimator KlEstimator { get; init; } = KlEstimator.K2;

    /// <summary>Weight of the entropy, which is subtracted from the loss.</summary>
    /// <value>0</value>
    public double EntropyCoefficient { get; init; }

    /// <summary>
    /// What the answers were sampled at: the policy that is trained is the one that was sampled, logits / temperature. Above 0.
    /// </summary>
    /// <value>1</value>
    public double Temperature { get; init; } = 1;

    /// <summary>What is done about a sampler whose numbers are not the training engine's.</summary>
    /// <value>TokenTruncate</value>
    public MismatchCorrection MismatchCorrection { get; init; } = MismatchCorrection.TokenTruncate;

    /// <summary>The largest importance weight that <see cref="MismatchCorrection"/> lets through; above 1.</summary>
    /// <value>2</value>
    public double ImportanceCap { get; init; } = 2;

    /// <summary>Weight of the critic's loss.</summary>
    /// <value>0.1</value>
    public double ValueCoefficient { get; init; } = 0.1;

    /// <summary>
    /// How far a value may move from what it was at the rollout before its loss no longer falls (PPO2's value clipping); null for no limit.
    /// </summary>
    /// <value>0.2</value>
    public double? ValueClip { get; init; } = 0.2;

    /// <summary>γ: weight of the cross-entropy of curated answers, where there are any beside the policy's own (PPO-ptx, arXiv 2203.02155).</summary>
    /// <value>1</value>
    public double PtxCoefficient { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (MaxCompletionLength >= 1, nameof(MaxCompletionLength), MaxCompletionLength, "1 or more"),
            (Beta >= 0 && double.IsFinite(Beta), nameof(Beta), Beta, "0 or more"),
            (
                Beta == 0 || KlEstimator != KlEstimator.K1,
                nameof(KlEstimator),
                KlEstimator,
                "k2, k3 or exact: in a loss k1 has no gradient on average"
            ),
            (Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "above 0"),
            (ImportanceCap > 1 && double.IsFinite(ImportanceCap), nameof(ImportanceCap), ImportanceCap, "above 1"),
            (ValueCoefficient >= 0 && double.IsFinite(ValueCoefficient), nameof(ValueCoefficient), ValueCoefficient, "0 or more"),
            (ValueClip is null || (ValueClip > 0 && double.IsFinite(ValueClip.Value)), nameof(ValueClip), ValueClip, "above 0"),
            (PtxCoefficient >= 0 && double.IsFinite(PtxCoefficient), nameof(PtxCoefficient), PtxCoefficient, "0 or more"),
            (double.IsFinite(EntropyCoefficient), nameof(EntropyCoefficient), EntropyCoefficient, "a finite number"),
        ];
        var own = from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
        return own.Concat(Loss.Problems());
    }
}
