using System.Text;
using CsCheck;
using Plumbline.Runs;

namespace Plumbline.Tests.Runs;

public sealed class EventFileTests
{
    [Fact]
    public void The_checksum_matches_the_published_vectors()
    {
        // RFC 3720 B.4 and the check value of the CRC catalogue.
        Assert.Equal(0xE3069283u, EventFile.Crc32C(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, EventFile.Crc32C(new byte[32]));
        Assert.Equal(0x62A8AB43u, EventFile.Crc32C(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, EventFile.Crc32C(Enumerable.Range(0, 32).Select(value => (byte)value).ToArray()));
        Assert.Equal(0x113FDB5Cu, EventFile.Crc32C(Enumerable.Range(0, 32).Select(value => (byte)(31 - value)).ToArray()));
    }

    [Fact]
    public void The_checksum_equals_the_bit_by_bit_one_at_every_length() =>
        Gen.Byte.Array[0, 40].Sample(data => Assert.Equal(EventFileReader.Checksum(data), EventFile.Crc32C(data)), iter: 1000);

    [Fact]
    public void Written_scalars_read_back_with_both_checksums_right() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Double, Gen.Dictionary(Gen.String[Gen.Char["aé/0"], 1, 200], Gen.Float)[0, 4])
            .Array[0, 5]
            .Sample(
                rows =>
                {
                    using var stream = new MemoryStream();
                    using var file = new EventFile(stream);
                    file.WriteVersion(12.5);
                    foreach (var (step, time, values) in rows)
                    {
                        file.WriteScalars(step, time, [.. values.Select(pair => new KeyValuePair<string, double>(pair.Key, pair.Value))]);
                    }

                    var events = EventFileReader.Read(stream.ToArray());

                    Assert.Equal("brain.Event:2", events[0].Version);
                    Assert.Equal(12.5, events[0].Time);
                    Assert.Equal(rows.Length, events.Count - 1);
                    foreach (var (row, read) in rows.Zip(events.Skip(1)))
                    {
                        Assert.Equal((row.Item1, row.Item2), (read.Step, read.Time));
                        Assert.Equal(row.Item3, read.Scalars);
                    }
                },
                iter: 500
            );
}
