using System.Text.Json.Nodes;

namespace Plumbline.Gateway.Middleware;

/// <summary>A path to fields of JSON.</summary>
/// <param name="Names">The names from the root; <c>*</c> for every item of an array.</param>
internal sealed record JsonPath(IReadOnlyList<string> Names)
{
    private const string Every = "*";

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidInputException">It has an empty name, or none.</exception>
    internal static JsonPath Parse(string path)
    {
        var names = path.Split('.');
        return names.All(name => name.Length > 0)
            ? new JsonPath(names)
            : throw new InvalidInputException($"'{path}' is no path to a field.", "Join names by dots, such as messages.*.content.");
    }

    /// <summary>What it leads to.</summary>
    internal IEnumerable<JsonNode> Find(JsonNode? root) => Find(root, 0);

    private IEnumerable<JsonNode> Find(JsonNode? node, int depth)
    {
        if (node is null)
        {
            return [];
        }

        if (depth == Names.Count)
        {
            return [node];
        }

        return node switch
        {
            JsonArray items when Names[depth] == Every => items.SelectMany(item => Find(item, depth + 1)),
            // Readers of an application may ignore case, as ASP.NET Core's do: so does the guard.
            JsonObject fields => fields
                .Where(field => string.Equals(field.Key, Names[depth], StringComparison.OrdinalIgnoreCase))
                .SelectMany(field => Find(field.Value, depth + 1)),
            _ => [],
        };
    }
}

/// <summary>The paths of an endpoint.</summary>
internal sealed record GuardedPaths(IReadOnlyList<JsonPath> Request, IReadOnlyList<JsonPath> Response);
