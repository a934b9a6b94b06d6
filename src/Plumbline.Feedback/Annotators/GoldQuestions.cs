using Plumbline.Configuration;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.Annotators;

/// <summary>What a rater's gold answers say.</summary>
public enum GoldVerdict
{
    /// <summary>There are too few answers to say anything.</summary>
    TooFew,

    /// <summary>The interval holds the floor of warnings: the rater may be good enough or not.</summary>
    Unclear,

    /// <summary>The accuracy is surely at least the floor of warnings.</summary>
    Passes,

    /// <summary>The accuracy is surely below the floor of warnings.</summary>
    Warned,

    /// <summary>The accuracy is surely below the floor of blocks.</summary>
    Blocked,
}

/// <summary>Where a rater stands.</summary>
/// <param name="Rater">The rater's name.</param>
/// <param name="Answers">How many gold answers were right, of how many.</param>
/// <param name="Accuracy">The share that was right with its Wilson interval; no number before the first answer.</param>
/// <param name="Verdict">What that says.</param>
public sealed record GoldStanding(string Rater, Proportion Answers, Estimate Accuracy, GoldVerdict Verdict);

/// <summary>Raters' answers to gold questions, those whose right answer is known. Not thread-safe.</summary>
/// <remarks>
/// Bounds decide and not the point: with few answers nobody is blocked for bad luck. The interval is honest for one look at a number of answers that was fixed before; whoever looks after every answer, and blocks at
/// the first verdict, errs more often than 1 − confidence (of raters exactly at the floor, with 40 answers and 95 %, one look blocks 2 % and forty looks block 11 %), so raise the confidence where a block cannot be taken back.
/// </remarks>
public sealed class GoldQuestions
{
    private readonly GoldOptions options;
    private readonly HashSet<(string Rater, string Question)> answered = [];
    private readonly Dictionary<string, Proportion> counts = new(StringComparer.Ordinal);

    /// <summary>Begins without answers.</summary>
    /// <param name="options">When answers are too bad.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public GoldQuestions(GoldOptions options) => this.options = OptionsValidation.ThrowIfInvalid(options);

    /// <summary>Where all raters with gold answers stand, in the order of their names.</summary>
    public IEnumerable<GoldStanding> Standings => counts.Keys.Order(StringComparer.Ordinal).Select(Of);

    /// <summary>Takes an answer in. Only a rater's first answer to a question counts: later ones may have been told.</summary>
    /// <param name="rater">The rater's name.</param>
    /// <param name="question">The question's name.</param>
    /// <param name="right">Whether the answer is right.</param>
    /// <returns>Whether it counts.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public bool Answer(string rater, string question, bool right)
    {
        ArgumentException.ThrowIfNullOrEmpty(rater);
        ArgumentException.ThrowIfNullOrEmpty(question);
        if (!answered.Add((rater, question)))
        {
            return false;
        }

        var before = counts.GetValueOrDefault(rater);
        counts[rater] = new Proportion(before.Successes + (right ? 1 : 0), before.Trials + 1);
        return true;
    }

    /// <summary>Where a rater stands, one without gold answers included.</summary>
    public GoldStanding Of(string rater)
    {
        var answers = counts.GetValueOrDefault(rater);
        var interval = answers.WilsonInterval(options.Confidence);
        var verdict =
            answers.Trials < options.LeastAnswers ? GoldVerdict.TooFew
            : interval.High < options.BlockFloor ? GoldVerdict.Blocked
            : interval.High < options.WarnFloor ? GoldVerdict.Warned
            : interval.Low >= options.WarnFloor ? GoldVerdict.Passes
            : GoldVerdict.Unclear;
        return new GoldStanding(rater, answers, new Estimate(answers.Value, interval), verdict);
    }
}
