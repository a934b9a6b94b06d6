using Plumbline.Feedback.Selection.Rewards;

namespace Plumbline.Feedback.Selection.Information;

/// <summary>By what tasks are scored.</summary>
public enum SelectionCriterion
{
    /// <summary>The mutual information of the ranking and the reward (<see cref="PairInformation"/>, <see cref="RankingInformation"/>).</summary>
    ExpectedInformation,

    /// <summary>The expected shrinkage of the posterior (<see cref="DeterminantGain"/>): cheaper, the more so the more answers a task has.</summary>
    Determinant,
}

/// <summary>Scores the tasks of a pool. Allocates nothing once made; not thread-safe.</summary>
public sealed class CandidateScorer
{
    private readonly SelectionCriterion criterion;
    private readonly RankingInformation[] rankings;
    private readonly DeterminantGain[] determinants;
    private readonly UtilityMoments moments = new();

    /// <summary>A scorer.</summary>
    /// <param name="criterion">By what tasks are scored.</param>
    /// <param name="samples">How many draws stand for the posterior where a task has more than two answers: an even number, 32 to 4096.</param>
    public CandidateScorer(SelectionCriterion criterion, int samples = 64)
    {
        this.criterion = criterion;
        rankings = [.. Enumerable.Range(3, ObservedRanking.MostAnswers - 2).Select(answers => new RankingInformation(answers, samples))];
        determinants = [.. Enumerable.Range(2, ObservedRanking.MostAnswers - 1).Select(answers => new DeterminantGain(answers))];
    }

    /// <summary>What a task is expected to tell, in nats, 0 or more.</summary>
    /// <param name="pool">A pool that was refreshed.</param>
    /// <param name="candidate">The task's number.</param>
    /// <param name="skill">The inverse temperature of the rater who would be asked; 1 where it is not known.</param>
    public double Score(CandidatePool pool, int candidate, double skill = 1)
    {
        pool.Moments(candidate, moments);
        var count = moments.Count;
        var means = moments.Means.AsSpan(0, count);
        var covariance = moments.Covariance.AsSpan(0, count * count);
        if (criterion == SelectionCriterion.Determinant)
        {
            return determinants[count - 2].Of(means, covariance, skill);
        }

        if (count > 2)
        {
            return rankings[count - 3].Of(means, covariance, skill);
        }

        // Rounding may leave a little below 0 where both answers are the same.
        return PairInformation.Of(means[0] - means[1], Math.Max(0, covariance[0] + covariance[3] - (2 * covariance[1])), skill);
    }

    /// <summary>Scores the open tasks.</summary>
    /// <param name="pool">A pool that was refreshed.</param>
    /// <param name="scores">Where the scores go [candidates]; those of closed tasks are left as they are.</param>
    /// <param name="skill">The rater's inverse temperature.</param>
    public void Score(CandidatePool pool, Span<double> scores, double skill = 1)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = pool.IsOpen(i) ? Score(pool, i, skill) : scores[i];
        }
    }

    /// <summary>The rank-one steps by which a ranking of the task is expected to shrink the posterior, whatever its outcome.</summary>
    internal IReadOnlyList<double[]> ExpectedDirections(CandidatePool pool, int candidate, double skill)
    {
        pool.Moments(candidate, moments);
        var count = moments.Count;
        var curvature = new double[count * count];
        determinants[count - 2].Curvature(moments.Means.AsSpan(0, count), skill, curvature);
        return PosteriorUpdate.DirectionsOf([.. pool.Candidates[candidate].Answers.Select(pool.Whitened)], curvature);
    }
}
