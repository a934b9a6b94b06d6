using Plumbline.Models.Heads;
using Plumbline.Training.Loop;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Process;

/// <summary>Scores of judged steps under a process reward model.</summary>
public static class ProcessRewardEvaluation
{
    /// <summary>The score of every step: the log-odds that it is right.</summary>
    /// <param name="model">A token head with one label.</param>
    /// <param name="answers">The answers.</param>
    /// <param name="options">Tokens per pass, and the precision: float32 or bf16 as in training.</param>
    /// <param name="scored">Called with the number of answers scored so far.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>For each answer, the scores of its steps in their order.</returns>
    /// <exception cref="InvalidInputException">The head is another one, or a sequence does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<double[]> Score(
        ScoredDecoder model,
        IReadOnlyList<TokenizedSteps> answers,
        TrainingOptions options,
        Action<int>? scored = null,
        CancellationToken cancellation = default
    )
    {
        StepReader.Check(model);
        var precision = ComputePrecision.Resolve(options.Precision, model.Decoder.Config);
        var scores = new double[answers.Count][];
        var done = 0;
        foreach (var pass in BatchPlan.Passes(Enumerable.Range(0, answers.Count), i => answers[i].Ids.Length, options.MicroBatchTokens))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var autocast = ComputePrecision.Open(precision);
            var values = StepReader.Scores(model, pass.Select(i => answers[i])).data<float>().ToArray();
            var start = 0;
            foreach (var i in pass)
            {
                var count = answers[i].StepEnds.Count;
                scores[i] = Array.ConvertAll(values[start..(start + count)], value => (double)value);
                start += count;
            }

            done += pass.Count;
            scored?.Invoke(done);
        }

        return scores;
    }
}
