using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Packing;

/// <summary>Log-probabilities of many sequences' targets under one model, without gradients, in packed passes.</summary>
internal static class TargetLogProbabilities
{
    /// <summary>Scores groups of sequences; those of a group share what they begin with.</summary>
    /// <param name="model">The model.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="options">Tokens per pass, and the precision: as in training.</param>
    /// <param name="scored">Called with the number of groups done so far.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>One array for each sequence, group after group: log p of its targets in nats.</returns>
    internal static float[][] Of(
        Decoder model,
        IReadOnlyList<IReadOnlyList<TokenizedExample>> groups,
        TrainingOptions options,
        Action<int>? scored,
        CancellationToken cancellation
    )
    {
        var precision = ComputePrecision.Resolve(options.Precision, model.Config);
        var results = new float[groups.Count][][];
        var done = 0;
        var passes = BatchPlan.Passes(
            Enumerable.Range(0, groups.Count),
            i => SharedBeginning.Size(model, groups[i]).Computed,
            options.MicroBatchTokens
        );
        foreach (var pass in passes)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var autocast = ComputePrecision.Open(precision);
            var packed = new PackedExamples(model, pass.Select(i => groups[i]));
            var all = packed.Score(model).LogProbabilities.data<float>().ToArray();
            var at = 0;
            foreach (var index in pass)
            {
                results[index] = [.. groups[index].Select(sequence => all[at..(at += sequence.TargetCount)])];
            }

            done += pass.Count;
            scored?.Invoke(done);
        }

        return [.. results.SelectMany(group => group)];
    }
}
