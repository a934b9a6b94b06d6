using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Safetensors;

[NoTensorLeaks]
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_built_by_hand_gives_its_metadata_entries_values_and_raw_bytes()
    {
        using var file = SafetensorsFile.Open(Save(GoldenFile.Small));

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["w", "ids"], file.Entries.Select(entry => entry.Name));
        Assert.Equal((ScalarType.Float32, 8L), (file.Entries[0].Type!.Value, file.Entries[0].ByteLength));
        Assert.Equal([3L, 1L], file.Entries[1].Shape);
        using var weights = file.Load("w");
        Assert.Equal([1f, -2f], weights.data<float>().ToArray());
        using var ids = file.Load("ids");
        Assert.Equal([3L, 1L], ids.shape);
        Assert.Equal([7, 8, 9], file.Bytes("ids").ToArray());
    }

    [Fact]
    public void A_file_cut_short_at_any_byte_is_refused_with_the_expected_and_the_actual_size()
    {
        var whole = GoldenFile.Small;
        for (var length = 0; length < whole.Length; length++)
        {
            var path = Save(whole[..length]);

            var refusal = Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(path));

            Assert.Equal(path, refusal.Position!.File);
            Assert.Contains($" {length}", refusal.Problem);
            var header = whole.Length - 11;
            Assert.Contains(
                length < 8 ? "at least 8"
                    : length < header ? $"{header} bytes"
                    : $"{whole.Length} bytes",
                refusal.Problem
            );
        }
    }

    [Theory]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
        "overlaps"
    )]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "cut short")]
    [InlineData("""{"a":{"dtype":"I16","shape":[3],"data_offsets":[0,3]}}""", "needs 6 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[3,0]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,3]}}""", "impossible size")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", "impossible size")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,3]}}""", "impossible size")]
    [InlineData("""{"a":{"dtype":"F4","shape":[5],"data_offsets":[0,3]}}""", "impossible size")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,9223372036854775807]}}""", "needs 3 bytes")]
    [InlineData("""{"a":{"dtype":"F12","shape":[3],"data_offsets":[0,3]}}""", "unknown dtype 'F12'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-3],"data_offsets":[0,3]}}""", "no whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3.0],"data_offsets":[0,3]}}""", "no whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,3]}}""", "no whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":3,"data_offsets":[0,3]}}""", "is no list")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3,3]}}""", "two data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","data_offsets":[0,3]}}""", "needs a dtype, a shape")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "'dtype' twice")]
    [InlineData("""{"a":{"dtype":8,"shape":[3],"data_offsets":[0,3]}}""", "is no text")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[3,3]}}""",
        "names 'a' twice"
    )]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "no valid Unicode")]
    [InlineData("""{"a":3}""", "is no object")]
    [InlineData("""{"__metadata__":[]}""", "__metadata__ is no object")]
    [InlineData("""{"__metadata__":{"a":1}}""", "is no text")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", "names 'a' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}} {}""", "no valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3],"x":[[[[[[[[[[]]]]]]]]]]}}""", "no valid JSON")]
    [InlineData("""[1,2]""", "no JSON object")]
    [InlineData(""" {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "no JSON object")]
    public void A_header_that_does_not_describe_the_three_bytes_behind_it_is_refused(string header, string problem)
    {
        var path = Save(GoldenFile.Bytes(header, 1, 2, 3));

        var refusal = Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(path));

        Assert.Contains(problem, refusal.Message);
        Assert.Equal(path, refusal.Position!.File);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_too_many_dimensions_and_absurd_header_lengths_are_refused()
    {
        byte[] latin = [(byte)'{', (byte)'"', 0xE4, (byte)'"', (byte)':', (byte)'1', (byte)'}'];
        var manyOnes = string.Join(',', Enumerable.Repeat(1, 65));
        byte[][] files =
        [
            [7, 0, 0, 0, 0, 0, 0, 0, .. latin],
            GoldenFile.Bytes(
                """{"a":{"dtype":"U8","shape":[ONES],"data_offsets":[0,1]}}""".Replace("ONES", manyOnes, StringComparison.Ordinal),
                1
            ),
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'{', (byte)'}'],
            [0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0, (byte)'{', (byte)'}'],
            [0, 0, 0, 0, 0, 0, 0, 0],
        ];

        Assert.All(files, bytes => Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(Save(bytes))));
    }

    [Fact]
    public void Keys_the_format_does_not_know_are_passed_over_as_the_reference_implementation_does()
    {
        var header = """{"a":{"note":{"by":[1]},"dtype":"U8","shape":[],"data_offsets":[0,1]}}""";

        using var file = SafetensorsFile.Open(Save(GoldenFile.Bytes(header, 5)));

        Assert.Equal([5], file.Bytes("a").ToArray());
        Assert.Empty(file.Entries[0].Shape);
    }

    [Theory]
    [InlineData("F8_E4M3")]
    [InlineData("F8_E5M2")]
    [InlineData("U16")]
    [InlineData("U32")]
    [InlineData("U64")]
    public void A_dtype_that_torchsharp_lacks_is_listed_and_read_raw_but_loading_it_names_dtype_and_tensor(string dtype)
    {
        var bits = dtype[0] == 'F' ? 8 : int.Parse(dtype[1..]);
        var header = $$$"""{"scale":{"dtype":"{{{dtype}}}","shape":[{{{64 / bits}}}],"data_offsets":[0,8]}}""";
        using var file = SafetensorsFile.Open(Save(GoldenFile.Bytes(header, 1, 2, 3, 4, 5, 6, 7, 8)));

        var refusal = Assert.Throws<InvalidInputException>(() => file.Load("scale"));

        Assert.Contains(dtype, refusal.Problem);
        Assert.Contains("'scale'", refusal.Problem);
        Assert.Null(file.Entries[0].Type);
        Assert.Equal(8, file.Bytes("scale").Length);
    }

    [Fact]
    public void Loading_into_a_parameter_copies_the_values_without_a_gradient()
    {
        using var file = SafetensorsFile.Open(Save(GoldenFile.Small));
        using var parameter = zeros(2).requires_grad_();

        file.LoadInto("w", parameter);

        Assert.True(parameter.is_leaf && parameter.requires_grad);
        Assert.Equal([1f, -2f], parameter.bytes.ToArray().Chunk(4).Select(value => BitConverter.ToSingle(value)));
    }

    [Fact]
    public void Loading_into_another_dtype_or_layout_converts_only_when_asked()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(Save(GoldenFile.Small));
        var bf16 = zeros(2, ScalarType.BFloat16).requires_grad_();
        var strided = zeros(4)[TensorIndex.Slice(null, null, 2)];

        var refusal = Assert.Throws<InvalidInputException>(() => file.LoadInto("w", bf16));
        file.LoadInto("w", bf16, allowCast: true);
        file.LoadInto("w", strided);

        Assert.Contains("'w' is F32 [2], where BFloat16 [2]", refusal.Problem);
        Assert.Equal([1f, -2f], bf16.to(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([1f, -2f], strided.data<float>().ToArray());
        Assert.True(bf16.is_leaf);
    }

    [Fact]
    public void Another_shape_an_unknown_name_a_missing_file_and_a_closed_file_are_refused()
    {
        var file = SafetensorsFile.Open(Save(GoldenFile.Small));
        using var wrong = zeros(2, 1);

        Assert.Throws<InvalidInputException>(() => file.LoadInto("w", wrong, allowCast: true));
        Assert.Contains("'v'", Assert.Throws<InvalidInputException>(() => file.Load("v")).Problem);
        Assert.True(file.Contains("w") && !file.Contains("v"));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Load("w"));
        Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(folder.File("none.safetensors")));
        Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(folder.Path));
    }

    [Fact]
    public void Damaged_files_are_read_whole_or_refused_never_anything_else()
    {
        var path = folder.File("fuzzed.safetensors");
        byte[] empty = GoldenFile.Bytes("{}");
        byte[] nested = GoldenFile.Bytes("""{"a":{"x":{"y":[1,2]},"dtype":"BF16","shape":[1,1,2],"data_offsets":[0,4]}}""", 1, 2, 3, 4);

        ByteFuzzer.Run(
            [GoldenFile.Small, empty, nested],
            rounds: 3000,
            new Seed(20),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                using var file = SafetensorsFile.Open(path);
                foreach (var entry in file.Entries)
                {
                    Assert.Equal(entry.ByteLength, file.Bytes(entry.Name).Length);
                    using var tensor = file.Load(entry.Name);
                    Assert.Equal(entry.Shape, tensor.shape);
                }
            }
        );
    }

    private string Save(byte[] bytes)
    {
        var path = folder.File("model.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
