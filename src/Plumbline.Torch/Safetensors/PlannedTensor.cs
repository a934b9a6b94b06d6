using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Plumbline.Torch.Safetensors;

/// <summary>A tensor about to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Utf8Name">Its name as the file stores it; names are ordered by these bytes.</param>
/// <param name="Dtype">The element type in the file.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="ByteLength">The bytes it takes.</param>
/// <param name="Tensor">The tensor itself, on any device, contiguous or not.</param>
internal sealed record PlannedTensor(string Name, byte[] Utf8Name, SafetensorsDtype Dtype, long[] Shape, long ByteLength, Tensor Tensor)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks that the format can hold these tensors; keeps their order.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, a name is no valid Unicode or reserved, or the format lacks a dtype.</exception>
    internal static List<PlannedTensor> Plan(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var names = new HashSet<string>();
        var planned = new List<PlannedTensor>();
        foreach (var (name, tensor) in tensors)
        {
            if (!names.Add(name) || name == "__metadata__")
            {
                throw new ArgumentException($"Two tensors are called '{name}', or the name is reserved.", nameof(tensors));
            }

            var dtype =
                SafetensorsDtype.Find(tensor.dtype)
                ?? throw new ArgumentException(
                    $"Tensor '{name}' has dtype {tensor.dtype}, which safetensors cannot hold.",
                    nameof(tensors)
                );
            planned.Add(new PlannedTensor(name, Strict.GetBytes(name), dtype, tensor.shape, dtype.ByteLength(tensor.shape)!.Value, tensor));
        }

        return planned;
    }

    /// <summary>The reference implementation's order: widest alignment first, then by name.</summary>
    internal static int CompareInFile(PlannedTensor left, PlannedTensor right)
    {
        var byDtype = right.Dtype.SortRank.CompareTo(left.Dtype.SortRank);
        return byDtype != 0 ? byDtype : left.Utf8Name.AsSpan().SequenceCompareTo(right.Utf8Name);
    }

    /// <summary>The first bytes of a file with these tensors: the header's length and the header, filled with spaces to a multiple of 8.</summary>
    /// <exception cref="ArgumentException">The header would be longer than readers accept.</exception>
    internal static byte[] Header(IReadOnlyList<PlannedTensor> inFileOrder, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[SafetensorsHeader.PrefixLength]);
        // The file is data, never part of a web page: only what JSON itself needs is escaped.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            var offset = 0L;
            foreach (var tensor in inFileOrder)
            {
                tensor.WriteEntry(json, offset);
                offset += tensor.ByteLength;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var length = buffer.Length - SafetensorsHeader.PrefixLength;
        if (length > SafetensorsHeader.LongestHeader)
        {
            throw new ArgumentException(
                $"The header would have {length} bytes; readers accept {SafetensorsHeader.LongestHeader}: write shards."
            );
        }

        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private void WriteEntry(Utf8JsonWriter json, long offset)
    {
        json.WriteStartObject(Utf8Name);
        json.WriteString("dtype", Dtype.Name);
        json.WriteStartArray("shape");
        foreach (var size in Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + ByteLength);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
