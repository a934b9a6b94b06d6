namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>A ranking that a reward model learns from.</summary>
public sealed class ObservedRanking
{
    /// <summary>The most answers of a ranking, as in <see cref="ComparisonRequested"/>.</summary>
    public const int MostAnswers = 9;

    /// <summary>A ranking of 2 to 9 answers.</summary>
    /// <param name="answers">The finite features of each answer, all of one length. They are kept, not copied.</param>
    /// <param name="ranks">The rank of each answer in the same order: lower is better, equal numbers are ties.</param>
    /// <param name="skill">
    /// How strictly the rater follows utilities (an inverse temperature): answers are chosen in proportion to e^(skill · utility). 1 where nothing is known of the rater.
    /// </param>
    /// <exception cref="ArgumentException">Numbers of answers, features or ranks do not fit, a feature is not finite, or the skill is not above 0.</exception>
    public ObservedRanking(IReadOnlyList<double[]> answers, IReadOnlyList<int> ranks, double skill = 1)
    {
        if (answers.Count is < 2 or > MostAnswers || ranks.Count != answers.Count)
        {
            throw new ArgumentException(
                $"{answers.Count} answers with {ranks.Count} ranks are no ranking of 2 to {MostAnswers} answers.",
                nameof(ranks)
            );
        }

        if (answers.Any(answer => answer.Length != answers[0].Length || answer.Length == 0 || answer.Any(value => !double.IsFinite(value))))
        {
            throw new ArgumentException("The answers' features differ in number, are none or are not finite.", nameof(answers));
        }

        CheckSkill(skill);
        (Answers, Ranks, Skill) = (answers, [.. ranks], skill);
    }

    /// <summary>The features of each answer.</summary>
    public IReadOnlyList<double[]> Answers { get; }

    /// <summary>The rank of each answer.</summary>
    public IReadOnlyList<int> Ranks { get; }

    /// <summary>The rater's inverse temperature.</summary>
    public double Skill { get; }

    internal static void CheckSkill(double skill)
    {
        if (!(skill > 0) || !double.IsFinite(skill))
        {
            throw new ArgumentOutOfRangeException(nameof(skill), skill, "A skill is a finite number above 0.");
        }
    }
}
