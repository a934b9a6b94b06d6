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
}
