using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Data;

namespace Plumbline.Feedback.Revising;

/// <summary>Revised answers on disk, a JSON object a line, with every text between the first answer and the last.</summary>
public static class RevisionFile
{
    /// <summary>Writes them; the file is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="answers">The answers.</param>
    public static void Write(string path, IEnumerable<RevisedAnswer> answers) => JsonRecords.Write(path, answers.Select(ToJson));

    /// <summary>Reads them line by line; prompts come as text, whatever form they had.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line is no revised answer.</exception>
    public static IEnumerable<RevisedAnswer> Read(string path) => JsonRecords.Read(path, "revise", FromJson);

    private static JsonObject ToJson(RevisedAnswer answer) =>
        new()
        {
            ["id"] = answer.Id,
            ["constitution"] = answer.Constitution,
            ["writer"] = answer.Writer,
            ["reviser"] = answer.Reviser,
            ["prompt"] = answer.Prompt.ToString(),
            ["answer"] = answer.Answer,
            ["rounds"] = new JsonArray([
                .. answer.Rounds.Select(round =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["clause"] = round.Clause,
                            ["critique"] = round.Critique,
                            ["revision"] = round.Revision,
                        }
                ),
            ]),
            ["rejection"] = answer.Rejection is { } rejection ? JsonNamingPolicy.SnakeCaseLower.ConvertName(rejection.ToString()) : null,
        };

    private static RevisedAnswer FromJson(JsonNode json) =>
        new(
            Text(json["id"]),
            Text(json["constitution"]),
            Text(json["writer"]),
            Text(json["reviser"]),
            Content.FromText(Text(json["prompt"])),
            Text(json["answer"]),
            [
                .. json["rounds"]!
                    .AsArray()
                    .Select(round => new RevisionRound(Text(round!["clause"]), (string?)round["critique"], Text(round["revision"]))),
            ],
            (string?)json["rejection"] is { } rejection
                ? Enum.GetValues<RevisionRejection>()
                    .Single(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == rejection)
                : null
        );

    private static string Text(JsonNode? node) => (string?)node ?? throw new FormatException("A text is missing.");
}
