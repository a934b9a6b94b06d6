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

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int Deepest = 3;

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
        body.Advance(ChainLine.WriteOpening(body.GetSpan(ChainLine.LongestOpening), Encoding.ASCII.GetBytes(previous), sequence));
        body.Write(","u8);
        using (var writer = new Utf8JsonWriter(body, Layout))
        {
            writer.WriteString("time", time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            WriteArtifact(writer, artifact);
        }

        return Seal(body.WrittenSpan);
    }

    /// <summary>Puts the hash of a line's fields behind them.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> body) => ChainLine.Seal(body);

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
        if (line.Length > Longest || ChainLine.HashOf(line) is not { } hash)
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
        var (previous, sequence) = ChainLine.ReadOpening(ref reader);
        var time = DateTimeOffset.ParseExact(
            OrderedJson.Text(ref reader, "time"),
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );
        var (kind, id, name) = (
            OrderedJson.Text(ref reader, "kind"),
            OrderedJson.Text(ref reader, "id"),
            OrderedJson.Text(ref reader, "name")
        );
        OrderedJson.Field(ref reader, "made_from", JsonTokenType.StartArray);
        var madeFrom = new List<string>();
        while (OrderedJson.Next(ref reader) == JsonTokenType.String)
        {
            madeFrom.Add(reader.GetString()!);
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndArray);
        OrderedJson.Field(ref reader, "facts", JsonTokenType.StartObject);
        var facts = Facts(ref reader);
        ChainLine.ReadTail(ref reader, hash);
        var artifact = new Artifact(kind, id, name, madeFrom, facts);
        return artifact.Problem() is null ? new LedgerEntry(sequence, time, artifact, previous, hash) : null;
    }

    private static Dictionary<string, Fact> Facts(ref Utf8JsonReader reader)
    {
        var facts = new Dictionary<string, Fact>(StringComparer.Ordinal);
        while (OrderedJson.Next(ref reader) == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var isNumber = OrderedJson.Next(ref reader) == JsonTokenType.Number;
            OrderedJson.Require(isNumber || reader.TokenType == JsonTokenType.String);
            var fact = isNumber ? Fact.OfDigits(Encoding.ASCII.GetString(reader.ValueSpan)) : reader.GetString()!;
            OrderedJson.Require(facts.TryAdd(name, fact));
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndObject);
        return facts;
    }
}
