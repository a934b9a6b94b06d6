using Plumbline.Models.Heads;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Rewards;

/// <summary>
/// Several reward models asked at once. Where they disagree none of them knows, and a policy that is trained on their pessimistic score is not paid for finding out
/// (Coste et al., arXiv 2310.02743). Scores are taken on each member's <see cref="ScoreScale"/>, so that none outweighs the others.
/// </summary>
public sealed class RewardEnsemble
{
    private readonly IReadOnlyList<ScoredDecoder> members;

    /// <summary>An ensemble of models.</summary>
    /// <param name="members">At least one, with scalar sequence heads, all with a scale or none; not owned.</param>
    /// <exception cref="InvalidInputException">There is none, or only some have a scale.</exception>
    public RewardEnsemble(IReadOnlyList<ScoredDecoder> members)
    {
        if (members.Count == 0 || members.Any(member => member.Scale is null != members[0].Scale is null))
        {
            throw new InvalidInputException(
                members.Count == 0 ? "An ensemble has no members." : "Of an ensemble's members only some have a measured score scale.",
                "Give at least one model, and measure the scale of all of them or of none."
            );
        }

        this.members = members;
    }

    /// <summary>Scores of ranked answers by every member, each on its own scale where it has one.</summary>
    /// <param name="rankings">The answers.</param>
    /// <param name="options">Tokens per pass, and the precision.</param>
    /// <param name="scored">Called with the number of lists scored so far, over all members.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>Answers list after list, in their order.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EnsembleScores Score(
        IReadOnlyList<TokenizedRanking> rankings,
        TrainingOptions options,
        Action<int>? scored = null,
        CancellationToken cancellation = default
    ) =>
        new([
            .. members.Select(
                (member, index) =>
                    RewardEvaluation
                        .Score(member, rankings, options, done => scored?.Invoke((index * rankings.Count) + done), cancellation)
                        .SelectMany(list => list)
                        .Select(score => member.Scale is { } scale ? scale.Normalised(score) : score)
                        .ToArray()
            ),
        ]);
}

/// <summary>What the members of an ensemble say of the same answers.</summary>
public sealed class EnsembleScores
{
    private readonly double[][] scores;

    /// <summary>Takes the scores.</summary>
    /// <param name="scores">[members][answers]: at least one member, all of the same length.</param>
    /// <exception cref="ArgumentException">There is no member, or one scored another number of answers.</exception>
    public EnsembleScores(double[][] scores)
    {
        if (scores.Length == 0 || scores.Any(member => member.Length != scores[0].Length))
        {
            throw new ArgumentException("Every member of an ensemble scores every answer, and there is at least one.", nameof(scores));
        }

        this.scores = scores;
    }

    /// <summary>Number of members.</summary>
    public int Members => scores.Length;

    /// <summary>Number of answers.</summary>
    public int Count => scores[0].Length;

    /// <summary>What one member says of an answer.</summary>
    public double Of(int member, int answer) => scores[member][answer];

    /// <summary>The mean over members.</summary>
    public double Mean(int answer) => scores.Average(member => member[answer]);

    /// <summary>The standard deviation over members (n − 1); 0 for a single one.</summary>
    public double Deviation(int answer) => DeviationOf([.. scores.Select(member => member[answer])]);

    /// <summary>mean − k·deviation.</summary>
    /// <param name="answer">Which answer.</param>
    /// <param name="k">How much disagreement costs, 0 or more of rewards; of costs, below 0: the higher cost is the pessimistic one.</param>
    public double Pessimistic(int answer, double k) => Mean(answer) - (k * Deviation(answer));

    /// <summary>The standard deviation over members of the lead of one answer over another; 0 for a single member.</summary>
    public double Disagreement(int first, int second) => DeviationOf([.. scores.Select(member => member[first] - member[second])]);

    /// <summary>Whether some member prefers the one answer and some other member the other.</summary>
    public bool IsDisputed(int first, int second) =>
        scores.Any(member => member[first] > member[second]) && scores.Any(member => member[first] < member[second]);

    private static double DeviationOf(double[] values)
    {
        var mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
