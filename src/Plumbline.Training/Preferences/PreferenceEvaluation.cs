using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>Log-probabilities of held-out pairs under a model: what preference accuracies are made of.</summary>
public static class PreferenceEvaluation
{
    /// <summary>Sums of log-probabilities of the answers, and their lengths in tokens.</summary>
    /// <param name="model">The model.</param>
    /// <param name="pairs">Held-out pairs.</param>
    /// <param name="options">Tokens per pass, and the precision: float32 or bf16 as in training.</param>
    /// <param name="scored">Called with the number of pairs scored so far.</param>
    /// <param name="cancellation">Polled between passes.</param>
    public static IReadOnlyList<PairScore> Score(
        Decoder model,
        IReadOnlyList<TokenizedPair> pairs,
        TrainingOptions options,
        Action<int>? scored = null,
        CancellationToken cancellation = default
    )
    {
        var precision = ComputePrecision.Resolve(options.Precision, model.Config);
        var scores = new PairScore[pairs.Count];
        var done = 0;
        var passes = BatchPlan.Passes(
            Enumerable.Range(0, pairs.Count),
            i => SharedBeginning.Size(model, PreferenceObjective.Sides(pairs[i])).Computed,
            options.MicroBatchTokens
        );
        foreach (var pass in passes)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var autocast = ComputePrecision.Open(precision);
            var packed = new PackedExamples(model, pass.Select(i => PreferenceObjective.Sides(pairs[i])));
            var sums = packed.SumPerSequence(packed.Score(model).LogProbabilities).data<float>().ToArray();
            for (var i = 0; i < pass.Count; i++)
            {
                var (chosen, rejected) = (2 * i, (2 * i) + 1);
                scores[pass[i]] = new PairScore(sums[chosen], sums[rejected], (int)packed.Counts[chosen], (int)packed.Counts[rejected]);
            }

            done += pass.Count;
            scored?.Invoke(done);
        }

        return scores;
    }
}

/// <summary>What a model gives the two answers of a pair.</summary>
/// <param name="Chosen">Log-probability of the preferred answer, in nats.</param>
/// <param name="Rejected">Log-probability of the dispreferred answer.</param>
/// <param name="ChosenTokens">Target tokens of the preferred answer.</param>
/// <param name="RejectedTokens">Target tokens of the dispreferred answer.</param>
public sealed record PairScore(double Chosen, double Rejected, int ChosenTokens, int RejectedTokens);
