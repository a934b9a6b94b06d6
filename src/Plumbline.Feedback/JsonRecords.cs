using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Feedback;

/// <summary>Files of our own with a JSON object a line, such as labels and revisions.</summary>
internal static class JsonRecords
{
    /// <summary>Writes records; the file is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="records">The records.</param>
    internal static void Write(string path, IEnumerable<JsonObject> records) =>
        DurableFile.Write(
            path,
            stream =>
            {
                foreach (var record in records)
                {
                    using (var writer = new Utf8JsonWriter(stream))
                    {
                        record.WriteTo(writer);
                    }

                    stream.WriteByte((byte)'\n');
                }
            }
        );

    /// <summary>Reads records line by line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What a line is, which is also the plumb constitution command that writes it.</param>
    /// <param name="read">Reads one; throws where it is none.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line is no such record.</exception>
    internal static IEnumerable<T> Read<T>(string path, string what, Func<JsonNode, T> read)
    {
        var number = 0L;
        foreach (var line in Lines(path, what))
        {
            number++;
            T record;
            try
            {
                record = read(JsonNode.Parse(line)!);
            }
            catch (Exception failure)
                when (failure
                        is JsonException
                            or InvalidOperationException
                            or FormatException
                            or ArgumentException
                            or NullReferenceException
                            or KeyNotFoundException
                )
            {
                throw new InvalidInputException(
                    $"This is no {what}: {failure.Message}",
                    $"It is written by plumb constitution {what}: run that anew, or remove the line.",
                    new InputPosition(path, number),
                    failure
                );
            }

            yield return record;
        }
    }

    private static IEnumerable<string> Lines(string path, string what)
    {
        try
        {
            return File.ReadLines(path);
        }
        catch (IOException failure)
        {
            throw new InvalidInputException(
                $"The file cannot be read: {failure.Message}",
                $"Give a folder in which plumb constitution {what} has finished.",
                new InputPosition(path),
                failure
            );
        }
    }
}
