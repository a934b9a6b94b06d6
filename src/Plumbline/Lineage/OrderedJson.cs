using System.Text.Json;

namespace Plumbline.Lineage;

/// <summary>Reads JSON whose fields stand in one order, as our own writers leave them; anything else is a <see cref="FormatException"/>.</summary>
internal static class OrderedJson
{
    /// <summary>The text that is the next field.</summary>
    internal static string Text(ref Utf8JsonReader reader, string name)
    {
        Field(ref reader, name, JsonTokenType.String);
        return reader.GetString()!;
    }

    /// <summary>The text that is the next field; null where another field is next, or none.</summary>
    internal static string? TextOrNull(ref Utf8JsonReader reader, string name)
    {
        if (!IsNext(reader, name))
        {
            return null;
        }

        return Text(ref reader, name);
    }

    /// <summary>Goes to the value of the next field.</summary>
    internal static void Field(ref Utf8JsonReader reader, string name, JsonTokenType type)
    {
        Expect(ref reader, JsonTokenType.PropertyName);
        Require(reader.ValueTextEquals(name));
        Expect(ref reader, type);
    }

    /// <summary>Whether the next field has that name; the reader is a copy and stays where it is.</summary>
    internal static bool IsNext(Utf8JsonReader reader, string name) =>
        Next(ref reader) == JsonTokenType.PropertyName && reader.ValueTextEquals(name);

    /// <summary>Goes to the next token, which is of that type.</summary>
    internal static void Expect(ref Utf8JsonReader reader, JsonTokenType type) => Require(Next(ref reader) == type);

    /// <summary>Goes to the next token.</summary>
    internal static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : JsonTokenType.None;

    /// <summary>Throws where something does not hold.</summary>
    internal static void Require(bool holds)
    {
        if (!holds)
        {
            throw new FormatException();
        }
    }
}
