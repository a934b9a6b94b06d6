using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Feedback.Revising;

/// <summary>Revised answers on disk, a JSON object a line, with every text between the first answer and the last.</summary>
public static class RevisionFile
{
    /// <summary>Writes them; the file is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="answers">The answers.</param>
    public static void Write(string path, IEnumerable<RevisedAnswer> answers) =>
        DurableFile.Write(
            path,
            stream =>
            {
                foreach (var answer in answers)
                {
                    using (var writer = new Utf8JsonWriter(stream))
                    {
                        ToJson(answer).WriteTo(writer);
                    }

                    stream.WriteByte((byte)'\n');
                }
            }
        );

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
}
