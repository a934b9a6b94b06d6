using System.Text.Json;

namespace Plumbline.Constitutions.Importing;

/// <summary>
/// llm-swarm's JSON: <c>constitutions</c>, pairs of a critique's and a revision's instruction, and <c>system_chat</c>, conversations of six messages (question, answer, request for a
/// critique, critique, request for a revision, revision), which become demonstrations.
/// </summary>
internal static class CritiquePairs
{
    private const int MessagesOfADemonstration = 6;

    public static Constitution Read(string json, string path, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("constitutions", out var pairs)
                || pairs.ValueKind != JsonValueKind.Array
            )
            {
                throw Refusal(path, "There is no list named constitutions in this file.");
            }

            var clauses = new Dictionary<string, Clause>(StringComparer.Ordinal);
            foreach (var pair in pairs.EnumerateArray())
            {
                if (TextOf(pair, "critic") is not { } critique || TextOf(pair, "revision") is not { } revision)
                {
                    throw Refusal(path, $"Item {clauses.Count + 1} of constitutions lacks a text critic or a text revision.");
                }

                clauses.Add(
                    Slug.Free(Slug.Of(revision), clauses.Keys),
                    new Clause
                    {
                        Text = revision,
                        Wording = new ClauseWording { Critique = critique, Revision = revision },
                    }
                );
            }

            return Configuration.OptionsValidation.ThrowIfInvalid(
                new Constitution
                {
                    Name = name,
                    Clauses = clauses,
                    Demonstrations = root.TryGetProperty("system_chat", out var chats) ? Demonstrations(chats, path) : [],
                }
            );
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(
                $"This is not valid JSON: {failure.Message}",
                "Check brackets, commas and quotes around this place.",
                new InputPosition(path, failure.LineNumber + 1, failure.BytePositionInLine + 1),
                failure
            );
        }
    }

    private static List<Demonstration> Demonstrations(JsonElement chats, string path)
    {
        var demonstrations = new List<Demonstration>();
        foreach (
            var chat in chats.ValueKind == JsonValueKind.Array ? chats.EnumerateArray() : throw Refusal(path, "system_chat is no list.")
        )
        {
            var said =
                chat.ValueKind == JsonValueKind.Array ? chat.EnumerateArray().Select(message => TextOf(message, "content")).ToList() : [];
            if (said.Count != MessagesOfADemonstration || said.Contains(null))
            {
                throw Refusal(
                    path,
                    $"Conversation {demonstrations.Count + 1} of system_chat has not {MessagesOfADemonstration} messages with content."
                );
            }

            demonstrations.Add(
                new Demonstration
                {
                    Prompt = said[0]!,
                    Answer = said[1]!,
                    CritiqueRequest = said[2],
                    Critique = said[3]!,
                    RevisionRequest = said[4],
                    Revision = said[5]!,
                }
            );
        }

        return demonstrations;
    }

    private static string? TextOf(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && !string.IsNullOrWhiteSpace(value.GetString())
            ? value.GetString()!.Trim()
            : null;

    private static InvalidInputException Refusal(string path, string problem) =>
        new(
            problem,
            "Give llm-swarm's layout: {\"constitutions\": [{\"critic\": …, \"revision\": …}], \"system_chat\": […]}.",
            new InputPosition(path)
        );
}
