using Plumbline.Configuration;
using Plumbline.Moderation.Images;
using Plumbline.Moderation.Onnx;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Onnx;

public sealed class OptionsFileTests
{
    [Fact]
    public void Options_of_a_text_classifier_are_read_from_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write(
            "text.yaml",
            "folder: models/hate\nhazards: {hateful: S10}\nignored: [neutral]\nscores: sigmoid\nreads: views\nmax_tokens: 128\n"
        );

        var options = OptionsFile.Read<OnnxTextOptions>(file);

        Assert.Equal(("models/hate", "S10", "neutral"), (options.Folder, options.Hazards["hateful"], options.Ignored[0]));
        Assert.Equal((LabelScores.Sigmoid, Findings.DetectorReading.Views, 128), (options.Scores, options.Reads, options.MaxTokens));
    }

    [Fact]
    public void Options_of_a_picture_classifier_are_read_from_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write(
            "image.yaml",
            """
            folder: models/nsfw
            hazards: {Porn: S12}
            output: boxes
            preprocessing: {width: 320, height: 320, fit: letterbox_top_left, filter: bilinear_aligned, fill: 0, mean: [0.5, 0.5, 0.5], layout: channels_last}
            limits: {formats: [jpeg, bmp], max_frames: 1, background: '#000000'}
            """
        );

        var options = OptionsFile.Read<OnnxImageOptions>(file);

        Assert.Equal(
            (320, ImageFit.LetterboxTopLeft, ResizeFilter.BilinearAligned),
            (options.Preprocessing!.Width, options.Preprocessing.Fit, options.Preprocessing.Filter)
        );
        Assert.Equal(
            (0.5, ImageLayout.ChannelsLast, ImageOutput.Boxes),
            (options.Preprocessing.Mean[1], options.Preprocessing.Layout, options.Output)
        );
        Assert.Equal([ImageFormat.Jpeg, ImageFormat.Bmp], options.Limits.Formats);
    }

    [Fact]
    public void A_value_out_of_its_range_is_refused_where_it_stands()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("hashes.yaml", "list: hashes.txt\ndistance: 40\n");

        var failure = Assert.Throws<InvalidInputException>(() => OptionsFile.Read<ImageHashOptions>(file));

        Assert.Contains("hashes.yaml:2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'distance' is 40", failure.Message, StringComparison.Ordinal);
    }
}
