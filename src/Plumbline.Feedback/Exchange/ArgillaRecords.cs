using System.Text.Json;
using Plumbline.Data;

namespace Plumbline.Feedback.Exchange;

/// <summary>
/// Reads records of Argilla. Two layouts are known: that of <c>FeedbackDataset</c> records (1.x: <c>responses</c> is a list of <c>user_id</c>, <c>values</c> by question and <c>status</c>; argilla-io/argilla,
/// src/argilla/client/feedback/schemas/responses.py and records.py), and that of <c>dataset.records.to_json</c> and <c>to_list</c> (2.x: <c>responses</c> holds lists of <c>value</c> and <c>user_id</c> by question;
/// argilla/src/argilla/records/_resource.py and _io/_generic.py). Suggestions are a model's and are not read.
/// </summary>
/// <param name="options">Which fields and questions are what.</param>
/// <param name="raters">Names raters.</param>
/// <param name="tally">Counts votes and parts of them that are left out.</param>
internal sealed class ArgillaRecords(ImportOptions options, SourceRaters raters, ImportTally tally)
{
    /// <summary>Whether a row is a record.</summary>
    public static bool Has(JsonElement row) =>
        row.Value("fields") is { ValueKind: JsonValueKind.Object }
        && (row.TryGetProperty("responses", out _) || row.TryGetProperty("suggestions", out _));

    /// <summary>The task of a record.</summary>
    /// <exception cref="LeftOutException">It is none.</exception>
    public TaskDraft Read(JsonElement row, long line, IReadOnlySet<string> criteria)
    {
        var fields = row.Value("fields") is { ValueKind: JsonValueKind.Object } found
            ? found
            : throw new LeftOutException(LeftOutReason.Unreadable, "the record has no 'fields'.", "Export whole records.");
        var responses = ArgillaVotes.Responses(row);
        var names = NamesOf(fields, responses);
        var answers = names.Select((name, i) => TaskRows.AnswerText(TaskRows.ReadContent(fields.GetProperty(name), name), i + 1));
        var judged = new AnswerNames(names);
        var votes = new ArgillaVotes(options, raters, tally);
        var given = new List<RankingGiven>();
        foreach (var response in responses)
        {
            if (response.Status is not (null or "submitted"))
            {
                tally.LeaveOut(line, LeftOutReason.VoteNotSubmitted, $"a response has the status '{response.Status}'.", "Submit it first.");
            }
            else if (votes.Read(response, judged, criteria, line) is { } vote)
            {
                given.Add(vote);
            }
            else
            {
                tally.LeaveOut(line, LeftOutReason.VoteEmpty, $"the response of '{response.User}' says nothing of the answers.", null);
            }
        }

        return new TaskDraft(line, Prompt(fields, names), [.. answers]) { Votes = given };
    }

    /// <summary>The fields that are answers.</summary>
    private string[] NamesOf(JsonElement fields, IReadOnlyList<ArgillaResponse> responses)
    {
        string[] given = [.. fields.EnumerateObject().Where(IsGiven).Select(field => field.Name)];
        if (options.AnswerFields.Count > 0)
        {
            return [.. options.AnswerFields.Where(name => given.Contains(name, StringComparer.Ordinal))];
        }

        var ranked = responses
            .SelectMany(response => response.Values)
            .SelectMany(answer => ArgillaVotes.Ranked(answer.Value) ?? [])
            .Select(one => one.Name)
            .ToHashSet(StringComparer.Ordinal);
        string[] names = [.. given.Where(name => ranked.Contains(name) || AnswerNames.IsUsual(name))];
        return names.Length > 0
            ? AnswerNames.InOrder(names)
            : throw new LeftOutException(
                LeftOutReason.NothingToJudge,
                $"none of the fields {string.Join(", ", given)} looks like an answer.",
                "Name the fields that are answers (AnswerFields)."
            );
    }

    /// <summary>What was asked: one chat field as messages, or texts joined.</summary>
    private Content Prompt(JsonElement fields, string[] answers)
    {
        string[] names =
            options.PromptFields.Count > 0
                ? [.. options.PromptFields.Where(name => fields.Value(name) is not null)]
                :
                [
                    .. fields
                        .EnumerateObject()
                        .Where(IsGiven)
                        .Select(field => field.Name)
                        .Where(name => !answers.Contains(name, StringComparer.Ordinal)),
                ];
        return names switch
        {
            [] => throw new LeftOutException(
                LeftOutReason.NothingToJudge,
                "no field is left for the prompt.",
                "Name the fields that make the prompt (PromptFields)."
            ),
            [var only] => TaskRows.ReadContent(fields.GetProperty(only), only),
            _ => Content.FromText(string.Join("\n\n", names.Select(name => fields.Text(name)))),
        };
    }

    private static bool IsGiven(JsonProperty field) =>
        field.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object
        || (field.Value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(field.Value.GetString()));
}
