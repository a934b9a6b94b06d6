using Plumbline.Configuration;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Agreement;

/// <summary>
/// Rankings of questions' answers as they come in, and how far raters agree until now. A rater's later ranking of a question takes the place of the earlier one. Not thread-safe.
/// </summary>
/// <remarks>
/// A question is compared only after one of its rankings changed (<see cref="QuestionAgreement.Of"/>), so that figures without intervals take O(q) for q questions beside what is new, and intervals
/// O(q) a sample. The figures depend on the rankings alone, bit for bit, and not on the order in which they came.
/// </remarks>
public sealed class RankingTable
{
    private readonly UnitTable<IReadOnlyList<int>> table = new();

    /// <summary>Takes a ranking in.</summary>
    /// <param name="question">The question's name.</param>
    /// <param name="rater">The rater's name.</param>
    /// <param name="ranks">The rank of each answer, in the order of the answers; lower is better, equal ranks are ties, only the order counts.</param>
    /// <exception cref="ArgumentException">There are fewer than two answers or not as many as other raters ranked, or a name is empty.</exception>
    public void Set(string question, string rater, IReadOnlyList<int> ranks)
    {
        if (ranks.Count < 2)
        {
            throw new ArgumentException("A ranking is of two answers at least.", nameof(ranks));
        }

        if (table.Find(question)?.Given[0].Value.Count is { } answers && answers != ranks.Count)
        {
            throw new ArgumentException($"The question has {answers} answers, not {ranks.Count}.", nameof(ranks));
        }

        table.Set(question, rater, [.. ranks]);
    }

    /// <summary>Forgets a rater's ranking of a question.</summary>
    /// <returns>Whether there was something to forget.</returns>
    public bool Remove(string question, string rater) => table.Remove(question, rater);

    /// <summary>How far the raters of one question agree; null for a question that nobody ranked.</summary>
    public QuestionAgreement? Question(string question) => table.Find(question) is { } unit ? Compared(unit) : null;

    /// <summary>
    /// All figures of rankings: means over the questions that have them, each question counting the same, and α of opinions about pairs of answers, where each opinion does.
    /// </summary>
    /// <param name="options">The numbers.</param>
    /// <param name="seed">The seed of the bootstrap over questions.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public AgreementFigures Figures(AgreementOptions options, Seed seed)
    {
        OptionsValidation.ThrowIfInvalid(options);
        QuestionAgreement[] questions = [.. table.Units.Select(Compared)];
        (AgreementMeasure Measure, ResampledFigure Figure)[] measures =
        [
            (AgreementMeasure.SameSide, times => Mean(questions, question => question.SameSide, times)),
            (AgreementMeasure.SameSideOfDecided, times => Mean(questions, question => question.SameSideOfDecided, times)),
            (AgreementMeasure.KendallTauB, times => Mean(questions, question => question.TauB, times)),
            (AgreementMeasure.KendallW, times => Mean(questions, question => question.W, times)),
            (AgreementMeasure.PairOpinionAlpha, times => Alpha(questions, times)),
        ];
        return new AgreementFigures(
            questions.Length,
            questions.Count(question => question.SameSide is not null),
            table.Raters,
            table.Judgements,
            [.. measures.Select(each => (each.Measure, AgreementFigures.OverUnits(questions.Length, each.Figure, options, seed)))]
        );
    }

    private static QuestionAgreement Compared(UnitTable<IReadOnlyList<int>>.Unit unit)
    {
        unit.Made ??= QuestionAgreement.Of([.. unit.Given.Select(given => given.Value)]);
        return (QuestionAgreement)unit.Made;
    }

    private static Figure Mean(QuestionAgreement[] questions, Func<QuestionAgreement, double?> part, ReadOnlySpan<int> times)
    {
        var (sum, count) = (0.0, 0L);
        var shared = false;
        for (var i = 0; i < questions.Length; i++)
        {
            shared |= questions[i].SameSide is not null;
            if (part(questions[i]) is { } value)
            {
                var drawn = times.IsEmpty ? 1 : times[i];
                sum += drawn * value;
                count += drawn;
            }
        }

        return count > 0 ? Figure.Of(sum / count) : NoOrder(shared);
    }

    private static Figure Alpha(QuestionAgreement[] questions, ReadOnlySpan<int> times)
    {
        var sums = default(PairOpinionSums);
        for (var i = 0; i < questions.Length; i++)
        {
            double drawn = times.IsEmpty ? 1 : times[i];
            var one = questions[i].Opinions;
            sums += new PairOpinionSums(drawn * one.Disagreement, drawn * one.Opinions, drawn * one.Decidedness);
        }

        return sums.Decidedness > 0 ? Figure.Of(sums.Alpha) : NoOrder(sums.Opinions > 0);
    }

    private static Figure NoOrder(bool shared) => Figure.Without(shared ? UndefinedReason.OnlyTies : UndefinedReason.NothingShared);
}
