using CsCheck;
using Plumbline.Moderation.Images;

namespace Plumbline.Moderation.Tests.Images;

public sealed class ImageResizerTests
{
    /// <summary>By hand: places of the targets in the source are 0.25 apart for halves and so on, and colours lie between 0 and 240.</summary>
    [Theory]
    [InlineData(ResizeFilter.Nearest, new float[] { 0, 0, 240, 240 })]
    [InlineData(ResizeFilter.Bilinear, new float[] { 0, 60, 180, 240 })]
    [InlineData(ResizeFilter.BilinearAligned, new float[] { 0, 80, 160, 240 })]
    [InlineData(ResizeFilter.BilinearAsymmetric, new float[] { 0, 120, 240, 240 })]
    [InlineData(ResizeFilter.Triangle, new float[] { 0, 60, 180, 240 })]
    [InlineData(ResizeFilter.Box, new float[] { 0, 0, 240, 240 })]
    public void Two_pixels_become_four(ResizeFilter filter, float[] expected)
    {
        Assert.Equal(expected, Row(Gray(2, 1, [0, 240]), 4, filter));
    }

    /// <summary>
    /// By hand: centres lie at 1 and 3, and kernels are twice as wide. Triangle: distances ½, ½ and 1½ weigh ¾, ¾ and ¼. Cubic: k(¼) = 0.8671875 and k(¾) = 0.2265625,
    /// k(1¼) = −0.0703125, where pixels that are missing at the edge leave their weight to the others.
    /// </summary>
    [Theory]
    [InlineData(ResizeFilter.Nearest, new float[] { 10, 30 })]
    [InlineData(ResizeFilter.Bilinear, new float[] { 5, 25 })]
    [InlineData(ResizeFilter.BilinearAligned, new float[] { 0, 30 })]
    [InlineData(ResizeFilter.BilinearAsymmetric, new float[] { 0, 20 })]
    [InlineData(ResizeFilter.Box, new float[] { 5, 25 })]
    [InlineData(ResizeFilter.Triangle, new float[] { 7, 23 })]
    public void Four_pixels_become_two(ResizeFilter filter, float[] expected)
    {
        Assert.Equal(expected, Row(Gray(4, 1, [0, 10, 20, 30]), 2, filter));
    }

    [Fact]
    public void The_kernels_weigh_as_their_formulas_say()
    {
        // Twelve pixels become six: in the middle no pixel is missing.
        var cubic = ResizeWeights.Of(12, ResizeAxis.Whole(6), ResizeFilter.Cubic)[3];
        Assert.Equal(3, cubic.First);
        double[] expected = [-0.0234375, -0.0703125, 0.2265625, 0.8671875, 0.8671875, 0.2265625, -0.0703125, -0.0234375];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i] / 2, cubic.Weights[i], 1e-6);
        }

        var lanczos = ResizeWeights.Of(3, ResizeAxis.Whole(3), ResizeFilter.Lanczos)[1];
        Assert.Equal(1, lanczos.Weights[1 - lanczos.First], 1e-6);
    }

    [Fact]
    public void A_picture_of_one_tone_stays_one_whatever_the_size_and_the_filter() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Enum<ResizeFilter>(), Gen.Byte)
            .Sample(
                (width, height, columns, rows, filter, tone) =>
                {
                    var image = new PixelImage(width, height, [.. Enumerable.Repeat(tone, width * height * 3)]);
                    var resized = ImageResizer.Resize(image, ResizeAxis.Whole(columns), ResizeAxis.Whole(rows), filter);
                    Assert.All(resized, value => Assert.Equal(tone, value, 1e-3f));
                },
                iter: 300
            );

    [Fact]
    public void A_part_of_a_resized_picture_is_what_the_whole_has_there() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Int[2, 30], Gen.Int[2, 30], Gen.Enum<ResizeFilter>(), Gen.Int[0, 1000])
            .Sample(
                (width, height, columns, rows, filter, seed) =>
                {
                    var random = new Randomness.Seed((ulong)seed).Source();
                    var pixels = Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.NextInt(256)).ToArray();
                    var image = new PixelImage(width, height, pixels);
                    var (left, top) = (random.NextInt(columns), random.NextInt(rows));
                    var (wide, high) = (1 + random.NextInt(columns - left), 1 + random.NextInt(rows - top));

                    var whole = ImageResizer.Resize(image, ResizeAxis.Whole(columns), ResizeAxis.Whole(rows), filter);
                    var part = ImageResizer.Resize(image, new ResizeAxis(columns, left, wide), new ResizeAxis(rows, top, high), filter);

                    for (var y = 0; y < high; y++)
                    {
                        var expected = whole.AsSpan((((top + y) * columns) + left) * 3, wide * 3);
                        Assert.True(expected.SequenceEqual(part.AsSpan(y * wide * 3, wide * 3)));
                    }
                },
                iter: 300
            );

    [Fact]
    public void Rows_are_resized_like_columns()
    {
        var across = ImageResizer.Resize(Gray(4, 1, [0, 10, 20, 30]), ResizeAxis.Whole(2), ResizeAxis.Whole(1), ResizeFilter.Triangle);
        var down = ImageResizer.Resize(Gray(1, 4, [0, 10, 20, 30]), ResizeAxis.Whole(1), ResizeAxis.Whole(2), ResizeFilter.Triangle);

        Assert.Equal(across, down);
    }

    internal static PixelImage Gray(int width, int height, byte[] tones) =>
        new(width, height, [.. tones.SelectMany(tone => new[] { tone, tone, tone })]);

    private static float[] Row(PixelImage image, int width, ResizeFilter filter) =>
        [.. ImageResizer.Resize(image, ResizeAxis.Whole(width), ResizeAxis.Whole(1), filter).Where((_, at) => at % 3 == 0)];
}
