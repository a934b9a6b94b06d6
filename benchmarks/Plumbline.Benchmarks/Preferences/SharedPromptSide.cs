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
    private readonly Decoder policy;
    private readonly ReferencePolicy reference;
    private readonly PreferenceObjective objective;

    private SharedPromptSide(Decoder policy, ReferencePolicy reference)
    {
        (this.policy, this.reference) = (policy, reference);
        objective = new PreferenceObjective(policy, reference, new PreferenceOptions { Loss = new PreferenceLossOptions { Beta = Beta } });
    }

    /// <summary>With a second model in memory.</summary>
    internal static SharedPromptSide Frozen(DecoderConfig config) => new(Policy(config), new FrozenReference(Reference(config)));

    /// <summary>With the second model's log-probabilities read from a file; computes them where the file is missing.</summary>
    internal static SharedPromptSide Precomputed(DecoderConfig config, IReadOnlyList<IReadOnlyList<TokenizedPair>> batches, string folder)
    {
        using var start = Reference(config);
        var pairs = batches.SelectMany(batch => batch).Select(pair => new[] { pair.Chosen, pair.Rejected });
        var kept = PrecomputedReference.Ensure(folder, start, [.. pairs], new TrainingOptions { Precision = Precision.Bf16 });
        return new SharedPromptSide(Policy(config), kept);
    }

    /// <inheritdoc/>
    internal override double Step(IReadOnlyList<TokenizedPair> batch)
    {
        using var scope = NewDisposeScope();
        double loss;
        using (Autocast.To(ScalarType.BFloat16))
        {
            var value = objective.Evaluate(batch, StepNormalizer.Of(batch.Select(objective.Size)), new MetricSums());
            value.backward();
            loss = value.item<float>();
        }

        foreach (var parameter in policy.Parameters)
        {
            using var gradient = parameter.Value.grad;
            gradient?.zero_();
        }

        return loss;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        policy.Dispose();
        reference.Dispose();
        base.Dispose();
    }
}
