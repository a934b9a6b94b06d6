using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>Reads rows of our own; see <see cref="TaskImport"/>.</summary>
/// <param name="options">Whether ranks become votes, and whose.</param>
/// <param name="takesPictures">Whether the project's answers are pictures.</param>
internal sealed class TaskRows(ImportOptions options, bool takesPictures)
{
    /// <summary>Whether a row is one of these.</summary>
    public static bool Has(JsonElement row) =>
        row.Value("prompt") is { ValueKind: JsonValueKind.String or JsonValueKind.Array }
        && (row.Value("answers") ?? row.Value("completions") ?? row.Value("images")) is { ValueKind: JsonValueKind.Array }
        && row.Value("labels") is null;

    /// <summary>The task of a row.</summary>
    /// <exception cref="LeftOutException">It is none.</exception>
    public TaskDraft Read(JsonElement row, long line)
    {
        var answers = Answers(row);
        return new TaskDraft(line, ReadContent(row.Value("prompt") ?? throw Missing("prompt"), "prompt"), answers)
        {
            Criteria = row.List("criteria")?.Select(Criterion).ToArray(),
            Harms = row.Texts("harms") ?? [],
            Gold = row.Wholes("gold") is { } gold ? new GoldAnswer(OfEach("gold", gold, answers.Length)) : null,
            Wanted =
                row.Whole("wanted") is not { } wanted ? null
                : wanted is >= 0 and <= FeedbackLimits.MostRankings ? (int)wanted
                : throw RowFields.Wrong("wanted", row.Value("wanted")!.Value, $"a number from 0 to {FeedbackLimits.MostRankings}"),
            Priority = row.Number("priority") ?? 0,
            Source = Source(row),
            Votes =
                options.RanksAsVotes && row.Wholes("ranks") is { } ranks && answers.Length >= FeedbackLimits.FewestRanked
                    ? [new RankingGiven(0, options.Rater ?? "file", Dense(OfEach("ranks", ranks, answers.Length)))]
                    : [],
        };
    }

    /// <summary>Ranks of which the best is 1 and none is above their number.</summary>
    public static IReadOnlyList<int> Dense(IReadOnlyList<int> ranks) => [.. ranks.Select(rank => 1 + ranks.Count(other => other < rank))];

    /// <summary>Reads a prompt or an answer.</summary>
    /// <exception cref="LeftOutException">It is none.</exception>
    public static Content ReadContent(JsonElement value, string name) =>
        ContentJson.Read(value, name, out var problem)
        ?? throw new LeftOutException(LeftOutReason.Unreadable, problem!, "Give a text, or messages with role and content.");

    /// <summary>The text of an answer: a text itself, or one message of the assistant.</summary>
    /// <exception cref="LeftOutException">It is more.</exception>
    public static string AnswerText(Content answer, int number) =>
        answer.Text
        ?? (
            answer.Messages is [{ } only] && only.Role == ChatRole.Assistant
                ? only.Text
                : throw new LeftOutException(
                    LeftOutReason.SeveralMessages,
                    $"answer {number} is {answer.Messages!.Count} messages, the first of the role '{answer.Messages[0].Role.Value}'.",
                    "Move what all answers begin with into the prompt: people judge one message of the assistant."
                )
        );

    private string[] Answers(JsonElement row)
    {
        if (row.Texts("images") is { } pictures)
        {
            return takesPictures
                ? pictures
                : throw new LeftOutException(
                    LeftOutReason.Unreadable,
                    "'images' stands in a row for a project whose answers are texts.",
                    "Import it into a project whose medium is image, or give 'answers'."
                );
        }

        var answers = row.List("answers") ?? row.List("completions") ?? throw Missing("answers");
        return [.. answers.Select((answer, i) => AnswerText(ReadContent(answer, $"answer {i + 1}"), i + 1))];
    }

    private static FeedbackCriterion Criterion(JsonElement value) =>
        new(
            value.Text("id") ?? throw RowFields.Wrong("criteria", value, "objects with 'id' and 'wording'"),
            value.Text("wording") ?? throw RowFields.Wrong("criteria", value, "objects with 'id' and 'wording'")
        );

    private static AnswerSource? Source(JsonElement row)
    {
        var source = new AnswerSource(row.Text("model"), row.Text("run"), row.Whole("step"));
        return source == new AnswerSource() ? null : source;
    }

    private static int[] OfEach(string name, int[] ranks, int answers) =>
        ranks.Length == answers
            ? ranks
            : throw new LeftOutException(
                LeftOutReason.Unreadable,
                $"'{name}' has {ranks.Length} numbers for {answers} answers.",
                "Give each answer a rank, 1 for the best; equal numbers are ties."
            );

    private static LeftOutException Missing(string column) =>
        new(LeftOutReason.NothingToJudge, $"the column '{column}' is missing.", "Give each row 'prompt' and 'answers' (or 'images').");
}
