using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Data;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>Writes every single vote of a task as a line of JSON; see <see cref="FeedbackExport.WriteAsync"/>.</summary>
/// <param name="store">Makes pseudonyms of raters.</param>
/// <param name="options">By what answers are compared.</param>
/// <param name="lines">Where the lines go.</param>
internal sealed class VoteLines(IFeedbackStore store, ExportOptions options, Stream lines)
{
    private const int DigitsOfAnswer = 32;

    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the votes of a task.</summary>
    /// <param name="request">The task.</param>
    /// <param name="places">The place of each answer; null where nobody ranked.</param>
    /// <param name="example">The id of the one example made of it; null where there is none or more than one.</param>
    /// <param name="deals">Who was dealt it, in the order of the log.</param>
    public void Write(FeedbackRequest request, IReadOnlyList<int>? places, string? example, IEnumerable<RequestTaken> deals)
    {
        var (prompt, answers) = (request.Comparison.Prompt, request.Comparison.Answers);
        var order = places is null ? [.. Enumerable.Range(0, answers.Count)] : MeanRank.Order(places);
        var promptId = ExampleId.Of(new PromptExample(string.Empty, prompt));
        string[] answerIds = [.. order.Select(i => IdOf(answers[i]))];
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var deal in deals)
        {
            reasons[deal.Rater] = deal.Reason.ToString().ToLowerInvariant();
        }

        foreach (var (sequence, time, ranking) in request.Rankings)
        {
            var vote = new Vote(
                example,
                request.Id,
                request.Comparison.Project ?? 0,
                sequence,
                time,
                store.HashRater(ranking.Rater),
                promptId,
                answerIds,
                In(order, ranking.RanksBy(options.Criterion)),
                ranking.Ranks is null || options.Criterion is null ? null : In(order, ranking.Ranks),
                ranking.CriterionRanks.ToDictionary(pair => pair.Key, pair => In(order, pair.Value)!),
                ranking.Shown is { } shown ? order.Select(i => shown.ToList().IndexOf(i) + 1) : null,
                ranking.AllBad,
                ranking.Margin,
                ranking.Answers.Count == 0 ? null : order.Select(i => ranking.Answers[i]),
                ranking.Turns.Count == 0 ? null : ranking.Turns,
                reasons.GetValueOrDefault(ranking.Rater),
                request.Comparison.Gold?.IsMetBy(ranking.Ranks),
                In(order, request.Adjudication?.Ranks),
                ranking.Comment,
                ranking.Seconds
            );
            JsonSerializer.Serialize(lines, vote, Layout);
            lines.WriteByte((byte)'\n');
        }
    }

    private static IEnumerable<int>? In(IReadOnlyList<int> order, IReadOnlyList<int>? ranks) =>
        ranks is null ? null : order.Select(i => ranks[i]);

    private static string IdOf(string answer) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(answer)))[..DigitsOfAnswer];

    /// <summary>A line. What is of each answer stands in the order of <paramref name="Answers"/>.</summary>
    private sealed record Vote(
        string? Example,
        long Request,
        long Project,
        long Sequence,
        DateTimeOffset Time,
        string Rater,
        string Prompt,
        IEnumerable<string> Answers,
        IEnumerable<int>? Ranks,
        IEnumerable<int>? OverallRanks,
        IReadOnlyDictionary<string, IEnumerable<int>> Criteria,
        IEnumerable<int>? Shown,
        bool AllBad,
        int? Margin,
        IEnumerable<AnswerJudgement>? Judgements,
        IEnumerable<TurnJudgement>? Turns,
        string? Dealt,
        bool? Gold,
        IEnumerable<int>? Settled,
        string? Comment,
        double? Seconds
    );
}
