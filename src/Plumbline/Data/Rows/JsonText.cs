using System.Text.Json;

namespace Plumbline.Data.Rows;

/// <summary>Reads string tokens whose escapes may be broken: the JSON reader checks surrogates only when the text is asked for, and throws.</summary>
internal static class JsonText
{
    /// <summary>The string the reader stands on; false where it holds half a surrogate pair.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out string text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = string.Empty;
            return false;
        }
    }

    /// <summary>Copies the string the reader stands on; false where it holds half a surrogate pair.</summary>
    public static bool TryCopy(ref Utf8JsonReader reader, Span<char> target, out int length)
    {
        try
        {
            length = reader.CopyString(target);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Whether every name and string of a well-formed JSON value can be read.</summary>
    /// <param name="value">The value.</param>
    /// <param name="depth">How deep it may be nested.</param>
    public static bool IsReadable(ReadOnlySpan<byte> value, int depth)
    {
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = depth });
        while (reader.Read())
        {
            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            if (isText && reader.ValueIsEscaped && !TryRead(ref reader, out _))
            {
                return false;
            }
        }

        return true;
    }
}
