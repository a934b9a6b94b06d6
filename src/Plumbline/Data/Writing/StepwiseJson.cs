using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plumbline.Data.Writing;

/// <summary>The steps of an answer and their labels as JSON arrays.</summary>
internal static class StepwiseJson
{
    /// <summary>Text stays readable: only what JSON demands is escaped.</summary>
    internal static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void WriteSteps(Utf8JsonWriter writer, StepwiseExample row)
    {
        writer.WriteStartArray();
        foreach (var step in row.Steps)
        {
            writer.WriteStringValue(step);
        }

        writer.WriteEndArray();
    }

    /// <summary>True and false, as TRL has them, where every label of the row is one of the two; numbers otherwise.</summary>
    internal static void WriteLabels(Utf8JsonWriter writer, StepwiseExample row)
    {
        var areHard = row.Labels.All(label => label is 0 or 1);
        writer.WriteStartArray();
        foreach (var label in row.Labels)
        {
            if (areHard)
            {
                writer.WriteBooleanValue(label == 1);
            }
            else
            {
                writer.WriteNumberValue(label);
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>What <paramref name="write"/> writes, as text.</summary>
    internal static string Text(StepwiseExample row, Action<Utf8JsonWriter, StepwiseExample> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes, Readable);
        write(writer, row);
        writer.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
