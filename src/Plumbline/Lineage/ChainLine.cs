using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Plumbline.Lineage;

/// <summary>
/// What every line of a hash chain has, whatever else it says: a JSON object whose first two fields are the hash of the line before and its own number, and whose last
/// one is the hash over every byte before it. So a line shows by itself whether it was changed.
/// </summary>
internal static class ChainLine
{
    /// <summary>Bytes of the longest opening: both link fields with the largest number.</summary>
    internal const int LongestOpening = 13 + HashLength + 13 + 19;

    /// <summary>Bytes of a hash as text.</summary>
    internal const int HashLength = SHA256.HashSizeInBytes * 2;

    /// <summary>Bytes of the hash field and the end of the object.</summary>
    internal const int TailLength = 9 + HashLength + 2;

    /// <summary>What stands before the first line.</summary>
    internal static readonly string NoHash = new('0', HashLength);

    private static ReadOnlySpan<byte> BeforePrevious => "{\"previous\":\""u8;

    private static ReadOnlySpan<byte> BeforeSequence => "\",\"sequence\":"u8;

    private static ReadOnlySpan<byte> BeforeHash => ",\"hash\":\""u8;

    private static ReadOnlySpan<byte> AfterHash => "\"}"u8;

    /// <summary>Writes the link fields: <c>{"previous":"…","sequence":1</c>, without the comma after them.</summary>
    /// <param name="target">At least <see cref="LongestOpening"/> bytes.</param>
    /// <param name="previous">The hash of the line before, as text.</param>
    /// <param name="sequence">The line's number, from 1.</param>
    /// <returns>Bytes written.</returns>
    internal static int WriteOpening(Span<byte> target, ReadOnlySpan<byte> previous, long sequence)
    {
        BeforePrevious.CopyTo(target);
        var at = BeforePrevious.Length;
        previous.CopyTo(target[at..]);
        at += previous.Length;
        BeforeSequence.CopyTo(target[at..]);
        at += BeforeSequence.Length;
        Utf8Formatter.TryFormat(sequence, target[at..], out var digits);
        return at + digits;
    }

    /// <summary>Writes the hash of a line's fields and the end of the object.</summary>
    /// <param name="body">All before it.</param>
    /// <param name="target">Gets <see cref="TailLength"/> bytes.</param>
    /// <param name="hash">Gets the hash as text, <see cref="HashLength"/> bytes.</param>
    internal static void WriteTail(ReadOnlySpan<byte> body, Span<byte> target, Span<byte> hash)
    {
        Hash(body, hash);
        BeforeHash.CopyTo(target);
        hash.CopyTo(target[BeforeHash.Length..]);
        AfterHash.CopyTo(target[(BeforeHash.Length + HashLength)..]);
    }

    /// <summary>Puts the hash of a line's fields behind them.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> body)
    {
        var line = new byte[body.Length + TailLength];
        body.CopyTo(line);
        WriteTail(body, line.AsSpan(body.Length), stackalloc byte[HashLength]);
        return line;
    }

    /// <summary>The hash that a line ends with; null where it is not the one of its bytes.</summary>
    internal static string? HashOf(ReadOnlySpan<byte> line)
    {
        if (line.Length < TailLength)
        {
            return null;
        }

        var tail = line[^TailLength..];
        Span<byte> hash = stackalloc byte[HashLength];
        Hash(line[..^TailLength], hash);
        return tail.StartsWith(BeforeHash) && tail.EndsWith(AfterHash) && tail[BeforeHash.Length..^AfterHash.Length].SequenceEqual(hash)
            ? Encoding.ASCII.GetString(hash)
            : null;
    }

    /// <summary>Reads the link fields from the object's start on.</summary>
    internal static (string Previous, long Sequence) ReadOpening(ref Utf8JsonReader reader)
    {
        OrderedJson.Expect(ref reader, JsonTokenType.StartObject);
        var previous = OrderedJson.Text(ref reader, "previous");
        OrderedJson.Require(previous.Length == HashLength && previous.All(char.IsAsciiHexDigitLower));
        OrderedJson.Field(ref reader, "sequence", JsonTokenType.Number);
        var sequence = reader.GetInt64();
        OrderedJson.Require(sequence >= 1);
        return (previous, sequence);
    }

    /// <summary>Reads the hash and the end of the object, after which nothing may stand.</summary>
    internal static void ReadTail(ref Utf8JsonReader reader, string hash)
    {
        OrderedJson.Require(OrderedJson.Text(ref reader, "hash") == hash);
        OrderedJson.Expect(ref reader, JsonTokenType.EndObject);
        OrderedJson.Require(!reader.Read());
    }

    /// <summary>Whether a line without its end can be what a kill left of one: the beginning of an object, and nothing that could not stand there.</summary>
    /// <param name="line">The line.</param>
    /// <param name="previous">The hash that it has to begin with.</param>
    internal static bool IsBeginning(ReadOnlySpan<byte> line, string previous)
    {
        var opening = Encoding.ASCII.GetBytes($"{{\"previous\":\"{previous}\",");
        var compared = Math.Min(line.Length, opening.Length);
        if (!line[..compared].SequenceEqual(opening.AsSpan(0, compared)))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, default);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Hash(ReadOnlySpan<byte> body, Span<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        Convert.TryToHexStringLower(hash, text, out _);
    }
}
