using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Lineage;

namespace Plumbline.Cli.Commands.Ledgers;

/// <summary>Entries and walks for machines.</summary>
internal static class LedgerJson
{
    /// <summary>An entry, as its line says it.</summary>
    internal static JsonObject Of(LedgerEntry entry) =>
        new()
        {
            ["sequence"] = entry.Sequence,
            ["time"] = entry.Time.UtcDateTime,
            ["kind"] = entry.Artifact.Kind,
            ["id"] = entry.Artifact.Id,
            ["name"] = entry.Artifact.Name,
            ["made_from"] = new JsonArray([.. entry.Artifact.MadeFrom.Select(id => (JsonNode)id)]),
            ["facts"] = Facts(entry.Artifact),
            ["hash"] = entry.Hash,
        };

    /// <summary>A walk: what is told before has its number and no more.</summary>
    internal static JsonObject Of(LineageNode node)
    {
        var json = new JsonObject
        {
            ["number"] = node.Number,
            ["state"] = Name(node.State),
            ["kind"] = node.Kind,
            ["id"] = node.Id,
        };
        if (node.State is LineageNodeState.Told or LineageNodeState.LeftOff && node.Entry is { } entry)
        {
            json["name"] = entry.Artifact.Name;
            json["time"] = entry.Time.UtcDateTime;
            json["facts"] = Facts(entry.Artifact);
        }

        if (node.Problem is { } problem)
        {
            json["problem"] = problem;
        }

        if (node.From.Count > 0)
        {
            json["from"] = new JsonArray([.. node.From.Select(step => (JsonNode)Of(step))]);
        }

        return json;
    }

    private static JsonObject Of(LineageStep step)
    {
        var json = Of(step.Node);
        foreach (var (name, value) in new[] { ("role", step.Role), ("clause", step.Clause), ("text", step.Text) })
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }

        return json;
    }

    // Digits stay as they are recorded: a seed has more of them than a double.
    private static JsonObject Facts(Artifact artifact) =>
        new(
            artifact
                .Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal)
                .Select(fact =>
                    KeyValuePair.Create(fact.Key, fact.Value.IsNumber ? JsonNode.Parse(fact.Value.Text) : JsonValue.Create(fact.Value.Text))
                )
        );

    private static string Name(LineageNodeState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
