using Plumbline.Training.Supervised;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>An answer and what it earned.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Score">What the reward said, limits and penalties counted in.</param>
/// <param name="Cost">What the cost model said; 0 without one.</param>
internal sealed record ScoredAnswer(RolloutAnswer Answer, double Score, double Cost = 0);

/// <summary>The judged answers to one prompt.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Answers">Those that could be judged, at least one.</param>
/// <param name="Baseline">The answer that these are compared with, the greedy one or an opponent's; null where nobody asked.</param>
internal sealed record ScoredGroup(PolicyPrompt Prompt, IReadOnlyList<ScoredAnswer> Answers, ScoredAnswer? Baseline = null)
{
    /// <summary>Whether its answers earned different scores: from like ones a comparison learns nothing.</summary>
    internal bool HasSignal => Answers.Any(answer => answer.Score != Answers[0].Score || answer.Cost != Answers[0].Cost);

    /// <summary>Prompt and answer, the drawn tokens as targets.</summary>
    internal TokenizedExample Sequence(ScoredAnswer answer) =>
        new([.. Prompt.Ids, .. answer.Answer.Ids], [.. Prompt.Ids.Select(_ => false), .. answer.Answer.IsDrawn]);

    /// <summary>Standard deviation of the scores (n − 1); 0 for a single one.</summary>
    internal double Deviation
    {
        get
        {
            var mean = Answers.Average(answer => answer.Score);
            return Answers.Count < 2
                ? 0
                : Math.Sqrt(Answers.Sum(answer => (answer.Score - mean) * (answer.Score - mean)) / (Answers.Count - 1));
        }
    }
}
