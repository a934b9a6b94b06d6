using System.Text.Json;
using Plumbline.Data;

namespace Plumbline.Feedback.Exchange;

/// <summary>
/// Reads Label Studio's JSON export: tasks with <c>data</c> and <c>annotations</c>, each with a <c>result</c> list and <c>completed_by</c> (labelstud.io/guide/task_format). Predictions are a model's and are not read.
/// </summary>
/// <remarks>
/// The labelling interface is not part of an export: answers are a list of items (<c>id</c> with <c>body</c>, <c>text</c>, <c>html</c> or <c>title</c>) or data with the usual names, of a pair the left one first.
/// </remarks>
/// <param name="options">Which data are what, and the order of buckets.</param>
/// <param name="raters">Names raters.</param>
/// <param name="tally">Counts votes and parts of them that are left out.</param>
internal sealed class LabelStudioTasks(ImportOptions options, SourceRaters raters, ImportTally tally)
{
    private static readonly string[] UsualPrompts =
    [
        "prompt",
        "instruction",
        "question",
        "query",
        "input",
        "messages",
        "conversation",
        "dialogue",
        "text",
        "task",
    ];

    /// <summary>Whether a row is a task.</summary>
    public static bool Has(JsonElement row) =>
        row.Value("data") is { ValueKind: JsonValueKind.Object }
        && (row.TryGetProperty("annotations", out _) || row.TryGetProperty("predictions", out _));

    /// <summary>The task of a row.</summary>
    /// <exception cref="LeftOutException">It is none.</exception>
    public TaskDraft Read(JsonElement row, long line, IReadOnlySet<string> criteria)
    {
        var data = row.Value("data") is { ValueKind: JsonValueKind.Object } found
            ? found
            : throw new LeftOutException(LeftOutReason.Unreadable, "the task has no 'data'.", "Export the project as JSON.");
        var (field, answers, names) = Answers(data);
        var judged = new AnswerNames(names);
        var votes = new LabelStudioVotes(options, raters, tally);
        var given = new List<RankingGiven>();
        foreach (var annotation in row.List("annotations") ?? [])
        {
            if (annotation.Value("was_cancelled") is { ValueKind: JsonValueKind.True })
            {
                tally.LeaveOut(line, LeftOutReason.VoteNotSubmitted, "an annotation was cancelled.", null);
            }
            else if (votes.Read(annotation, judged, criteria, line) is { } vote)
            {
                given.Add(vote);
            }
            else
            {
                tally.LeaveOut(line, LeftOutReason.VoteEmpty, "an annotation says nothing of the answers.", null);
            }
        }

        return new TaskDraft(line, Prompt(data, field), answers) { Votes = given };
    }

    /// <summary>The answers with their names, and the data that holds them as one list; null where each has its own.</summary>
    private (string? Field, string[] Answers, string[] Names) Answers(JsonElement data)
    {
        string[] fields = [.. data.EnumerateObject().Select(field => field.Name)];
        var list =
            options.AnswerFields is [var only] && data.Value(only) is { ValueKind: JsonValueKind.Array }
                ? only
                : Array.Find(fields, name => options.AnswerFields.Count == 0 && IsItems(data.GetProperty(name)));
        if (list is not null)
        {
            JsonElement[] items = data.List(list)!;
            return (
                list,
                [.. items.Select(BodyOf)],
                [.. items.Select(item => item.Id("id") ?? throw RowFields.Wrong(list, item, "items with an id"))]
            );
        }

        string[] names =
            options.AnswerFields.Count > 0
                ? [.. options.AnswerFields.Where(name => fields.Contains(name, StringComparer.Ordinal))]
                : AnswerNames.InOrder(fields.Where(AnswerNames.IsUsual));
        return names.Length > 0
            ? (null, [.. names.Select((name, i) => TaskRows.AnswerText(TaskRows.ReadContent(data.GetProperty(name), name), i + 1))], names)
            : throw new LeftOutException(
                LeftOutReason.NothingToJudge,
                $"none of the data {string.Join(", ", fields)} looks like an answer.",
                "Name the data that are answers (AnswerFields)."
            );
    }

    private static bool IsItems(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
        && value.GetArrayLength() > 0
        && value.EnumerateArray().All(item => item.Value("id") is not null && item.Value("role") is null);

    private static string BodyOf(JsonElement item) =>
        item.Text("body")
        ?? item.Text("text")
        ?? item.Text("html")
        ?? item.Text("title")
        ?? throw RowFields.Wrong("item", item, "items with a body");

    private Content Prompt(JsonElement data, string? list)
    {
        if (options.PromptFields.Count > 1)
        {
            return Content.FromText(string.Join("\n\n", options.PromptFields.Select(name => data.Text(name)).OfType<string>()));
        }

        var field = options.PromptFields is [var named]
            ? named
            : Array.Find(UsualPrompts, name => name != list && data.Value(name) is not null);
        return field is not null && data.Value(field) is { } value
            ? TaskRows.ReadContent(value, field)
            : throw new LeftOutException(
                LeftOutReason.NothingToJudge,
                $"none of the data {string.Join(", ", data.EnumerateObject().Select(one => one.Name))} looks like a prompt.",
                "Name the data that make the prompt (PromptFields)."
            );
    }
}
