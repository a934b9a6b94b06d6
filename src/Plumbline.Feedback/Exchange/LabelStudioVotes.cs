using System.Text.Json;

namespace Plumbline.Feedback.Exchange;

/// <summary>
/// Makes votes of Label Studio's annotations. Of results are read
/// <c>ranker</c> (an order of item ids, or buckets of them: labelstud.io/tags/ranker and templates/generative-llm-ranker), <c>pairwise</c> (<c>selected</c>: left or right; HumanSignal/label-studio-evalme #163),
/// <c>rating</c>, <c>number</c>, <c>choices</c> and <c>textarea</c>.
/// </summary>
/// <param name="options">The order of buckets.</param>
/// <param name="raters">Names raters.</param>
/// <param name="tally">Counts parts of votes that are left out.</param>
internal sealed class LabelStudioVotes(ImportOptions options, SourceRaters raters, ImportTally tally)
{
    /// <summary>The vote of an annotation; null where it says nothing of the answers.</summary>
    public RankingGiven? Read(JsonElement annotation, AnswerNames names, IReadOnlySet<string> criteria, long line)
    {
        var vote = new VoteBuilder(names, criteria);
        foreach (var result in annotation.List("result") ?? [])
        {
            var question = result.Text("from_name") ?? result.Text("type") ?? string.Empty;
            var value = result.Value("value") ?? default;
            var isRead = result.Text("type") switch
            {
                "ranker" => Rank(vote, question, value, names),
                "pairwise" => Prefer(vote, question, value, names),
                "rating" => Rate(vote, question, value.Value("rating")),
                "number" => Rate(vote, question, value.Value("number")),
                "choices" => Label(vote, question, value.Value("choices")),
                "textarea" => Write(vote, question, value.Value("text")),
                _ => false,
            };
            if (!isRead)
            {
                tally.LeaveOut(
                    line,
                    LeftOutReason.StatementUnread,
                    $"the result of '{question}' is of the type '{result.Text("type")}' with a value that is not read.",
                    null
                );
            }
        }

        return vote.Build(raters.Of(RaterOf(annotation)), annotation.Number("lead_time"));
    }

    private bool Rank(VoteBuilder vote, string question, JsonElement value, AnswerNames names)
    {
        if (value.Value("ranker") is not { } ranker)
        {
            return false;
        }

        if (ranker.ValueKind == JsonValueKind.Array)
        {
            vote.Rank(question, InOrder(ranker));
            return true;
        }

        if (ranker.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        // The column "_" holds what lies in no bucket; empty, it says nothing.
        JsonProperty[] buckets =
        [
            .. ranker
                .EnumerateObject()
                .Where(bucket => bucket.Value.ValueKind == JsonValueKind.Array)
                .Where(bucket => bucket.Name != "_" || bucket.Value.GetArrayLength() > 0),
        ];
        if (buckets is [var only])
        {
            vote.Rank(question, InOrder(only.Value));
            return true;
        }

        var ranked = new List<(string, int)>();
        foreach (var bucket in buckets)
        {
            var place = options.BucketOrder.ToList().IndexOf(bucket.Name);
            foreach (var (item, _) in InOrder(bucket.Value))
            {
                if (names.Find(item) is { } answer)
                {
                    vote.Flag(answer, $"{question}={bucket.Name}");
                }

                if (place >= 0)
                {
                    ranked.Add((item, place));
                }
            }
        }

        if (ranked.Count > 0)
        {
            vote.Rank(question, ranked);
        }

        return true;
    }

    private static bool Prefer(VoteBuilder vote, string question, JsonElement value, AnswerNames names)
    {
        var selected = value.Value("selected") is { ValueKind: JsonValueKind.String } side ? side.GetString() : null;
        if (names.Count != 2 || selected is not ("left" or "right"))
        {
            return false;
        }

        vote.Prefer(question, selected == "left" ? 0 : 1);
        vote.ShownInOrder();
        return true;
    }

    private static bool Rate(VoteBuilder vote, string question, JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.Number } rating)
        {
            return false;
        }

        vote.Rate(question, rating.GetDouble());
        return true;
    }

    private static bool Label(VoteBuilder vote, string question, JsonElement? value)
    {
        if (TextsOf(value) is not { } labels)
        {
            return false;
        }

        vote.Label(question, labels);
        return true;
    }

    private static bool Write(VoteBuilder vote, string question, JsonElement? value)
    {
        if (TextsOf(value) is not { } texts)
        {
            return false;
        }

        vote.Write(question, string.Join('\n', texts));
        return true;
    }

    private static string[]? TextsOf(JsonElement? value) =>
        value switch
        {
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } many when many.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String) =>
            [
                .. many.EnumerateArray().Select(text => text.GetString()!),
            ],
            _ => null,
        };

    private static List<(string Name, int Rank)> InOrder(JsonElement items) =>
        [
            .. items
                .EnumerateArray()
                .Select((item, i) => (item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText(), i)),
        ];

    /// <summary>Who annotated: an address where the export has one, which is never kept, else an id.</summary>
    private static string? RaterOf(JsonElement annotation) =>
        annotation.Value("completed_by") is { ValueKind: JsonValueKind.Object } person
            ? person.Text("email") ?? person.Id("id")
            : annotation.Id("completed_by");
}
