using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Preferences;

/// <summary>Ours, as the training loop runs it: packed, each prompt once, the vocabulary only where an answer's token is predicted; bf16 by autocast.</summary>
internal sealed class SharedPromptSide : PreferenceSide
{
    private static readonly TrainingOptions Options = new() { Precision = Precision.Bf16 };

    private readonly Decoder policy;
    private readonly ReferencePolicy reference;
    private readonly PreferenceObjective objective;

    private SharedPromptSide(Decoder policy, ReferencePolicy reference)
    {
        (this.policy, this.reference) = (policy, reference);
        objective = new PreferenceObjective(policy, reference, new PreferenceOptions { Loss = new PreferenceLossOptions { Beta = Beta } });
    }

    /// <inheritdoc/>
    protected override IEnumerable<Tensor> Weights => policy.Parameters.Select(parameter => parameter.Value);

    /// <summary>With a second model in memory.</summary>
    internal static SharedPromptSide Frozen(DecoderConfig config)
    {
        var start = Policy(config);
        return new(start, FrozenReference.Of(start, Options));
    }

    /// <summary>With log-probabilities that the policy gave at its start, as plumb prefer computes them: no second model is ever loaded.</summary>
    internal static SharedPromptSide Precomputed(DecoderConfig config, IReadOnlyList<IReadOnlyList<TokenizedPair>> batches, string folder)
    {
        var start = Policy(config);
        var pairs = batches.SelectMany(batch => batch).Select(pair => pair.Sequences);
        return new(start, PrecomputedReference.Ensure(folder, start, [.. pairs], Options));
    }

    /// <inheritdoc/>
    protected override void Differentiate(IReadOnlyList<TokenizedPair> batch)
    {
        using var scope = NewDisposeScope();
        using var half = Autocast.To(ScalarType.BFloat16);
        objective.Evaluate(batch, StepNormalizer.Of(batch.Select(objective.Size)), new MetricSums()).backward();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        policy.Dispose();
        reference.Dispose();
        base.Dispose();
    }
}
