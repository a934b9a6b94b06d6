using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;

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
        var scores = TargetLogProbabilities.Of(
            model,
            [.. pairs.Select(pair => new[] { pair.Chosen, pair.Rejected })],
            options,
            scored,
            cancellation
        );
        return
        [
            .. pairs.Select(
                (_, i) => new PairScore(Sum(scores[2 * i]), Sum(scores[(2 * i) + 1]), scores[2 * i].Length, scores[(2 * i) + 1].Length)
            ),
        ];
    }

    /// <summary>Sums of log-probabilities of single answers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="answers">Held-out answers.</param>
    /// <param name="options">As for pairs.</param>
    /// <param name="scored">Called with the number of answers scored so far.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>One sum for each answer, in nats.</returns>
    public static IReadOnlyList<double> Score(
        Decoder model,
        IReadOnlyList<TokenizedExample> answers,
        TrainingOptions options,
        Action<int>? scored = null,
        CancellationToken cancellation = default
    ) => [.. TargetLogProbabilities.Of(model, [.. answers.Select(answer => new[] { answer })], options, scored, cancellation).Select(Sum)];

    private static double Sum(float[] values) => values.Sum(value => (double)value);
}

/// <summary>What a model gives the two answers of a pair.</summary>
/// <param name="Chosen">Log-probability of the preferred answer, in nats.</param>
/// <param name="Rejected">Log-probability of the dispreferred answer.</param>
/// <param name="ChosenTokens">Target tokens of the preferred answer.</param>
/// <param name="RejectedTokens">Target tokens of the dispreferred answer.</param>
public sealed record PairScore(double Chosen, double Rejected, int ChosenTokens, int RejectedTokens);
