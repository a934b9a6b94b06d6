using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Tests.Runs;

public sealed record ScalarEvent(long Step, double Time, string? Version, List<KeyValuePair<string, float>> Scalars);

/// <summary>Reads TensorBoard's event format by its specification, with a bit-by-bit check sum of its own, to check the writer.</summary>
public static class EventFileReader
{
    public static List<ScalarEvent> Read(byte[] file)
    {
        var events = new List<ScalarEvent>();
        var at = 0;
        while (at < file.Length)
        {
            var header = file.AsSpan(at, 8);
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(header);
            Assert.Equal(MaskedChecksum(header), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file.AsSpan(at + 12, length);
            Assert.Equal(MaskedChecksum(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            events.Add(ReadEvent(data));
            at += 12 + length + 4;
        }

        return events;
    }

    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
            }
        }

        return ~crc;
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        var crc = Checksum(data);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
    }

    private static ScalarEvent ReadEvent(ReadOnlySpan<byte> data)
    {
        var result = new ScalarEvent(0, 0, null, []);
        while (data.Length > 0)
        {
            switch (Varint(ref data))
            {
                case (1 << 3) | 1:
                    result = result with { Time = BinaryPrimitives.ReadDoubleLittleEndian(data) };
                    data = data[8..];
                    break;
                case 2 << 3:
                    result = result with { Step = (long)Varint(ref data) };
                    break;
                case (3 << 3) | 2:
                    result = result with { Version = Encoding.UTF8.GetString(Nested(ref data)) };
                    break;
                case (5 << 3) | 2:
                    ReadSummary(Nested(ref data), result.Scalars);
                    break;
                default:
                    throw new InvalidOperationException("An unexpected field.");
            }
        }

        return result;
    }

    private static void ReadSummary(ReadOnlySpan<byte> summary, List<KeyValuePair<string, float>> scalars)
    {
        while (summary.Length > 0)
        {
            Assert.Equal((1u << 3) | 2, Varint(ref summary));
            var value = Nested(ref summary);
            Assert.Equal((1u << 3) | 2, Varint(ref value));
            var tag = Encoding.UTF8.GetString(Nested(ref value));
            Assert.Equal((2u << 3) | 5, Varint(ref value));
            scalars.Add(new(tag, BinaryPrimitives.ReadSingleLittleEndian(value)));
            Assert.Equal(4, value.Length);
        }
    }

    private static ReadOnlySpan<byte> Nested(ref ReadOnlySpan<byte> data)
    {
        var length = (int)Varint(ref data);
        var nested = data[..length];
        data = data[length..];
        return nested;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> data)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = data[0];
            data = data[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
