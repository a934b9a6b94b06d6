using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plumbline.Lineage;

/// <summary>A row's lineage as a line of JSON.</summary>
internal static class RowLineageJson
{
    /// <summary>The longest line in bytes, without its end.</summary>
    internal const int Longest = 4 << 20;

    private const int MostOrigins = 1000;
    private const int LongestClause = 256;
    private const int Deepest = 4;

    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the line without its end.</summary>
    internal static void Write(IBufferWriter<byte> target, RowLineage lineage)
    {
        using var writer = new Utf8JsonWriter(target, Layout);
        writer.WriteStartObject();
        writer.WriteString("row", lineage.Row);
        writer.WriteStartArray("from");
        foreach (var origin in lineage.From)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", origin.Kind);
            writer.WriteString("id", origin.Id);
            WriteUnlessNull(writer, "clause", origin.Clause);
            WriteUnlessNull(writer, "text", origin.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads a line, whatever the order of its fields; null where it is none.</summary>
    internal static RowLineage? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = Deepest });
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read())
            {
                return null;
            }

            var lineage = new RowLineage(
                document.RootElement.GetProperty("row").GetString() ?? string.Empty,
                [.. document.RootElement.GetProperty("from").EnumerateArray().Take(MostOrigins + 1).Select(Origin)]
            );
            return Problem(lineage) is null ? lineage : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with it; null where it can be written.</summary>
    internal static string? Problem(RowLineage lineage) =>
        !Artifact.IsId(lineage.Row) ? "A row's id has 1 to 256 characters without spaces and control characters."
        : lineage.From.Count > MostOrigins ? $"A row comes from at most {MostOrigins} things."
        : lineage.From.Any(origin => !Artifact.IsKind(origin.Kind))
            ? "An origin's kind has 1 to 64 lower-case letters, digits, '-' and '_'."
        : lineage.From.Any(origin => !Artifact.IsId(origin.Id))
            ? "An origin's id has 1 to 256 characters without spaces and control characters."
        : lineage.From.Any(origin => origin.Clause?.Length > LongestClause) ? $"A clause's id has at most {LongestClause} characters."
        : null;

    private static void WriteUnlessNull(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static RowOrigin Origin(JsonElement origin) =>
        new(origin.GetProperty("kind").GetString() ?? string.Empty, origin.GetProperty("id").GetString() ?? string.Empty)
        {
            Clause = origin.TryGetProperty("clause", out var clause) ? clause.GetString() : null,
            Text = origin.TryGetProperty("text", out var text) ? text.GetString() : null,
        };
}
