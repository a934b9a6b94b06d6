using Plumbline.Feedback.Selection.Information;
using Plumbline.Feedback.Selection.Rewards;

namespace Plumbline.Feedback.Selection;

/// <summary>A ranking task that could be shown.</summary>
/// <param name="Id">Its id: what decides whether it lies in the random slice.</param>
/// <param name="Answers">The numbers of its 2 to 9 different answers among the pool's answers.</param>
public sealed record RankingCandidate(string Id, IReadOnlyList<int> Answers);

/// <summary>Candidate tasks and what a posterior says of their answers, kept so that scoring allocates nothing. Not thread-safe.</summary>
/// <remarks>Memory is 16 bytes for each feature of each answer: 40,000 answers of 128 features take 82 MB. Larger stocks of tasks are best drawn from at random first.</remarks>
public sealed class CandidatePool
{
    private readonly double[] features;
    private readonly double[] whitened;
    private readonly double[] means;
    private readonly RankingCandidate[] candidates;
    private readonly bool[] open;

    /// <summary>A pool of open tasks. It must be refreshed before it is scored.</summary>
    /// <param name="answers">The finite features of each answer [dimension]; answers of several tasks need stand here once only.</param>
    /// <param name="candidates">The tasks, with ids of their own.</param>
    /// <exception cref="ArgumentException">Features differ in number or are not finite, an id occurs twice, or a task's answers do not fit.</exception>
    public CandidatePool(IReadOnlyList<double[]> answers, IReadOnlyList<RankingCandidate> candidates)
    {
        if (answers.Count == 0 || answers.Any(answer => answer.Length != answers[0].Length || answer.Any(value => !double.IsFinite(value))))
        {
            throw new ArgumentException("There are no answers, or their features differ in number or are not finite.", nameof(answers));
        }

        CheckCandidates(candidates, answers.Count);
        Dimension = answers[0].Length;
        features = new double[answers.Count * Dimension];
        for (var i = 0; i < answers.Count; i++)
        {
            answers[i].CopyTo(features, i * Dimension);
        }

        whitened = new double[features.Length];
        means = new double[answers.Count];
        this.candidates = [.. candidates];
        open = [.. candidates.Select(_ => true)];
        OpenCount = open.Length;
    }

    private CandidatePool(CandidatePool other)
    {
        (Dimension, features, candidates) = (other.Dimension, other.features, other.candidates);
        (whitened, means, open, OpenCount) = ([.. other.whitened], [.. other.means], [.. other.open], other.OpenCount);
    }

    /// <summary>How many features an answer has.</summary>
    public int Dimension { get; }

    /// <summary>The tasks.</summary>
    public IReadOnlyList<RankingCandidate> Candidates => candidates;

    /// <summary>How many tasks are open.</summary>
    public int OpenCount { get; private set; }

    /// <summary>Whether a task may still be shown.</summary>
    /// <param name="candidate">Its number.</param>
    public bool IsOpen(int candidate) => open[candidate];

    /// <summary>Takes a task out of the choice.</summary>
    /// <param name="candidate">Its number.</param>
    /// <exception cref="InvalidOperationException">It is closed already.</exception>
    public void Close(int candidate)
    {
        if (!open[candidate])
        {
            throw new InvalidOperationException($"The task {candidates[candidate].Id} is closed already.");
        }

        open[candidate] = false;
        OpenCount--;
    }

    /// <summary>
    /// τ² for which the utilities of two answers of one task differ by <paramref name="deviation"/> (standard deviation, mean over tasks and pairs) before any label, whatever the
    /// features' scale: deviation² / mean ‖x_i − x_j‖².
    /// </summary>
    /// <param name="deviation">Above 0.</param>
    /// <returns>Null where all answers of each task have the same features.</returns>
    public double? PriorVariance(double deviation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation);
        var (sum, pairs) = (0.0, 0L);
        var difference = new double[Dimension];
        foreach (var candidate in candidates)
        {
            for (var i = 1; i < candidate.Answers.Count; i++)
            {
                for (var j = 0; j < i; j++, pairs++)
                {
                    Row(features, candidate.Answers[i]).CopyTo(difference);
                    VectorArithmetic.AddScaled(difference, -1, Row(features, candidate.Answers[j]));
                    sum += VectorArithmetic.Dot(difference, difference);
                }
            }
        }

        return sum == 0 ? null : deviation * deviation * pairs / sum;
    }

    /// <summary>Computes anew what a posterior says of all answers: dimension² multiplications each, half of it after a fit.</summary>
    /// <exception cref="ArgumentException">The posterior has another number of features.</exception>
    public void Refresh(RewardPosterior posterior)
    {
        for (var i = 0; i < means.Length; i++)
        {
            means[i] = posterior.Utility(Row(features, i));
            posterior.Whiten(Row(features, i), Row(whitened, i));
        }
    }

    internal CandidatePool Copy() => new(this);

    internal void Follow(PosteriorUpdate update)
    {
        for (var i = 0; i < means.Length; i++)
        {
            means[i] += VectorArithmetic.Dot(Row(whitened, i), update.Shift);
        }

        Follow(update.Directions);
    }

    internal void Follow(IReadOnlyList<double[]> directions)
    {
        foreach (var direction in directions)
        {
            var shrinkage = PosteriorUpdate.Shrinkage(direction);
            for (var i = 0; i < means.Length; i++)
            {
                PosteriorUpdate.Apply(direction, shrinkage, Row(whitened, i));
            }
        }
    }

    internal double[] Whitened(int answer) => [.. Row(whitened, answer)];

    /// <summary>The moments of a task's utilities [answers] and [answers, answers].</summary>
    internal void Moments(int candidate, UtilityMoments moments)
    {
        var answers = candidates[candidate].Answers;
        moments.Count = answers.Count;
        for (var i = 0; i < answers.Count; i++)
        {
            moments.Means[i] = means[answers[i]];
            var row = Row(whitened, answers[i]);
            for (var j = 0; j <= i; j++)
            {
                var covariance = VectorArithmetic.Dot(row, Row(whitened, answers[j]));
                moments.Covariance[(i * answers.Count) + j] = moments.Covariance[(j * answers.Count) + i] = covariance;
            }
        }
    }

    private Span<double> Row(double[] matrix, int answer) => matrix.AsSpan(answer * Dimension, Dimension);

    private static void CheckCandidates(IReadOnlyList<RankingCandidate> candidates, int answers)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in candidates)
        {
            if (!ids.Add(candidate.Id))
            {
                throw new ArgumentException($"The task {candidate.Id} occurs twice.", nameof(candidates));
            }

            if (
                candidate.Answers.Count is < 2 or > ObservedRanking.MostAnswers
                || candidate.Answers.Distinct().Count() < candidate.Answers.Count
                || candidate.Answers.Any(answer => answer < 0 || answer >= answers)
            )
            {
                throw new ArgumentException(
                    $"The task {candidate.Id} must have 2 to {ObservedRanking.MostAnswers} different answers of the pool's {answers}.",
                    nameof(candidates)
                );
            }
        }
    }
}
