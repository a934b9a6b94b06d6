using System.Text.Json;

namespace Plumbline.Feedback.Exchange;

/// <summary>What one user answered to which question of a record.</summary>
/// <param name="User">The user's id; null where the export has none.</param>
/// <param name="Status">submitted, draft or discarded; null where the export has none.</param>
/// <param name="Values">The answers.</param>
internal sealed record ArgillaResponse(string? User, string? Status, IReadOnlyList<(string Question, JsonElement Value)> Values);

/// <summary>Makes votes of Argilla's responses.</summary>
/// <remarks>
/// An export does not hold the questions' kinds: a number is a rating; a list of <c>rank</c> and <c>value</c>, or of all answers' names (2.x keeps only their order), a ranking; another list of texts
/// labels; a text a label where <see cref="ImportOptions.LabelQuestions"/> says so or where it names an answer, and a remark otherwise.
/// </remarks>
/// <param name="options">Which questions are answered by labels.</param>
/// <param name="raters">Names raters.</param>
/// <param name="tally">Counts parts of votes that are left out.</param>
internal sealed class ArgillaVotes(ImportOptions options, SourceRaters raters, ImportTally tally)
{
    /// <summary>The vote of a response; null where it says nothing of the answers.</summary>
    public RankingGiven? Read(ArgillaResponse response, AnswerNames names, IReadOnlySet<string> criteria, long line)
    {
        var vote = new VoteBuilder(names, criteria);
        foreach (var (question, value) in response.Values)
        {
            if (value.ValueKind == JsonValueKind.Number)
            {
                vote.Rate(question, value.GetDouble());
            }
            else if (value.ValueKind == JsonValueKind.String)
            {
                var text = value.GetString()!;
                if (options.LabelQuestions.Contains(question, StringComparer.Ordinal) || (names.Count > 1 && names.Find(text) is not null))
                {
                    vote.Label(question, [text]);
                }
                else
                {
                    vote.Write(question, text);
                }
            }
            else if (Ranked(value) is { } ranked)
            {
                vote.Rank(question, ranked);
            }
            else if (TextsOf(value) is { Length: > 0 } texts)
            {
                if (texts.Length == names.Count && names.Count > 1 && texts.All(text => names.Find(text) is not null))
                {
                    vote.Rank(question, [.. texts.Select((text, i) => (text, i))]);
                }
                else
                {
                    vote.Label(question, texts);
                }
            }
            else
            {
                tally.LeaveOut(line, LeftOutReason.StatementUnread, $"the answer to '{question}' is of a kind that is not read.", null);
            }
        }

        return vote.Build(raters.Of(response.User));
    }

    /// <summary>A list of <c>value</c> and, in 1.x, <c>rank</c>; null where it is another.</summary>
    public static List<(string Name, int Rank)>? Ranked(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var ranked = new List<(string, int)>();
        foreach (var entry in value.EnumerateArray())
        {
            if (entry.Value("value") is not { ValueKind: JsonValueKind.String } name)
            {
                return null;
            }

            var rank =
                entry.Value("rank") is { ValueKind: JsonValueKind.Number } given && given.TryGetInt32(out var number)
                    ? number
                    : ranked.Count + 1;
            ranked.Add((name.GetString()!, rank));
        }

        return ranked;
    }

    private static string[]? TextsOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(entry => entry.GetString()!)]
            : null;

    /// <summary>What users answered, in either layout.</summary>
    /// <exception cref="LeftOutException">It is of neither.</exception>
    public static List<ArgillaResponse> Responses(JsonElement row)
    {
        if (row.Value("responses") is not { } responses)
        {
            return [];
        }

        var read = new List<ArgillaResponse>();
        if (responses.ValueKind == JsonValueKind.Array)
        {
            foreach (var response in responses.EnumerateArray())
            {
                var values = response.Value("values") switch
                {
                    { ValueKind: JsonValueKind.Object } one => one.EnumerateObject(),
                    { ValueKind: JsonValueKind.Array } many => many.EnumerateArray()
                        .Where(one => one.ValueKind == JsonValueKind.Object)
                        .SelectMany(one => one.EnumerateObject()),
                    _ => Enumerable.Empty<JsonProperty>(),
                };
                read.Add(
                    new ArgillaResponse(
                        response.Id("user_id"),
                        response.Text("status"),
                        [
                            .. values
                                .Select(value => (value.Name, value.Value.Value("value") ?? default))
                                .Where(value => value.Item2.ValueKind != JsonValueKind.Undefined),
                        ]
                    )
                );
            }
        }
        else if (responses.ValueKind == JsonValueKind.Object)
        {
            var answers =
                from question in responses.EnumerateObject()
                where question.Value.ValueKind == JsonValueKind.Array
                from answer in question.Value.EnumerateArray()
                let value = answer.Value("value")
                where value is not null
                select (User: answer.Id("user_id"), Status: answer.Text("status"), question.Name, Value: value.Value);
            read.AddRange(
                answers
                    .GroupBy(answer => (answer.User, answer.Status))
                    .Select(of => new ArgillaResponse(of.Key.User, of.Key.Status, [.. of.Select(answer => (answer.Name, answer.Value))]))
            );
        }
        else
        {
            throw RowFields.Wrong("responses", responses, "a list, or an object by question");
        }

        return read;
    }
}
