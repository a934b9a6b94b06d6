using System.Text.Json;

namespace Plumbline.Torch.Safetensors;

/// <summary>Reads <c>model.safetensors.index.json</c>: which file holds which tensor.</summary>
internal static class SafetensorsIndex
{
    private const long LongestIndex = 100_000_000;

    /// <summary>The <c>weight_map</c>: tensor name to file name, each a plain name inside the folder.</summary>
    /// <exception cref="InvalidInputException">The file is too large, malformed, or names a file outside the folder.</exception>
    internal static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > LongestIndex)
            {
                throw Broken(path, $"The index has {length} bytes; at most {LongestIndex} are read.");
            }

            var options = new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), options);
            return WeightMap(document.RootElement, path);
        }
        catch (JsonException failure)
        {
            var position = new InputPosition(path, failure.LineNumber + 1, failure.BytePositionInLine + 1);
            throw new InvalidInputException("The index is no valid JSON.", "Download or write the model again.", position, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Broken(path, $"The index cannot be read ({failure.Message})");
        }
    }

    private static Dictionary<string, string> WeightMap(JsonElement root, string path)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("weight_map", out var map)
            || map.ValueKind != JsonValueKind.Object
        )
        {
            throw Broken(path, "The index has no object 'weight_map'.");
        }

        var files = new Dictionary<string, string>();
        foreach (var property in map.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String || !IsPlainName(Text(property.Value, path)))
            {
                throw Broken(
                    path,
                    $"weight_map places tensor '{property.Name}' in {property.Value.GetRawText()}, which is no plain file name."
                );
            }

            files.Add(property.Name, Text(property.Value, path));
        }

        return files;
    }

    private static string Text(JsonElement value, string path)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Broken(path, "weight_map holds text that is no valid Unicode.");
        }
    }

    // Both separators on every system: an index must mean the same everywhere.
    private static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 255 && name is not ("." or "..") && name.AsSpan().IndexOfAny("/\\:\0") < 0;

    private static InvalidInputException Broken(string path, string problem) =>
        new(problem, "Download or write the model again.", new InputPosition(path));
}
