using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Moderation.Onnx.Import;

/// <summary>
/// A Protocol Buffers message that is being written, as a list of parts: lengths of inner messages are known without copying what is in them, so weights are held once.
/// </summary>
/// <remarks>The wire format: https://protobuf.dev/programming-guides/encoding.</remarks>
internal sealed class ProtobufMessage
{
    private readonly List<ReadOnlyMemory<byte>> parts = [];

    /// <summary>How many bytes it takes.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a whole number; negative ones take ten bytes.</summary>
    public ProtobufMessage Add(int field, long value)
    {
        Span<byte> bytes = stackalloc byte[20];
        var length = WriteVariable(bytes, (ulong)field << 3);
        length += WriteVariable(bytes[length..], (ulong)value);
        return Append(bytes[..length].ToArray());
    }

    /// <summary>Adds a number of 32 bits.</summary>
    public ProtobufMessage Add(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[16];
        var length = WriteVariable(bytes, ((ulong)field << 3) | 5);
        BinaryPrimitives.WriteSingleLittleEndian(bytes[length..], value);
        return Append(bytes[..(length + 4)].ToArray());
    }

    /// <summary>Adds a text as UTF-8.</summary>
    public ProtobufMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds bytes, which must not change any more.</summary>
    public ProtobufMessage Add(int field, ReadOnlyMemory<byte> value) => AppendHeader(field, value.Length).Append(value);

    /// <summary>Adds a message, which must not change any more.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage value)
    {
        AppendHeader(field, value.Length);
        parts.AddRange(value.parts);
        Length += value.Length;
        return this;
    }

    /// <summary>Adds numbers as they lie in memory of a little-endian machine, as raw data of tensors does.</summary>
    public ProtobufMessage AddRaw<T>(int field, T[] values)
        where T : unmanaged => Add(field, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Writes it to a stream.</summary>
    public void Write(Stream stream)
    {
        foreach (var part in parts)
        {
            stream.Write(part.Span);
        }
    }

    private static int WriteVariable(Span<byte> bytes, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        return length;
    }

    private ProtobufMessage AppendHeader(int field, long length)
    {
        Span<byte> bytes = stackalloc byte[20];
        var written = WriteVariable(bytes, ((ulong)field << 3) | 2);
        written += WriteVariable(bytes[written..], (ulong)length);
        return Append(bytes[..written].ToArray());
    }

    private ProtobufMessage Append(ReadOnlyMemory<byte> part)
    {
        parts.Add(part);
        Length += part.Length;
        return this;
    }
}
