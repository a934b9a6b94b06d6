namespace Plumbline.Rewards;

/// <summary>A reward that looks at one answer at a time.</summary>
public abstract class FunctionReward : IReward
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default)
    {
        var scores = new double?[answers.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            scores[i] = Score(answers[i]);
        }

        return Task.FromResult<IReadOnlyList<double?>>(scores);
    }

    /// <summary>What an answer earns, a finite number; null where it cannot be judged.</summary>
    /// <param name="answer">The answer.</param>
    protected abstract double? Score(AnswerToReward answer);
}
