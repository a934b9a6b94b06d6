using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Quantization;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Quantization;

[NoTensorLeaks]
public sealed class NormalFloat4MatrixTests
{
    [Fact]
    public void The_codes_are_the_quantiles_that_the_paper_derives()
    {
        Assert.All(NormalFloat4Golden.Code.Zip(NormalFloat4.Code.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-7f));
        Assert.Equal(256, NormalFloat4Golden.Tree.Length);
        Assert.All(NormalFloat4Golden.Tree.Zip(DynamicByte.Code.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-7f));
    }

    [Fact]
    public void Codes_sizes_and_restored_weights_equal_those_of_the_reference()
    {
        using var scope = NewDisposeScope();
        using var matrix = NormalFloat4Matrix.Quantize(
            tensor(NormalFloat4Golden.Weights).reshape(NormalFloat4Golden.Rows, NormalFloat4Golden.Columns),
            "golden"
        );

        Assert.Equal(NormalFloat4Golden.Indices, matrix.Codes());
        Assert.Equal(NormalFloat4Golden.ScaleBytes, matrix.ScaleBytes());
        var restored = matrix.Dequantize();
        Assert.Equal([NormalFloat4Golden.Rows, NormalFloat4Golden.Columns], restored.shape);
        Assert.All(NormalFloat4Golden.Restored.Zip(restored.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData(KernelWidth.Scalar, 8)]
    [InlineData(KernelWidth.Bits256, 64)]
    [InlineData(KernelWidth.Bits512, 64)]
    [InlineData(KernelWidth.Bits512, 40)]
    [InlineData(KernelWidth.Bits256, 33)]
    internal void Every_width_of_the_kernel_gives_the_same_bits_in_both_dtypes_and_from_any_row_on(KernelWidth width, int columns)
    {
        Assert.SkipUnless(width <= NormalFloat4Kernel.Widest, $"This processor has no {width}.");
        using var scope = NewDisposeScope();
        using var matrix = NormalFloat4Matrix.Quantize(Normal(200, columns), "random");
        var expected = empty(200, columns);
        matrix.DequantizeInto(expected, 0, KernelWidth.Scalar);
        var (whole, narrow) = (empty(200, columns), empty([200, columns], ScalarType.BFloat16));
        var rest = empty(200 - matrix.RowStep, columns);

        matrix.DequantizeInto(whole, 0, width);
        matrix.DequantizeInto(narrow, 0, width);
        matrix.DequantizeInto(rest, matrix.RowStep, width);

        Assert.True(expected.Equals(whole));
        Assert.True(expected.to(ScalarType.BFloat16).Equals(narrow));
        Assert.True(expected.narrow(0, matrix.RowStep, rest.shape[0]).Equals(rest));
    }

    [Fact]
    public void No_weight_is_off_by_more_than_half_the_widest_gap_and_normal_weights_by_what_the_reference_finds()
    {
        using var scope = NewDisposeScope();
        var weight = Normal(64 * 64, 300);
        using var matrix = NormalFloat4Matrix.Quantize(weight, "normal");

        var error = (matrix.Dequantize() - weight).view(-1, 64).abs();

        // Half of the gap between −1 and −0.6962 of a block's largest magnitude, and what a byte leaves of that magnitude: half of the dynamic byte's widest
        // step (0.0141) of the largest deviation from the mean.
        var largest = weight.view(-1, 64).abs().max(1).values;
        var bound = (0.1520 * largest) + ((largest - largest.mean()).abs().max() * 0.0141 / 2);
        Assert.True((error <= bound.unsqueeze(1)).all().item<bool>());
        Assert.Equal(NormalFloat4Golden.RootMeanSquareError, error.square().mean().sqrt().item<float>(), 0.0005);
    }

    [Fact]
    public void A_weight_takes_4_127_bits()
    {
        using var scope = NewDisposeScope();
        using var matrix = NormalFloat4Matrix.Quantize(Normal(512, 1024), "large");

        // 4 bits, one byte for every 64 and four for every 64 · 256 weights, and the mean.
        Assert.Equal((512 * 1024 / 2) + (512 * 1024 / 64) + (4 * 512 * 1024 / 64 / 256) + 4, matrix.Bytes);
        Assert.Equal(4.127, 8.0 * matrix.Bytes / (512 * 1024), 1e-3);
    }

    [Fact]
    public void Zeros_stay_zeros_and_constant_blocks_stay_constant()
    {
        using var scope = NewDisposeScope();
        var weight = cat([zeros(1, 64), full([1, 64], 3f), full([1, 64], -0.5f)]);
        using var matrix = NormalFloat4Matrix.Quantize(weight, "constant");
        using var empty = NormalFloat4Matrix.Quantize(zeros(3, 5), "zeros");

        var restored = matrix.Dequantize();

        Assert.Equal(0, restored[0].abs().max().item<float>());
        // The byte leaves at most half a step of the largest deviation from the mean magnitude 3.5/3.
        Assert.True((restored[1] - 3).abs().max().item<float>() <= 0.0141 * (3 - (3.5 / 3)));
        Assert.True((restored[2] + 0.5).abs().max().item<float>() <= 0.0141 * (3 - (3.5 / 3)));
        Assert.True(empty.Dequantize().Equals(zeros(3, 5)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_no_numbers_are_refused_by_name(float bad)
    {
        using var scope = NewDisposeScope();
        var weight = ones(3, 64);
        weight[1, 5] = bad;

        Assert.Contains("'q_proj'", Assert.Throws<InvalidInputException>(() => NormalFloat4Matrix.Quantize(weight, "q_proj")).Message);
        Assert.Throws<ArgumentException>(() => NormalFloat4Matrix.Quantize(ones(3), "vector"));
    }

    internal static Tensor Normal(long rows, long columns)
    {
        using var generator = new Generator(new Seed(3).Value, CPU);
        return empty(rows, columns).normal_(0, 1, generator);
    }
}
