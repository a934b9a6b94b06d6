using Plumbline.Rewards;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Asks a reward, and notes what each of its sources said.</summary>
internal static class AnswerJudging
{
    /// <summary>One score for each answer; null for those that cannot be judged, and for scores that are no numbers.</summary>
    /// <param name="judge">Who judges.</param>
    /// <param name="name">What metrics and messages call it: <c>rewards</c>.</param>
    /// <param name="answers">The answers.</param>
    /// <param name="metrics">Receives the statistics of each source; null for nobody.</param>
    /// <param name="cancellation">Cancels what takes long.</param>
    /// <exception cref="InvalidInputException">There is not one score for each answer.</exception>
    internal static IReadOnlyList<double?> Of(
        IReward judge,
        string name,
        AnswerToReward[] answers,
        MetricSums? metrics,
        CancellationToken cancellation
    )
    {
        // Rewards may wait for other machines; a round waits for its rewards.
        if (judge is RewardSum sum)
        {
            var scores = sum.JudgeAsync(answers, cancellation).GetAwaiter().GetResult();
            foreach (var source in scores.Sources)
            {
                metrics?.AddSource($"{name}/{source.Name}", source.Statistics);
            }

            return scores.Totals;
        }

        var given = judge.ScoreAsync(answers, cancellation).GetAwaiter().GetResult();
        return given.Count == answers.Length
            ? [.. given.Select(score => score is { } number && double.IsFinite(number) ? score : null)]
            : throw new InvalidInputException(
                $"The source of {name} ({judge.GetType().Name}) gave {given.Count} scores to {answers.Length} answers.",
                "Return one score for each answer, in their order; null for those that cannot be judged."
            );
    }
}
