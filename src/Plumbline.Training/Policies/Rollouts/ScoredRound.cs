namespace Plumbline.Training.Policies.Rollouts;

/// <summary>An answer and what it earned.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Score">What the reward said, limits and penalties counted in.</param>
internal sealed record ScoredAnswer(RolloutAnswer Answer, double Score);

/// <summary>The judged answers to one prompt.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Answers">Those that could be judged, at least one.</param>
/// <param name="Baseline">What the greedy answer earned; null where nobody asked.</param>
internal sealed record ScoredGroup(PolicyPrompt Prompt, IReadOnlyList<ScoredAnswer> Answers, double? Baseline = null)
{
    /// <summary>Whether its answers earned different scores: from like ones a comparison learns nothing.</summary>
    internal bool HasSignal => Answers.Any(answer => answer.Score != Answers[0].Score);

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
