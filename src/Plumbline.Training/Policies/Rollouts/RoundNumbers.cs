using Plumbline.Training.Loop;
using Plumbline.Training.References;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>What training engine, reference and critic say of the targets of an answer before the first step of a round.</summary>
/// <param name="Old">log π_old.</param>
/// <param name="Entropy">Of the policy at each target, in nats.</param>
/// <param name="Divergence">The estimate of KL(π_old ‖ π_ref) at each target; null without a reference.</param>
/// <param name="Values">What the critic expects before each target; null without one.</param>
/// <param name="CostValues">The same of costs; null unless it expects them.</param>
internal sealed record AnswerNumbers(float[] Old, float[] Entropy, float[]? Divergence, float[]? Values, float[]? CostValues);

/// <summary>Measures them in packed passes without gradients, under the precision of training.</summary>
internal static class RoundNumbers
{
    /// <summary>The numbers of every answer, group after group.</summary>
    /// <param name="parts">Policy, reference and critic.</param>
    /// <param name="groups">Their sequences.</param>
    /// <param name="policyOptions">The temperature.</param>
    /// <param name="estimator">How the divergence is estimated.</param>
    /// <param name="training">Tokens per pass, and the precision.</param>
    /// <param name="cancellation">Polled between passes.</param>
    internal static AnswerNumbers[] Of(
        RolloutParts parts,
        IReadOnlyList<AnswerGroup> groups,
        PolicyOptions policyOptions,
        KlEstimator estimator,
        TrainingOptions training,
        CancellationToken cancellation
    )
    {
        var precision = ComputePrecision.Resolve(training.Precision, parts.Policy.Config);
        var results = new AnswerNumbers[groups.Count][];
        var passes = BatchPlan.Passes(
            Enumerable.Range(0, groups.Count),
            i => PolicyObjective.SizeOf(parts.Policy, groups[i]).Computed,
            training.MicroBatchTokens
        );
        foreach (var pass in passes)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var autocast = ComputePrecision.Open(precision);
            var scored = Score(parts, [.. pass.Select(i => groups[i])], policyOptions.Temperature, estimator);
            var at = 0;
            foreach (var i in pass)
            {
                results[i] = [.. groups[i].Answers.Select(answer => Slice(scored, at, at += answer.Sequence.TargetCount))];
            }
        }

        return [.. results.SelectMany(group => group)];
    }

    private static AnswerNumbers Score(RolloutParts parts, IReadOnlyList<AnswerGroup> groups, double temperature, KlEstimator estimator)
    {
        var packed = PolicyObjective.Pack(parts.Policy, groups, temperature);
        var isExact = estimator == KlEstimator.Exact;
        ReferenceScores? held = parts.Reference?.Score(
            packed,
            [.. groups.SelectMany(group => group.Answers).Select(answer => answer.Sequence)],
            isExact
        );
        var states = packed.TargetStates(parts.Policy);
        var scores = packed.ScoreStates(parts.Policy, states, held?.Logits);
        var divergence =
            held is null ? null
            : isExact ? scores.Divergence!
            : KlEstimators.Of(estimator, scores.LogProbabilities, held.LogProbabilities);
        var values = parts.Critic?.Values(packed, states, parts.Policy);
        return new AnswerNumbers(
            Floats(scores.LogProbabilities),
            Floats(scores.Entropy),
            divergence is null ? null : Floats(divergence),
            values is null ? null : Floats(values.select(1, 0)),
            parts.Critic is { HasCost: true } ? Floats(values!.select(1, 1)) : null
        );
    }

    private static float[] Floats(Tensor values) => values.to(ScalarType.Float32).contiguous().cpu().data<float>().ToArray();

    private static AnswerNumbers Slice(AnswerNumbers all, int from, int to) =>
        new(all.Old[from..to], all.Entropy[from..to], all.Divergence?[from..to], all.Values?[from..to], all.CostValues?[from..to]);
}
