using System.Text.Json;

namespace Plumbline.Tokenization;

/// <summary>A JSON object of a tokenizer file, with errors that name the file and the property.</summary>
/// <param name="Element">The object.</param>
/// <param name="File">The file, for messages.</param>
/// <param name="Path">Where the object stands in the file.</param>
internal readonly record struct JsonInput(JsonElement Element, string File, string Path)
{
    /// <summary>Reads a file's bytes; whatever is wrong with them ends as <see cref="InvalidInputException"/>.</summary>
    /// <param name="json">UTF-8, with or without a byte order mark.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="read">Makes the result while the document lives.</param>
    public static T Read<T>(ReadOnlyMemory<byte> json, string file, Func<JsonInput, T> read)
    {
        try
        {
            var text = json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
            using var document = JsonDocument.Parse(text);
            return read(new JsonInput(document.RootElement, file, "the file").Expect(JsonValueKind.Object));
        }
        catch (JsonException failure)
        {
            var position = new InputPosition(file, failure.LineNumber + 1, failure.BytePositionInLine + 1);
            throw new InvalidInputException($"Not valid JSON: {failure.Message}", "Download or export the file again.", position, failure);
        }
        catch (InvalidOperationException failure)
        {
            // The reader finds broken escapes (half a surrogate pair) only when a string is taken out.
            throw new InvalidInputException(
                $"A string is broken: {failure.Message}",
                "Download or export the file again.",
                new InputPosition(file),
                failure
            );
        }
    }

    /// <summary>Whether the property is there and not null.</summary>
    public bool Has(string name) => Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The property, which must be there with this kind.</summary>
    public JsonInput Get(string name, JsonValueKind kind) =>
        Has(name)
            ? new JsonInput(Element.GetProperty(name), File, $"{Path}.{name}").Expect(kind)
            : throw Invalid($"{Path} has no '{name}'.");

    /// <summary>The property, if it is there and not null.</summary>
    public JsonInput? Find(string name, JsonValueKind kind) => Has(name) ? Get(name, kind) : null;

    /// <summary>A text property.</summary>
    public string GetText(string name) => Get(name, JsonValueKind.String).Element.GetString()!;

    /// <summary>A text property, if it is there.</summary>
    public string? FindText(string name) => Has(name) ? GetText(name) : null;

    /// <summary>A truth value, <paramref name="otherwise"/> where it is missing.</summary>
    public bool GetFlag(string name, bool otherwise)
    {
        if (!Has(name))
        {
            return otherwise;
        }

        var value = Element.GetProperty(name);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Invalid($"{Path}.{name} is {value.ValueKind}, not true or false.");
    }

    /// <summary>A number of things.</summary>
    public int GetCount(string name) =>
        Get(name, JsonValueKind.Number).Element.TryGetInt32(out var count) && count >= 0
            ? count
            : throw Invalid($"{Path}.{name} is {Element.GetProperty(name).GetRawText()}, not a count.");

    /// <summary>The elements of this array.</summary>
    public IEnumerable<JsonInput> Items()
    {
        var index = 0;
        foreach (var item in Element.EnumerateArray())
        {
            yield return new JsonInput(item, File, $"{Path}[{index++}]");
        }
    }

    /// <summary>A token id.</summary>
    public int AsId() =>
        Element.ValueKind == JsonValueKind.Number
        && Element.TryGetInt32(out var id)
        && id is >= 0 and < TokenizerDefinition.MaximumVocabulary
            ? id
            : throw Invalid($"{Path} is {Element.GetRawText()}, not an id from 0 to {TokenizerDefinition.MaximumVocabulary - 1}.");

    /// <summary>This value, which must be of <paramref name="kind"/>.</summary>
    public JsonInput Expect(JsonValueKind kind) =>
        Element.ValueKind == kind ? this : throw Invalid($"{Path} is {Element.ValueKind}, not {kind}.");

    /// <summary>The error for something wrong in this file.</summary>
    public InvalidInputException Invalid(string problem, string mend = "Download or export the tokenizer again.") =>
        new(problem, mend, new InputPosition(File));
}
