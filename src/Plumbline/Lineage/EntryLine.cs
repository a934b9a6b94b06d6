using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plumbline.Lineage;

/// <summary>
/// An entry as a line of JSON. Its fields have one order, its facts are sorted, and its last field is the hash over every byte before it, the first field of which is
/// the hash of the entry before: so a line shows by itself whether it was changed.
/// </summary>
internal static class EntryLine
{
    /// <summary>The longest line in bytes, without its end.</summary>
    internal const int Longest = 1 << 20;

    /// <summary>What stands before the first entry.</summary>
    internal static readonly string NoHash = new('0', SHA256.HashSizeInBytes * 2);

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int Deepest = 3;

    private static readonly byte[] BeforeHash = ",\"hash\":\""u8.ToArray();
    private static readonly byte[] AfterHash = "\"}"u8.ToArray();
    private static readonly int TailLength = BeforeHash.Length + NoHash.Length + AfterHash.Length;

    // People read these lines, and nobody puts them into a web page.
    private static readonly JsonWriterOptions Layout = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The line without its end.</summary>
    internal static byte[] Write(long sequence, DateTimeOffset time, Artifact artifact, string previous)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, Layout))
        {
            writer.WriteStartObject();
            writer.WriteString("previous", previous);
            writer.WriteNumber("sequence", sequence);
            writer.WriteString("time", time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            WriteArtifact(writer, artifact);
        }

        return Seal(body.WrittenSpan);
    }

    /// <summary>Puts the hash of a line's fields behind them.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> body) =>
        [.. body, .. BeforeHash, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body))), .. AfterHash];

    /// <summary>What makes two artifacts the same: kind, id, what they are made from and facts; a name may change.</summary>
    internal static string Identity(Artifact artifact)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(bytes, Layout))
        {
            writer.WriteStartObject();
            WriteArtifact(
                writer,
                artifact with
                {
                    Name = "-",
                    MadeFrom = [.. artifact.MadeFrom.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                }
            );
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where one bit of it is another.</summary>
    internal static LedgerEntry? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length < TailLength || line.Length > Longest)
        {
            return null;
        }

        var body = line[..^TailLength];
        var tail = line[^TailLength..];
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        if (
            !tail.StartsWith(BeforeHash)
            || !tail.EndsWith(AfterHash)
            || !tail[BeforeHash.Length..^AfterHash.Length].SequenceEqual(Encoding.ASCII.GetBytes(hash))
        )
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = Deepest });
            return Read(ref reader, hash);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static void WriteArtifact(Utf8JsonWriter writer, Artifact artifact)
    {
        writer.WriteString("kind", artifact.Kind);
        writer.WriteString("id", artifact.Id);
        writer.WriteString("name", artifact.Name);
        writer.WriteStartArray("made_from");
        foreach (var id in artifact.MadeFrom)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("facts");
        foreach (var (name, fact) in artifact.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            if (fact.IsNumber)
            {
                writer.WriteRawValue(fact.Text);
            }
            else
            {
                writer.WriteStringValue(fact.Text);
            }
        }

        writer.WriteEndObject();
    }

    private static LedgerEntry? Read(ref Utf8JsonReader reader, string hash)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        var previous = Text(ref reader, "previous");
        Field(ref reader, "sequence", JsonTokenType.Number);
        var sequence = reader.GetInt64();
        var time = DateTimeOffset.ParseExact(
            Text(ref reader, "time"),
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );
        var (kind, id, name) = (Text(ref reader, "kind"), Text(ref reader, "id"), Text(ref reader, "name"));
        Field(ref reader, "made_from", JsonTokenType.StartArray);
        var madeFrom = new List<string>();
        while (Next(ref reader) == JsonTokenType.String)
        {
            madeFrom.Add(reader.GetString()!);
        }

        ThrowUnless(reader.TokenType == JsonTokenType.EndArray);
        Field(ref reader, "facts", JsonTokenType.StartObject);
        var facts = Facts(ref reader);
        ThrowUnless(Text(ref reader, "hash") == hash);
        Expect(ref reader, JsonTokenType.EndObject);
        var artifact = new Artifact(kind, id, name, madeFrom, facts);
        return reader.Read() || sequence < 1 || !IsHash(previous) || artifact.Problem() is not null
            ? null
            : new LedgerEntry(sequence, time, artifact, previous, hash);
    }

    private static Dictionary<string, Fact> Facts(ref Utf8JsonReader reader)
    {
        var facts = new Dictionary<string, Fact>(StringComparer.Ordinal);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var isNumber = Next(ref reader) == JsonTokenType.Number;
            ThrowUnless(isNumber || reader.TokenType == JsonTokenType.String);
            var fact = isNumber ? Fact.OfDigits(Encoding.ASCII.GetString(reader.ValueSpan)) : reader.GetString()!;
            ThrowUnless(facts.TryAdd(name, fact));
        }

        ThrowUnless(reader.TokenType == JsonTokenType.EndObject);
        return facts;
    }

    private static bool IsHash(string text) => text.Length == NoHash.Length && text.All(char.IsAsciiHexDigitLower);

    private static string Text(ref Utf8JsonReader reader, string name)
    {
        Field(ref reader, name, JsonTokenType.String);
        return reader.GetString()!;
    }

    private static void Field(ref Utf8JsonReader reader, string name, JsonTokenType type)
    {
        Expect(ref reader, JsonTokenType.PropertyName);
        ThrowUnless(reader.ValueTextEquals(name));
        Expect(ref reader, type);
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type) => ThrowUnless(Next(ref reader) == type);

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : JsonTokenType.None;

    private static void ThrowUnless(bool holds)
    {
        if (!holds)
        {
            throw new FormatException();
        }
    }
}
