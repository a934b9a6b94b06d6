using System.Text.Json;

namespace Plumbline.Rewards.Schemas;

/// <summary>Refuses, before a schema is built, what would reach outside it or could not be bounded.</summary>
internal static class SchemaGate
{
    /// <summary>The longest schema in bytes.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>The deepest nesting of a schema.</summary>
    public const int MaxDepth = 32;

    /// <summary>The drafts that are known, without a trailing #.</summary>
    private static readonly string[] Drafts =
    [
        "http://json-schema.org/draft-06/schema",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ];

    /// <summary>Reads a schema's text.</summary>
    /// <returns>What is wrong with it; null where all is well.</returns>
    public static string? Read(string text, out JsonElement schema)
    {
        schema = default;
        if (text.Length > MaxBytes)
        {
            return $"it is longer than {MaxBytes} characters.";
        }

        try
        {
            schema = JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            return $"it is no JSON of at most {MaxDepth} levels: {failure.Message}";
        }
        catch (InvalidOperationException)
        {
            // Looking for repeated names comes upon half a surrogate pair.
            return JsonBounds.Refusal;
        }

        if (schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False))
        {
            return "it is neither an object nor true or false.";
        }

        return JsonBounds.IsUsable(schema) ? Fault(schema, schema, isRoot: true) : JsonBounds.Refusal;
    }

    private static string? Fault(JsonElement node, JsonElement root, bool isRoot)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            return node.EnumerateArray().Select(item => Fault(item, root, isRoot: false)).FirstOrDefault(fault => fault is not null);
        }

        if (node.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in node.EnumerateObject())
        {
            if (MemberFault(member, root, isRoot) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? MemberFault(JsonProperty member, JsonElement root, bool isRoot)
    {
        var isText = member.Value.ValueKind == JsonValueKind.String;
        return (member.Name, isText ? member.Value.GetString() : null) switch
        {
            ("$ref", { } target) when !Resolves(target, root) =>
                $"its $ref '{Short(target)}' is not #, or # and the path of a part of the schema.",
            ("$schema", { } draft) when !isRoot || !Drafts.Contains(draft.TrimEnd('#'), StringComparer.Ordinal) =>
                $"its $schema '{Short(draft)}' is none of {string.Join(", ", Drafts)}.",
            ("$id", not null) when !isRoot => "a part of it has an $id of its own.",
            ("$dynamicRef" or "$recursiveRef", not null) => $"it uses {member.Name}.",
            ("patternProperties", _) when member.Value.ValueKind == JsonValueKind.Object => member
                .Value.EnumerateObject()
                .Where(property => !IsPlainPattern(property.Name))
                .Select(property =>
                    $"the pattern '{Short(property.Name)}' of properties has more than one repetition, or one beside a group."
                )
                .FirstOrDefault()
                ?? Fault(member.Value, root, isRoot: false),
            _ => Fault(member.Value, root, isRoot: false),
        };
    }

    /// <summary>
    /// Names of properties are matched by backtracking, in a way that cannot be exchanged. One repetition, and none beside a group, keeps that quadratic in a name that
    /// is bounded.
    /// </summary>
    private static bool IsPlainPattern(string pattern)
    {
        var repetitions = pattern.Count(character => character is '*' or '+' or '?' or '{');
        return repetitions == 0 || (repetitions == 1 && !pattern.Contains('(', StringComparison.Ordinal));
    }

    private static bool Resolves(string target, JsonElement root)
    {
        if (target == "#")
        {
            return true;
        }

        if (!target.StartsWith("#/", StringComparison.Ordinal))
        {
            return false;
        }

        var at = root;
        foreach (var step in Uri.UnescapeDataString(target[2..]).Split('/'))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return false;
            }
        }

        return at.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False;
    }

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
