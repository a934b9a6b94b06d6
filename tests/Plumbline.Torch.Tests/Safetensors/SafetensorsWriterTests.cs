using System.Text;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Safetensors;

[NoTensorLeaks]
public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<ScalarType> StorableTypes { get; } =
    [
        ScalarType.Bool,
        ScalarType.Byte,
        ScalarType.Int8,
        ScalarType.Int16,
        ScalarType.Int32,
        ScalarType.Int64,
        ScalarType.Float16,
        ScalarType.BFloat16,
        ScalarType.Float32,
        ScalarType.Float64,
        ScalarType.ComplexFloat32,
    ];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_bytes_are_those_of_the_reference_implementation()
    {
        using var scope = NewDisposeScope();
        var path = folder.File("golden.safetensors");

        SafetensorsWriter.Write(
            path,
            [
                ("b", tensor(new byte[] { 9 })),
                ("z", tensor(new[] { 1f })),
                ("a", tensor(new[] { -2f, 0.5f }).reshape(1, 2)),
                ("n", tensor(3L)),
            ],
            NoMetadata
        );

        // Widest alignment first (I64, F32, U8), then by name; filled with spaces to a multiple of 8.
        var header =
            """{"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}"""
            + ""","z":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},"b":{"dtype":"U8","shape":[1],"data_offsets":[20,21]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] data = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F, 9];
        Assert.Equal(GoldenFile.Bytes(padded, data), File.ReadAllBytes(path));
    }

    [Fact]
    public void A_file_without_tensors_has_the_reference_implementations_sixteen_bytes()
    {
        var path = folder.File("empty.safetensors");

        SafetensorsWriter.Write(path, [], NoMetadata);

        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8], File.ReadAllBytes(path));
    }

    [Theory]
    [MemberData(nameof(StorableTypes))]
    public void Every_dtype_keeps_every_bit_pattern(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var source = empty([5, 16], type);
        var random = new Seed(3).Derive(type.ToString()).Source();
        foreach (ref var value in source.bytes)
        {
            value = type == ScalarType.Bool ? (byte)random.NextInt(2) : (byte)random.NextBits();
        }

        // All ones is a NaN with a full payload in every floating type; 0x...01 with a full exponent is a signalling one.
        if (type != ScalarType.Bool)
        {
            source.bytes[..16].Fill(0xFF);
        }

        var path = folder.File("bits.safetensors");
        SafetensorsWriter.Write(path, [("t", source)]);

        using var file = SafetensorsFile.Open(path);
        var loaded = file.Load("t");
        Assert.Equal(type, loaded.dtype);
        Assert.Equal([5L, 16L], loaded.shape);
        Assert.True(source.bytes.SequenceEqual(loaded.bytes));
    }

    [Fact]
    public void Scalars_empty_tensors_and_tensors_that_are_not_contiguous_come_back_as_they_are()
    {
        using var scope = NewDisposeScope();
        var grid = arange(24, ScalarType.Float32).reshape(2, 3, 4);
        (string Name, Tensor Tensor)[] tensors =
        [
            ("scalar", tensor(7f)),
            ("none", empty([0, 3], ScalarType.Int32)),
            ("transposed", grid.transpose(0, 2)),
            ("strided", grid[TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)]),
            ("repeated", tensor(5f).expand(3)),
            ("offset", grid[1]),
            ("graph", grid.clone().requires_grad_() * 2),
            ("conjugated", complex(ones(2), ones(2)).conj()),
            ("negated", complex(ones(1), ones(1)).conj().imag),
        ];
        var path = folder.File("layouts.safetensors");

        SafetensorsWriter.Write(path, tensors);

        using var file = SafetensorsFile.Open(path);
        Assert.All(
            tensors,
            pair =>
            {
                var loaded = file.Load(pair.Name);
                Assert.Equal(pair.Tensor.shape, loaded.shape);
                Assert.True(loaded.equal(pair.Tensor).all().item<bool>());
            }
        );
    }

    [Fact]
    public void Names_and_metadata_in_any_script_survive_and_the_order_given_does_not_matter()
    {
        using var scope = NewDisposeScope();
        var (one, two) = (ones(3), zeros(2));
        var metadata = new Dictionary<string, string> { ["b"] = "\"quoted\"\n", ["a"] = "plumb 线 🜚" };
        var (first, second) = (folder.File("1"), folder.File("2"));

        SafetensorsWriter.Write(first, [("слой.0", one), ("𝔀\"\\", two)], metadata);
        SafetensorsWriter.Write(second, [("𝔀\"\\", two), ("слой.0", one)], metadata.Reverse().ToDictionary());

        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        using var file = SafetensorsFile.Open(first);
        Assert.Equal(metadata.OrderBy(pair => pair.Key), file.Metadata.OrderBy(pair => pair.Key));
        Assert.Equal(["слой.0", "𝔀\"\\"], file.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused_before_a_file_appears()
    {
        using var scope = NewDisposeScope();
        var path = folder.File("never.safetensors");
        var one = ones(1);

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("a", one), ("a", one)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("__metadata__", one)]));
        Assert.ThrowsAny<ArgumentException>(() => SafetensorsWriter.Write(path, [("\ud800", one)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("z", one.to(ScalarType.ComplexFloat64))]));

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_earlier_file_and_no_other()
    {
        using var scope = NewDisposeScope();
        var path = folder.File("kept.safetensors");
        SafetensorsWriter.Write(path, [("a", ones(4))]);
        var before = File.ReadAllBytes(path);
        var gone = ones(2);

        Assert.ThrowsAny<Exception>(() => SafetensorsWriter.Write(path, DisposedLater(gone)));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Path));

        // The tensor is good while the header is planned and gone when its bytes are wanted.
        static IEnumerable<(string, Tensor)> DisposedLater(Tensor gone)
        {
            yield return ("gone", gone);
            gone.Dispose();
        }
    }

    [Fact]
    public void Without_metadata_the_header_says_pt_because_transformers_asks_for_it()
    {
        using var one = ones(1);
        var path = folder.File("pt.safetensors");

        SafetensorsWriter.Write(path, [("a", one)]);

        Assert.StartsWith("""{"__metadata__":{"format":"pt"},""", Encoding.UTF8.GetString(File.ReadAllBytes(path).AsSpan(8)));
    }
}
