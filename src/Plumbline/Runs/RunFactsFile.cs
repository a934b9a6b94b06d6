using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Configuration;

namespace Plumbline.Runs;

/// <summary>
/// <c>run.json</c>: the facts of the latest start of a run, and under <c>earlier</c> those of the starts before it, so that a resumed run does not hide
/// where its first half was computed.
/// </summary>
internal static class RunFactsFile
{
    private const int MostEarlier = 100;
    private const long LargestFile = 64 << 20;
    private const int DeepestFile = 64;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string path, RunFacts facts, DateTimeOffset started)
    {
        var earlier = ReadEarlier(path);
        DurableFile.Write(
            path,
            stream =>
            {
                using var writer = new Utf8JsonWriter(stream, Layout);
                WriteFacts(writer, facts, started, earlier);
            }
        );
    }

    private static void WriteFacts(Utf8JsonWriter writer, RunFacts facts, DateTimeOffset started, JsonArray earlier)
    {
        writer.WriteStartObject();
        writer.WriteString("command", facts.Command);
        writer.WriteString("started", started.UtcDateTime);
        writer.WriteNumber("seed", facts.Seed);
        WriteTexts(writer, "versions", facts.Versions);
        WriteTexts(writer, "machine", facts.Machine);
        writer.WriteStartArray("inputs");
        foreach (var input in facts.Inputs)
        {
            writer.WriteStartObject();
            writer.WriteString("path", input.Path);
            writer.WriteNumber("bytes", input.Bytes);
            writer.WriteString("sha256", input.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("options");
        OptionsTree.WriteJson(writer, OptionsTree.Describe(facts.Options, facts.Options.GetType()));
        if (earlier.Count > 0)
        {
            writer.WritePropertyName("earlier");
            earlier.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> texts)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in texts)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>The starts before this one, latest first.</summary>
    private static JsonArray ReadEarlier(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                throw new JsonException("it is larger than 64 MiB");
            }

            var latest = JsonNode
                .Parse(File.ReadAllBytes(path), documentOptions: new JsonDocumentOptions { MaxDepth = DeepestFile })
                ?.AsObject();
            if (latest is null)
            {
                throw new JsonException("it holds no object");
            }

            var before = latest["earlier"]?.AsArray() ?? [];
            latest.Remove("earlier");
            var all = new JsonArray(latest);
            foreach (var start in before.Take(MostEarlier - 1))
            {
                all.Add(start?.DeepClone());
            }

            return all;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidInputException(
                $"The record of the run's earlier start cannot be read: {failure.Message}",
                "Move the file away, or use another run folder.",
                new InputPosition(path),
                failure
            );
        }
    }
}
