using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Plumbline.Data.Rows;

/// <summary>Finds the known columns of a JSON row: one pass that checks the whole row and copies nothing.</summary>
internal static class JsonRowIndex
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 64;

    /// <summary>Points the fields of <paramref name="row"/> at the values in its bytes.</summary>
    /// <returns>Null, or why the row is not usable.</returns>
    public static RowFault? Fill(Row row)
    {
        var bytes = row.Bytes.Span;
        if (!Utf8.IsValid(bytes))
        {
            return Encodings.NotUtf8(bytes);
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new RowFault(BadRowReason.NotJson, $"the row is {Describe(reader.TokenType)}, not an object with columns.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (FillNext(row, ref reader) is { } fault)
                {
                    return fault;
                }
            }

            // Nothing but white space may follow; anything else throws.
            reader.Read();
            return null;
        }
        catch (JsonException failure)
        {
            return new RowFault(
                BadRowReason.NotJson,
                $"not valid JSON at byte {failure.BytePositionInLine}: {FirstSentence(failure.Message)}"
            );
        }
    }

    /// <summary>The names of all columns in the row, known or not; empty where the row is not JSON.</summary>
    public static List<string> AllNames(ReadOnlySpan<byte> bytes)
    {
        var found = new List<string>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    found.Add(JsonText.TryRead(ref reader, out var name) ? name : "?");
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            found.Clear();
        }

        return found;
    }

    private static RowFault? FillNext(Row row, ref Utf8JsonReader reader)
    {
        var column = reader.ValueIsEscaped
            ? JsonText.TryRead(ref reader, out var name)
                ? row.Names.Find(Encoding.UTF8.GetBytes(name))
                : null
            : row.Names.Find(reader.ValueSpan);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var type = reader.TokenType;
        var escaped = reader.ValueIsEscaped;
        reader.Skip();
        if (column is not { } known)
        {
            return null;
        }

        if (row.Kind(known) != FieldKind.Missing)
        {
            return new RowFault(BadRowReason.NotJson, $"the column '{row.Names[known]}' occurs twice.");
        }

        var length = (int)reader.BytesConsumed - start;
        if (type == JsonTokenType.String)
        {
            row.Set(known, FieldKind.Text, start + 1, length - 2, escaped);
        }
        else
        {
            row.Set(known, KindOf(type), start, length, escaped: false);
        }

        return null;
    }

    private static FieldKind KindOf(JsonTokenType type) =>
        type switch
        {
            JsonTokenType.Number => FieldKind.Number,
            JsonTokenType.True => FieldKind.True,
            JsonTokenType.False => FieldKind.False,
            JsonTokenType.StartArray => FieldKind.Array,
            JsonTokenType.StartObject => FieldKind.Object,
            _ => FieldKind.Null,
        };

    private static string Describe(JsonTokenType type) =>
        type switch
        {
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "text",
            JsonTokenType.Number => "a number",
            JsonTokenType.Null => "null",
            _ => "a truth value",
        };

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..(end + 1)];
    }
}
