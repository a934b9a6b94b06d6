using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Plumbline.Gateway.Wire;

/// <summary>
/// JSON that every reader understands alike: valid UTF-8, no key twice, no half of a character, no comments, bounded depth. What two readers read differently, one that checks and one that
/// acts, could be used to pass the check.
/// </summary>
internal static class StrictJson
{
    /// <summary>The document for changes.</summary>
    /// <exception cref="JsonException">It is not such JSON; the message does not quote it.</exception>
    internal static JsonNode? ParseNode(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        CheckStrings(utf8.Span, maxDepth);
        try
        {
            return JsonNode.Parse(utf8.Span, nodeOptions: null, Options(maxDepth));
        }
        catch (JsonException failure)
        {
            throw Unquoted(failure);
        }
    }

    /// <summary>The document for reading.</summary>
    /// <exception cref="JsonException">It is not such JSON; the message does not quote it.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        CheckStrings(utf8.Span, maxDepth);
        try
        {
            return JsonDocument.Parse(utf8, Options(maxDepth));
        }
        catch (JsonException failure)
        {
            throw Unquoted(failure);
        }
    }

    private static JsonDocumentOptions Options(int maxDepth) => new() { MaxDepth = maxDepth, AllowDuplicateProperties = false };

    // The parser takes bytes in strings as they come, and fails on bad ones only when the string is read.
    private static void CheckStrings(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new JsonException("is not valid UTF-8");
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (JsonException failure)
        {
            throw Unquoted(failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new JsonException("holds half of a surrogate pair", failure);
        }
    }

    private static JsonException Unquoted(JsonException failure) =>
        failure.LineNumber is { } line
            ? new JsonException($"is not valid JSON at line {line + 1}, byte {failure.BytePositionInLine + 1} (or nests too deep)")
            : new JsonException("holds a key twice in one object");
}
