using Plumbline.Models.Heads;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards;

/// <summary>Scores of ranked answers under a reward model.</summary>
public static class RewardEvaluation
{
    /// <summary>The score of every answer, as the model gives it.</summary>
    /// <param name="model">A sequence head with one label.</param>
    /// <param name="rankings">The answers.</param>
    /// <param name="options">Tokens per pass, and the precision: float32 or bf16 as in training.</param>
    /// <param name="scored">Called with the number of lists scored so far.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>For each list, the scores of its answers in their order.</returns>
    /// <exception cref="InvalidInputException">The head is no scalar one, or a sequence does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<double[]> Score(
        ScoredDecoder model,
        IReadOnlyList<TokenizedRanking> rankings,
        TrainingOptions options,
        Action<int>? scored = null,
        CancellationToken cancellation = default
    )
    {
        ScalarHead.Check(model);
        var precision = ComputePrecision.Resolve(options.Precision, model.Decoder.Config);
        var scores = new double[rankings.Count][];
        var done = 0;
        var passes = BatchPlan.Passes(
            Enumerable.Range(0, rankings.Count),
            i => SharedBeginning.Size(model.Decoder, rankings[i].Answers).Computed,
            options.MicroBatchTokens
        );
        foreach (var pass in passes)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var autocast = ComputePrecision.Open(precision);
            var packed = new PackedExamples(model.Decoder, pass.Select(i => rankings[i].Answers));
            var values = model.ScoresAt(packed.Tokens, packed.LastRows).view(-1).data<float>().ToArray();
            var start = 0;
            foreach (var i in pass)
            {
                var count = rankings[i].Answers.Count;
                scores[i] = Array.ConvertAll(values[start..(start + count)], value => (double)value);
                start += count;
            }

            done += pass.Count;
            scored?.Invoke(done);
        }

        return scores;
    }
}
