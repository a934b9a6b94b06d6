using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Plumbline.Runs;

/// <summary>
/// Writes TensorBoard's event format: records of <c>length u64, masked crc of the length u32, data, masked crc of the data u32</c> (little-endian), whose
/// data is a protobuf <c>Event</c> with scalar summaries.
/// </summary>
/// <remarks>
/// Formats: TensorFlow's tfrecord (record_writer.h) and event.proto, summary.proto. The check sum is CRC-32C (RFC 3720, appendix B.4), masked so that the
/// check sum of data which itself holds check sums stays useful.
/// </remarks>
internal sealed class EventFile(Stream stream) : IDisposable
{
    public const int BufferedBytes = 1 << 16;
    private const int LengthBytes = 8;
    private const int ChecksumBytes = 4;
    private readonly MemoryStream message = new();
    private readonly MemoryStream nested = new();

    /// <summary>Starts a file: its first event names the format's version.</summary>
    /// <param name="time">Seconds since 1970-01-01 UTC.</param>
    public void WriteVersion(double time)
    {
        message.SetLength(0);
        WriteDouble(message, field: 1, time);
        WriteText(message, field: 3, "brain.Event:2");
        WriteRecord();
    }

    /// <summary>One event with a scalar for each metric.</summary>
    public void WriteScalars(long step, double time, IReadOnlyCollection<KeyValuePair<string, double>> values)
    {
        message.SetLength(0);
        WriteDouble(message, field: 1, time);
        WriteKey(message, field: 2, wireType: 0);
        WriteVarint(message, (ulong)step);

        // Summary { repeated Value value = 1 }; Value { string tag = 1; float simple_value = 2 }
        nested.SetLength(0);
        foreach (var (name, value) in values)
        {
            var tagBytes = Encoding.UTF8.GetByteCount(name);
            WriteKey(nested, field: 1, wireType: 2);
            WriteVarint(nested, (ulong)(1 + VarintLength((ulong)tagBytes) + tagBytes + 1 + sizeof(float)));
            WriteText(nested, field: 1, name);
            WriteSingle(nested, field: 2, (float)value);
        }

        WriteKey(message, field: 5, wireType: 2);
        WriteVarint(message, (ulong)nested.Length);
        nested.WriteTo(message);
        WriteRecord();
    }

    public void Flush() => stream.Flush();

    public void Dispose() => stream.Dispose();

    /// <summary>CRC-32C, by the processor's own instruction where it has one.</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    internal static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + 0xa282ead8;

    private void WriteRecord()
    {
        Span<byte> header = stackalloc byte[LengthBytes + ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[LengthBytes..], Mask(Crc32C(header[..LengthBytes])));
        var data = message.GetBuffer().AsSpan(0, (int)message.Length);
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Mask(Crc32C(data)));
        stream.Write(header);
        stream.Write(data);
        stream.Write(checksum);
    }

    private static void WriteKey(Stream target, int field, int wireType) => target.WriteByte((byte)((field << 3) | wireType));

    private static void WriteDouble(Stream target, int field, double value)
    {
        WriteKey(target, field, wireType: 1);
        Span<byte> number = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(number, value);
        target.Write(number);
    }

    private static void WriteSingle(Stream target, int field, float value)
    {
        WriteKey(target, field, wireType: 5);
        Span<byte> number = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, value);
        target.Write(number);
    }

    private static void WriteText(Stream target, int field, string text)
    {
        WriteKey(target, field, wireType: 2);
        var bytes = Encoding.UTF8.GetBytes(text);
        WriteVarint(target, (ulong)bytes.Length);
        target.Write(bytes);
    }

    private static void WriteVarint(Stream target, ulong value)
    {
        while (value >= 0x80)
        {
            target.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        target.WriteByte((byte)value);
    }

    private static int VarintLength(ulong value) => 1 + (value == 0 ? 0 : BitOperations.Log2(value) / 7);
}
