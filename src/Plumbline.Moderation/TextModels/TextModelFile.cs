using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Plumbline.Moderation.TextModels;

/// <summary>
/// A text model as a file: eight bytes that name the format, four that say how long the header is, the header in JSON, and the table, column by column, under Brotli.
/// </summary>
internal static class TextModelFile
{
    private const int LongestHeader = 1 << 16;
    private const int MostTableBits = 22;
    private const int DeepestHeader = 4;

    private static ReadOnlySpan<byte> Magic => "PLUMBTM1"u8;

    private const string Shipped = "Plumbline.Moderation.TextModels.Shipped.";

    /// <summary>A model of a table and labels, with the hash that its file would have.</summary>
    internal static TextModel Sealed(TextModelTable table, IReadOnlyList<TextModelLabel> labels) =>
        new(table, labels, Convert.ToHexStringLower(SHA256.HashData(Bytes(table, labels))));

    /// <summary>Reads a model that is part of this assembly.</summary>
    /// <param name="name">Its file's name, such as <c>guard-text.ptm</c>.</param>
    internal static TextModel ReadShipped(string name)
    {
        using var stream = typeof(TextModelFile).Assembly.GetManifestResourceStream(Shipped + name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes, Shipped + name);
    }

    /// <summary>Writes a model; what stood there before stands until it is whole.</summary>
    internal static void Write(TextModel model, string path)
    {
        var bytes = Bytes(model.Table, model.Labels);
        DurableFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is no text model, of another version, or damaged.</exception>
    internal static TextModel Read(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return Parse(bytes);
        }
        catch (Exception failure)
            when (failure is JsonException or FormatException or InvalidDataException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"this is no text model that can be read: {failure.Message}",
                "Give a file that plumb guard train wrote, with the program of the same version.",
                new InputPosition(name),
                failure
            );
        }
    }

    private static byte[] Bytes(TextModelTable table, IReadOnlyList<TextModelLabel> labels)
    {
        var header = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(header))
        {
            writer.WriteStartObject();
            writer.WriteNumber("features", TextFeatures.Version);
            writer.WriteNumber("records", table.Records.Length / TextModel.RecordBytes);
            writer.WriteStartArray("labels");
            for (var i = 0; i < labels.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("name", labels[i].Name);
                writer.WriteString("hazard", labels[i].Hazard);
                writer.WriteNumber("slope", labels[i].Slope);
                writer.WriteNumber("offset", labels[i].Offset);
                writer.WriteNumber("scale", table.Scales[i]);
                writer.WriteNumber("bias", table.Biases[i]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        using var file = new MemoryStream();
        file.Write(Magic);
        file.Write(BitConverter.GetBytes(header.WrittenCount));
        file.Write(header.WrittenSpan);
        using (var packed = new BrotliStream(file, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            packed.Write(Transposed(table.Records, labels.Count + 1));
        }

        return file.ToArray();
    }

    // A column's bytes are alike, a record's are not.
    private static byte[] Transposed(byte[] records, int columns)
    {
        var count = records.Length / TextModel.RecordBytes;
        var bytes = new byte[count * columns];
        for (var column = 0; column < columns; column++)
        {
            for (var record = 0; record < count; record++)
            {
                bytes[(column * count) + record] = records[(record * TextModel.RecordBytes) + column];
            }
        }

        return bytes;
    }

    private static TextModel Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Magic.Length + sizeof(int) || !bytes.StartsWith(Magic))
        {
            throw new FormatException("It does not begin as one.");
        }

        var length = BitConverter.ToInt32(bytes[Magic.Length..]);
        var rest = bytes[(Magic.Length + sizeof(int))..];
        if (length is < 0 or > LongestHeader || length > rest.Length)
        {
            throw new FormatException("Its header is longer than the file.");
        }

        using var header = JsonDocument.Parse(rest[..length].ToArray(), new JsonDocumentOptions { MaxDepth = DeepestHeader });
        var root = header.RootElement;
        if (root.GetProperty("features").GetInt32() != TextFeatures.Version)
        {
            throw new FormatException("Its features are those of another version.");
        }

        var count = root.GetProperty("records").GetInt32();
        var labels = root.GetProperty("labels").EnumerateArray().ToList();
        if (!int.IsPow2(count) || count > 1 << MostTableBits || labels.Count is 0 or > TextModel.MostLabels)
        {
            throw new FormatException("Its table has an impossible size.");
        }

        var table = new TextModelTable(Records(rest[length..], count, labels.Count + 1), Numbers(labels, "scale"), Numbers(labels, "bias"));
        return new TextModel(table, [.. labels.Select(Label)], Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static float[] Numbers(List<JsonElement> labels, string name) => [.. labels.Select(label => Number(label, name))];

    private static float Number(JsonElement label, string name) =>
        label.GetProperty(name).GetSingle() is var value && float.IsFinite(value)
            ? value
            : throw new FormatException($"A {name} is no number.");

    private static TextModelLabel Label(JsonElement label)
    {
        var hazard = label.GetProperty("hazard").GetString();
        return hazard is null || Constitutions.Hazards.Find(hazard) is not null
            ? new TextModelLabel(
                label.GetProperty("name").GetString() ?? throw new FormatException("A label has no name."),
                hazard,
                Number(label, "slope"),
                Number(label, "offset")
            )
            : throw new FormatException($"There is no hazard {hazard}.");
    }

    private static byte[] Records(ReadOnlySpan<byte> packed, int count, int columns)
    {
        var bytes = new byte[count * columns];
        using var stream = new BrotliStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || stream.ReadByte() >= 0)
        {
            throw new FormatException("Its table has another length than its header says.");
        }

        var records = new byte[count * TextModel.RecordBytes];
        for (var column = 0; column < columns; column++)
        {
            for (var record = 0; record < count; record++)
            {
                records[(record * TextModel.RecordBytes) + column] = bytes[(column * count) + record];
            }
        }

        return records;
    }
}
