using System.Reflection;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Plumbline.Configuration;

/// <summary>JSON Schemas of options records, so that editors complete and check what is typed; descriptions are the records' own documentation.</summary>
internal sealed class OptionsSchema
{
    private readonly Dictionary<Type, string> names = [];
    private readonly Dictionary<string, string> summaries;

    private OptionsSchema(Dictionary<string, string> summaries) => this.summaries = summaries;

    /// <summary>A schema of what any of some records may be.</summary>
    /// <param name="title">What the file is.</param>
    /// <param name="types">The records.</param>
    /// <param name="mend">Adds what records do not say; given each record's schema by its name.</param>
    internal static JsonObject Of(string title, IReadOnlyList<Type> types, Action<JsonObject>? mend = null)
    {
        var schema = new OptionsSchema(Summaries(types[0].Assembly));
        var definitions = new JsonObject();
        foreach (var type in types)
        {
            schema.Define(type, definitions);
        }

        mend?.Invoke(definitions);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = title,
            ["anyOf"] = new JsonArray([.. types.Select(type => (JsonNode)schema.Reference(type))]),
            ["$defs"] = definitions,
        };
    }

    private JsonObject Reference(Type type) => new() { ["$ref"] = $"#/$defs/{names[type]}" };

    private void Define(Type type, JsonObject definitions)
    {
        if (!names.TryAdd(type, OptionText.SnakeCase(type.Name)))
        {
            return;
        }

        var properties = new JsonObject();
        var required = new JsonArray();
        var definition = new JsonObject { ["type"] = "object" };
        Describe(definition, $"T:{type.FullName}");
        // Taken before what it refers to, so that the first stands first.
        definitions[names[type]] = definition;
        foreach (var member in OptionsShape.Of(type).Members)
        {
            var value = Value(member.Type, definitions);
            if (member.AllowsNull)
            {
                value = new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" }) };
            }

            Describe(value, $"P:{type.FullName}.{member.Property.Name}");
            properties[member.Name] = value;
            if (member.IsRequired)
            {
                required.Add(member.Name);
            }
        }

        definition["properties"] = properties;
        if (required.Count > 0)
        {
            definition["required"] = required;
        }

        definition["additionalProperties"] = false;
    }

    private JsonObject Value(Type type, JsonObject definitions)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target.IsEnum)
        {
            return new JsonObject
            {
                ["enum"] = new JsonArray([.. Enum.GetNames(target).Select(name => (JsonNode)OptionText.SnakeCase(name))]),
            };
        }

        if (OptionScalars.IsScalar(target))
        {
            return target == typeof(DateOnly)
                ? new JsonObject { ["type"] = "string", ["format"] = "date" }
                : new JsonObject { ["type"] = Kind(target) };
        }

        if (OptionCollections.ListItem(target) is { } item)
        {
            return new JsonObject { ["type"] = "array", ["items"] = Value(item, definitions) };
        }

        if (OptionCollections.DictionaryValue(target) is { } value)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(value, definitions) };
        }

        Define(target, definitions);
        return Reference(target);
    }

    private static string Kind(Type type) =>
        Type.GetTypeCode(type) switch
        {
            TypeCode.String => "string",
            TypeCode.Boolean => "boolean",
            TypeCode.Single or TypeCode.Double => "number",
            _ => "integer",
        };

    private void Describe(JsonObject schema, string member)
    {
        if (summaries.TryGetValue(member, out var summary))
        {
            schema["description"] = summary;
        }
    }

    // The documentation that the compiler writes beside an assembly; none where it was not copied along.
    private static Dictionary<string, string> Summaries(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument
                .Load(path)
                .Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .GroupBy(member => (string)member.Attribute("name")!, StringComparer.Ordinal)
                .ToDictionary(member => member.Key, member => Plain(member.First().Element("summary")!), StringComparer.Ordinal)
            : [];
    }

    private static string Plain(XElement summary)
    {
        var parts = summary
            .Nodes()
            .Select(node =>
                node switch
                {
                    XText text => text.Value,
                    XElement element when element.Attribute("cref") is { } reference => OptionText.SnakeCase(
                        reference.Value.Split('.')[^1]
                    ),
                    XElement element => element.Value,
                    _ => string.Empty,
                }
            );
        return string.Join(' ', string.Concat(parts).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
