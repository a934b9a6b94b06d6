using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Constitutions.Settlements;

namespace Plumbline.Feedback.Judging;

/// <summary>Labelled pairs on disk, a JSON object a line. All that the judge said by each clause is in it, not only the mean.</summary>
public static class LabelFile
{
    /// <summary>Writes labels; the file is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The labels.</param>
    public static void Write(string path, IEnumerable<LabelledPair> labels) => JsonRecords.Write(path, labels.Select(ToJson));

    /// <summary>Reads labels line by line.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line is no label.</exception>
    public static IEnumerable<LabelledPair> Read(string path) => JsonRecords.Read(path, "label", FromJson);

    private static JsonObject ToJson(LabelledPair pair) =>
        new()
        {
            ["id"] = pair.Id,
            ["judge"] = pair.Judge,
            ["constitution"] = pair.Constitution,
            ["clauses"] = new JsonObject(
                pair.Clauses.OrderBy(clause => clause.Key, StringComparer.Ordinal)
                    .Select(clause =>
                        KeyValuePair.Create(
                            clause.Key,
                            (JsonNode?)
                                new JsonObject
                                {
                                    ["asked"] = clause.Value.Asked,
                                    ["in_order"] = clause.Value.InOrder,
                                    ["swapped"] = clause.Value.Swapped,
                                }
                        )
                    )
            ),
            ["unjudged"] = new JsonArray([.. pair.Unjudged.Select(id => (JsonNode)id)]),
            ["label"] = pair.Label,
            ["outcome"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(pair.Settled.Outcome.ToString()),
            ["first"] = pair.Settled.First,
            ["by"] = new JsonArray([.. pair.Settled.By.Select(id => (JsonNode)id)]),
            ["trace"] = new JsonArray([.. pair.Settled.Trace.Select(step => (JsonNode)step)]),
        };

    private static LabelledPair FromJson(JsonNode json)
    {
        var outcome = (string)json["outcome"]!;
        return new LabelledPair(
            (string)json["id"]!,
            (string)json["judge"]!,
            (string)json["constitution"]!,
            json["clauses"]!
                .AsObject()
                .ToDictionary(
                    clause => clause.Key,
                    clause => new ClauseJudgement(
                        (string)clause.Value!["asked"]!,
                        Share(clause.Value["in_order"]!),
                        Share(clause.Value["swapped"]!)
                    )
                ),
            Texts(json["unjudged"]!),
            json["label"] is { } label ? Share(label) : null,
            new Settlement(
                Enum.GetValues<SettlementOutcome>()
                    .Single(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == outcome),
                Share(json["first"]!),
                Texts(json["by"]!),
                Texts(json["trace"]!)
            )
        );
    }

    private static double Share(JsonNode value) =>
        (double)value is >= 0 and <= 1 and var share ? share : throw new FormatException($"{value} is no share in [0, 1].");

    private static List<string> Texts(JsonNode list) => [.. list.AsArray().Select(item => (string)item!)];
}
