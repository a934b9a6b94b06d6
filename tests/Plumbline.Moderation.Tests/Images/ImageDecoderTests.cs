using Plumbline.Moderation.Images;
using Plumbline.Testing;
using SkiaSharp;

namespace Plumbline.Moderation.Tests.Images;

public sealed class ImageDecoderTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits());

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Pictures_of_every_format_come_out_as_they_look(SKEncodedImageFormat format)
    {
        var image = Assert.Single(Decoder.Decode(TestPictures.Quarters(format)));

        Assert.Equal((48, 32, 48 * 32 * 3), (image.Width, image.Height, image.Pixels.Length));
        Assert.Equal("RGB-", Corners(image));
    }

    /// <summary>EXIF 2.32, 4.6.4: where the first row and the first column of what is stored are seen.</summary>
    [Theory]
    [InlineData(1, "RGB-", 48)]
    [InlineData(2, "GR-B", 48)]
    [InlineData(3, "-BGR", 48)]
    [InlineData(4, "B-RG", 48)]
    [InlineData(5, "RBG-", 32)]
    [InlineData(6, "BR-G", 32)]
    [InlineData(7, "-GBR", 32)]
    [InlineData(8, "G-RB", 32)]
    public void Pictures_are_turned_as_their_orientation_says(byte orientation, string corners, int width)
    {
        var file = TestPictures.WithOrientation(TestPictures.Quarters(SKEncodedImageFormat.Jpeg), orientation);

        var image = Assert.Single(Decoder.Decode(file));

        Assert.Equal((corners, width), (Corners(image), image.Width));
    }

    [Theory]
    [InlineData("#ffffff", 255, 127, 127)]
    [InlineData("#000000", 128, 0, 0)]
    public void Transparent_pictures_lie_over_the_background(string background, byte red, byte green, byte blue)
    {
        var decoder = new ImageDecoder(new ImageLimits { Background = background });

        var image = Assert.Single(decoder.Decode(TestPictures.Plain(new SKColor(255, 0, 0, 128))));

        Assert.Equal([red, green, blue], image.Pixels[..3]);
    }

    [Fact]
    public void Every_frame_of_an_animation_is_read_and_long_ones_are_refused()
    {
        var frames = Decoder.Decode(TestPictures.Gif(3)).ToList();

        Assert.Equal<byte[]>(
            [
                [255, 0, 0],
                [0, 255, 0],
                [255, 0, 0],
            ],
            frames.Select(frame => frame.Pixels)
        );
        Assert.Contains("17 frames", Refused(TestPictures.Gif(17)), StringComparison.Ordinal);
        Assert.Contains("2 frames", Refused(TestPictures.Gif(2), new ImageLimits { MaxFrames = 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Animated_PNG_files_are_refused_and_other_chunks_are_not()
    {
        var png = TestPictures.Plain(TestPictures.Red);

        Assert.Contains("frame", Refused(TestPictures.WithChunk(png, "acTL", [0, 0, 0, 2, 0, 0, 0, 0])), StringComparison.Ordinal);
        Assert.Single(Decoder.Decode(TestPictures.WithChunk(png, "tIME", [7, 230, 1, 1, 0, 0, 0])));
    }

    [Theory]
    [InlineData(100_000, 100_000)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(6_400, 6_400)]
    public void A_small_file_that_claims_many_pixels_is_refused_before_they_are_decoded(int width, int height)
    {
        var file = TestPictures.Claiming(width, height);
        Refused(file);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void What_the_limits_do_not_allow_is_refused()
    {
        var png = TestPictures.Quarters();

        Assert.Contains("format is not known", Refused("no picture"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("format is not known", Refused([]), StringComparison.Ordinal);
        Assert.Contains("is broken", Refused(png[..(png.Length / 2)]), StringComparison.Ordinal);
        Assert.Contains("which is not read", Refused(png, new ImageLimits { Formats = [ImageFormat.Jpeg] }), StringComparison.Ordinal);
        Assert.Contains("at most 10", Refused(png, new ImageLimits { MaxBytes = 10 }), StringComparison.Ordinal);
        Assert.Contains("48 x 32", Refused(png, new ImageLimits { MaxPixels = 48 * 31 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_out_of_their_ranges_are_refused_by_name()
    {
        var limits = new ImageLimits
        {
            Formats = [],
            MaxBytes = 0,
            MaxPixels = 0,
            MaxFrames = 0,
            Background = "white",
        };

        var message = Assert.Throws<InvalidInputException>(() => new ImageDecoder(limits)).Message;

        Assert.All(
            ["formats", "max_bytes", "max_pixels", "max_frames", "background"],
            name => Assert.Contains($"'{name}'", message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Damaged_pictures_are_decoded_or_refused()
    {
        byte[][] good =
        [
            TestPictures.Quarters(),
            TestPictures.WithOrientation(TestPictures.Quarters(SKEncodedImageFormat.Jpeg), 6),
            TestPictures.Quarters(SKEncodedImageFormat.Webp),
            TestPictures.Gif(3),
            TestPictures.WithChunk(TestPictures.Quarters(), "acTL", [0, 0, 0, 2, 0, 0, 0, 0]),
        ];
        var decoder = new ImageDecoder(new ImageLimits { MaxPixels = 1 << 20 });

        ByteFuzzer.Run(
            good,
            1500,
            new Randomness.Seed(7),
            bytes => Assert.All(decoder.Decode(bytes), image => Assert.NotEmpty(image.Pixels))
        );
    }

    private static string Refused(byte[] file, ImageLimits? limits = null) =>
        Assert.Throws<InvalidInputException>(() => new ImageDecoder(limits ?? new ImageLimits()).Decode(file).ToList()).Message;

    /// <summary>The colours of the four quarters, by their letters: upper left, upper right, lower left, lower right.</summary>
    private static string Corners(PixelImage image)
    {
        var letters = string.Empty;
        foreach (var (x, y) in new[] { (1, 1), (3, 1), (1, 3), (3, 3) })
        {
            var at = (((y * image.Height / 4) * image.Width) + (x * image.Width / 4)) * 3;
            var (red, green, blue) = (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
            letters +=
                red > 200 && green < 60 && blue < 60 ? 'R'
                : green > 200 && red < 60 && blue < 60 ? 'G'
                : blue > 200 && red < 60 && green < 60 ? 'B'
                : red < 60 && green < 60 && blue < 60 ? '-'
                : '?';
        }

        return letters;
    }
}
