using System.Globalization;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>
/// Makes one vote of what a rater answered to several questions of another tool. What is of one answer goes there; what cannot be told of one, or does not fit, stands in the comment as
/// <c>question: value</c>, so that nothing said is lost.
/// </summary>
/// <param name="names">What the answers are called.</param>
/// <param name="criteria">The ids of the task's criteria: a ranking by a question of such a name is one by the criterion.</param>
internal sealed class VoteBuilder(AnswerNames names, IReadOnlySet<string> criteria)
{
    private readonly Dictionary<string, IReadOnlyList<int>> byCriterion = new(StringComparer.Ordinal);
    private readonly AnswerJudgement[] answers = [.. Enumerable.Range(0, names.Count).Select(_ => new AnswerJudgement())];
    private readonly List<(string Question, string Value, bool IsText)> remarks = [];
    private IReadOnlyList<int>? overall;
    private IReadOnlyList<int>? shown;

    /// <summary>A ranking: names of answers with numbers of which the lowest is the best; numbers need not be without holes.</summary>
    public void Rank(string question, IReadOnlyList<(string Name, int Rank)> ranked)
    {
        var given = new int?[names.Count];
        foreach (var (name, rank) in ranked)
        {
            if (names.Find(name) is { } answer)
            {
                given[answer] = rank;
            }
        }

        // An order that leaves answers out, or names one twice, is no ranking of the task.
        if (ranked.Count != names.Count || given.Any(rank => rank is null))
        {
            Remark(question, string.Join(" > ", ranked.OrderBy(one => one.Rank).Select(one => one.Name)), isText: false);
            return;
        }

        IReadOnlyList<int> ranks = [.. given.Select(rank => 1 + given.Count(other => other < rank))];
        if (names.Count < FeedbackLimits.FewestRanked)
        {
            return;
        }

        if (criteria.Contains(question))
        {
            byCriterion[question] = ranks;
        }
        else if (overall is null)
        {
            overall = ranks;
        }
        else
        {
            Remark(question, string.Join(" > ", ranked.OrderBy(one => one.Rank).Select(one => one.Name)), isText: false);
        }
    }

    /// <summary>One of several answers is preferred; the others are tied.</summary>
    public void Prefer(string question, int answer) =>
        Rank(question, [.. Enumerable.Range(0, names.Count).Select(i => (names.NameOf(i), i == answer ? 1 : 2))]);

    /// <summary>The answers were shown in their order.</summary>
    public void ShownInOrder() => shown = [.. Enumerable.Range(0, names.Count)];

    /// <summary>A rating.</summary>
    public void Rate(string question, double value)
    {
        if (
            names.Within(question) is var (answer, id)
            && value is >= 1 and <= ProjectLimits.HighestRating
            && double.IsInteger(value)
            && !answers[answer].Ratings.ContainsKey(IdOf(id, "rating"))
        )
        {
            var ratings = new Dictionary<string, int>(answers[answer].Ratings, StringComparer.Ordinal)
            {
                [IdOf(id, "rating")] = (int)value,
            };
            answers[answer] = answers[answer] with { Ratings = ratings };
            return;
        }

        Remark(question, value.ToString("R", CultureInfo.InvariantCulture), isText: false);
    }

    /// <summary>Labels: one that names an answer prefers it, others become flags.</summary>
    public void Label(string question, IReadOnlyList<string> labels)
    {
        if (labels is [var only] && names.Count > 1 && names.Find(only) is { } preferred)
        {
            Prefer(question, preferred);
            return;
        }

        if (names.Within(question) is not var (answer, id))
        {
            Remark(question, string.Join(", ", labels), isText: false);
            return;
        }

        foreach (var label in labels)
        {
            Flag(answer, id.Length == 0 ? label : $"{id}={label}");
        }
    }

    /// <summary>Something holds of an answer.</summary>
    public void Flag(int answer, string flag)
    {
        if (!answers[answer].Flags.Contains(flag, StringComparer.Ordinal))
        {
            answers[answer] = answers[answer] with { Flags = [.. answers[answer].Flags, flag] };
        }
    }

    /// <summary>A text: of an answer that the question names a critique, else the comment.</summary>
    public void Write(string question, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        if (names.Count > 1 && names.Within(question) is var (answer, _))
        {
            var before = answers[answer].Critique;
            answers[answer] = answers[answer] with { Critique = before is null ? text : $"{before}\n{text}" };
            return;
        }

        Remark(question, text, isText: true);
    }

    /// <summary>The vote; null where nothing was said of the answers.</summary>
    /// <param name="rater">Whose it is.</param>
    /// <param name="seconds">How long it took; null where nobody measured.</param>
    public RankingGiven? Build(string rater, double? seconds = null)
    {
        var judged = answers.Any(answer => answer.Ratings.Count > 0 || answer.Flags.Count > 0 || answer.Critique is not null);
        if (overall is null && byCriterion.Count == 0 && !judged)
        {
            return null;
        }

        return new RankingGiven(0, rater, overall)
        {
            CriterionRanks = byCriterion,
            Answers = judged ? answers : [],
            Shown = shown,
            Seconds = seconds is >= 0 and <= FeedbackLimits.MostSeconds ? seconds : null,
            Comment = remarks switch
            {
                [] => null,
                [{ IsText: true } only] => only.Value,
                _ => string.Join('\n', remarks.Select(remark => $"{remark.Question}: {remark.Value}")),
            },
        };
    }

    private static string IdOf(string id, string otherwise) => id.Length == 0 ? otherwise : id;

    private void Remark(string question, string value, bool isText) => remarks.Add((question, value, isText));
}
