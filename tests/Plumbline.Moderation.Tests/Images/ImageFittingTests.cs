using Plumbline.Configuration;
using Plumbline.Findings;
using Plumbline.Moderation.Images;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Images;

public sealed class ImageFittingTests
{
    private static readonly PixelImage Wide = ImageResizerTests.Gray(8, 4, [.. Enumerable.Range(0, 32).Select(i => (byte)(10 * (i % 8)))]);

    [Fact]
    public void A_crop_takes_the_middle()
    {
        var fitted = ImageFitting.Fit(Wide, How(ImageFit.Crop));

        // The shorter edge is 4 already, so the picture stays and columns 2 to 5 are left.
        Assert.Equal([20, 30, 40, 50], Reds(fitted)[..4]);
        Assert.Equal(new ImageRegion(0.25, 0, 0.5, 1), fitted.Region(0, 0, 4, 4));
    }

    [Fact]
    public void A_crop_from_a_larger_edge_is_smaller_and_from_a_smaller_one_filled()
    {
        Assert.Equal(
            [30, 30, 40, 40],
            Reds(ImageFitting.Fit(Wide, How(ImageFit.Crop) with { ShortestEdge = 8, Filter = ResizeFilter.Nearest }))[..4]
        );

        var filled = Reds(ImageFitting.Fit(Wide, How(ImageFit.Crop) with { ShortestEdge = 2, Filter = ResizeFilter.Nearest }));
        Assert.Equal([0, 0, 0, 0, 10, 30, 50, 70, 10, 30, 50, 70, 0, 0, 0, 0], filled);
    }

    [Fact]
    public void A_letterbox_holds_the_whole_picture_and_is_filled_at_both_ends_or_at_one()
    {
        var centred = ImageFitting.Fit(Wide, How(ImageFit.Letterbox));
        var above = ImageFitting.Fit(Wide, How(ImageFit.LetterboxTopLeft) with { Fill = 0 });

        Assert.Equal([114, 114, 114, 114, 10, 30, 50, 70, 10, 30, 50, 70, 114, 114, 114, 114], Reds(centred));
        Assert.Equal([10, 30, 50, 70, 10, 30, 50, 70, 0, 0, 0, 0, 0, 0, 0, 0], Reds(above));
        // The upper half of the picture, in both; what lies in the filling is cut off.
        Assert.Equal(new ImageRegion(0, 0, 1, 0.5), centred.Region(-1, 0, 4, 2));
        Assert.Equal(new ImageRegion(0, 0, 1, 0.5), above.Region(0, 0, 9, 1));
    }

    [Fact]
    public void A_squashed_picture_is_stretched() =>
        Assert.Equal([10, 30, 50, 70], Reds(ImageFitting.Fit(Wide, How(ImageFit.Squash)))[..4]);

    [Fact]
    public void A_picture_as_thin_as_a_hair_costs_no_more_than_its_middle()
    {
        var thin = new PixelImage(100_000, 1, new byte[300_000]);
        ImageFitting.Fit(thin, How(ImageFit.Crop));

        var before = GC.GetAllocatedBytesForCurrentThread();
        ImageFitting.Fit(thin, How(ImageFit.Crop) with { Width = 224, Height = 224 });

        // 224 x 224 x 3 numbers, and weights for 224 rows and columns.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Preprocessing_out_of_its_ranges_is_refused_by_name()
    {
        var how = new ImagePreprocessing
        {
            Width = 0,
            Height = 100_000,
            ShortestEdge = 5,
            Fill = 256,
            Scale = 0,
            Mean = [1],
            Deviation = [1, 0, 1],
        };

        var message = Assert.Throws<InvalidInputException>(() => OptionsValidation.ThrowIfInvalid(how)).Message;

        string[] names = ["width", "height", "shortest_edge", "fill", "scale", "mean", "deviation"];
        Assert.All(names, name => Assert.Contains($"'{name}'", message, StringComparison.Ordinal));
    }

    private static ImagePreprocessing How(ImageFit fit) =>
        new()
        {
            Width = 4,
            Height = 4,
            Fit = fit,
            Filter = fit == ImageFit.Crop ? ResizeFilter.Bilinear : ResizeFilter.Nearest,
        };

    private static float[] Reds(FittedImage image) => [.. image.Colors.Where((_, at) => at % 3 == 0)];
}

public sealed class PreprocessorConfigTests
{
    [Theory]
    [InlineData(
        """{"size": 224, "resample": 2, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}""",
        224,
        224,
        ImageFit.Squash,
        null,
        ResizeFilter.Triangle
    )]
    [InlineData(
        """{"size": {"height": 384, "width": 320}, "resample": 3, "do_normalize": false}""",
        320,
        384,
        ImageFit.Squash,
        null,
        ResizeFilter.Cubic
    )]
    [InlineData(
        """{"size": {"shortest_edge": 256}, "do_center_crop": true, "crop_size": {"height": 224, "width": 224}, "do_normalize": false, "resample": 1}""",
        224,
        224,
        ImageFit.Crop,
        256,
        ResizeFilter.Lanczos
    )]
    [InlineData(
        """{"size": 256, "do_center_crop": true, "crop_size": 224, "do_normalize": false, "resample": 0}""",
        224,
        224,
        ImageFit.Crop,
        256,
        ResizeFilter.Nearest
    )]
    [InlineData(
        """{"size": {"height": 224, "width": 224}, "do_center_crop": true, "crop_size": 224, "do_normalize": false, "resample": 4}""",
        224,
        224,
        ImageFit.Squash,
        null,
        ResizeFilter.Box
    )]
    public void Hugging_Faces_files_are_read(string json, int width, int height, ImageFit fit, int? edge, ResizeFilter filter)
    {
        var how = Read(json)!;

        Assert.Equal((width, height, fit, edge, filter), (how.Width, how.Height, how.Fit, how.ShortestEdge, how.Filter));
        Assert.Equal(1.0 / 255, how.Scale, 1e-12);
        Assert.Equal(json.Contains("image_mean", StringComparison.Ordinal) ? 0.5 : 0, how.Mean[2]);
    }

    [Fact]
    public void Factors_are_read_and_a_folder_without_the_file_says_nothing()
    {
        Assert.Equal(1.0 / 127, Read($$"""{"size": 8, "do_normalize": false, "rescale_factor": {{1.0 / 127}}}""")!.Scale, 1e-12);
        Assert.Equal(1, Read("""{"size": 8, "do_normalize": false, "do_rescale": false}""")!.Scale);
        Assert.Null(PreprocessorConfig.Read("/nowhere/preprocessor_config.json"));
    }

    [Theory]
    [InlineData("""{"size": 224}""", "image_mean")]
    [InlineData("""{"size": 224, "image_mean": [0, 0], "image_std": [1, 1, 1]}""", "2 numbers")]
    [InlineData("""{"do_normalize": false}""", "no size")]
    [InlineData("""{"size": {"longest_edge": 224}, "do_normalize": false}""", "neither")]
    [InlineData("""{"size": {"shortest_edge": 224}, "do_normalize": false}""", "different sizes")]
    [InlineData("""{"size": {"height": 256, "width": 256}, "do_center_crop": true, "crop_size": 224}""", "stretches and then crops")]
    [InlineData("""{"size": 224, "crop_pct": 0.875}""", "crop_pct")]
    [InlineData("""{"size": 224, "do_resize": false}""", "does not resize")]
    [InlineData("""{"size": 224, "do_normalize": false, "resample": 5}""", "filter 5")]
    public void What_is_not_done_here_is_refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => Read(json)).Message, StringComparison.Ordinal);

    private static ImagePreprocessing? Read(string json)
    {
        using var folder = new TemporaryFolder();
        return PreprocessorConfig.Read(folder.Write("preprocessor_config.json", json));
    }
}
