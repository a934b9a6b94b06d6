using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>The JSON Schema of constitutions and overlays, which editors read.</summary>
public static class ConstitutionSchema
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        // Nobody puts it into a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema.</summary>
    public static string Text =>
        OptionsSchema
            .Of("A constitution of Plumbline, or an overlay over one", [typeof(Constitution), typeof(Overlay)], AddEdits)
            .ToJsonString(Json) + "\n";

    // What an overlay's change may say beside its reason: parts of a clause, and more for its lists.
    private static void AddEdits(JsonObject definitions)
    {
        var clause = (JsonObject)definitions["clause"]!["properties"]!;
        var (set, append) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in clause)
        {
            set[name] = value!.DeepClone();
            if ((string?)value["type"] == "array")
            {
                append[name] = value.DeepClone();
            }
        }

        var change = (JsonObject)definitions["overlay_change"]!["properties"]!;
        change["set"] = Part("What is laid over the clause.", set);
        change["append"] = Part("What is added to its lists.", append);
    }

    private static JsonObject Part(string description, JsonObject properties) =>
        new()
        {
            ["type"] = "object",
            ["description"] = description,
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
}
