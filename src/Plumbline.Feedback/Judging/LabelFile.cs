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
    public static void Write(string path, IEnumerable<LabelledPair> labels) =>
        DurableFile.Write(
            path,
            stream =>
            {
                foreach (var label in labels)
                {
                    using (var writer = new Utf8JsonWriter(stream))
                    {
                        ToJson(label).WriteTo(writer);
                    }

                    stream.WriteByte((byte)'\n');
                }
            }
        );

    /// <summary>Reads labels line by line.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line is no label.</exception>
    public static IEnumerable<LabelledPair> Read(string path)
    {
        var number = 0L;
        foreach (var line in Lines(path))
        {
            number++;
            LabelledPair label;
            try
            {
                label = FromJson(JsonNode.Parse(line)!);
            }
            catch (Exception failure)
                when (failure
                        is JsonException
                            or InvalidOperationException
                            or FormatException
                            or ArgumentException
                            or NullReferenceException
                            or KeyNotFoundException
                )
            {
                throw new InvalidInputException(
                    $"This is no label: {failure.Message}",
                    "Labels are written by plumb constitution label; label anew, or remove the line.",
                    new InputPosition(path, number),
                    failure
                );
            }

            yield return label;
        }
    }

    private static IEnumerable<string> Lines(string path)
    {
        try
        {
            return File.ReadLines(path);
        }
        catch (IOException failure)
        {
            throw new InvalidInputException(
                $"The labels cannot be read: {failure.Message}",
                "Give a folder in which plumb constitution label has finished.",
                new InputPosition(path),
                failure
            );
        }
    }

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
