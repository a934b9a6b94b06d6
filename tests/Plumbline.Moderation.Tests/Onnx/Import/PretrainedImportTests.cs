using System.Globalization;
using Plumbline.Findings;
using Plumbline.Moderation.Images;
using Plumbline.Moderation.Onnx;
using Plumbline.Moderation.Onnx.Import;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Onnx.Import;

public sealed class PretrainedImportTests(ITestOutputHelper output)
{
    private static readonly string[] Labels = ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"];

    /// <summary>The figures of the model's own project, on its own logo; its decoder of JPEG is another one.</summary>
    private static readonly double[] Published = [0.6877, 0.0021, 0.3101, 3.7e-5, 1.5e-5];

    [Fact]
    public async Task A_pretrained_classifier_gives_the_figures_that_its_project_publishes()
    {
        using var folder = new TemporaryFolder();
        var made = TensorflowJsImporter.Import(RealData.Path("nsfwjs-mobilenet-v2/model.json"), folder.Path, Labels);
        using var detector = OnnxImageDetector.Load(Options(folder.Path));
        var image = await File.ReadAllBytesAsync(
            RealData.Path("nsfwjs-mobilenet-v2/nsfwjs_logo.jpg"),
            TestContext.Current.CancellationToken
        );

        var found = await detector.DetectAsync(
            new DetectorInput { Part = GuardedPart.Image, Image = image },
            TestContext.Current.CancellationToken
        );

        Assert.Equal([224, 224, 3], made.InputShape);
        Assert.Equal(LabelScores.ExclusiveProbabilities, made.Scores);
        for (var i = 0; i < Labels.Length; i++)
        {
            var score = found.Single(finding => finding.Kind == Labels[i]).Score;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Labels[i]}: {score:G4} (published {Published[i]:G4})"));
            // Rare labels have to be right in their order of magnitude too.
            Assert.InRange(score, Published[i] - Math.Min(0.004, Published[i] / 4), Published[i] + Math.Min(0.004, Published[i] / 4));
        }

        output.WriteLine($"{made.Layers} layers, {made.Parameters} weights");
    }

    private static OnnxImageOptions Options(string folder) =>
        new()
        {
            Folder = folder,
            // A hazard for each label, so that every score is seen; which ones does not matter here.
            Hazards = Labels.Zip(new[] { "S1", "S2", "S3", "S12", "P3" }).ToDictionary(pair => pair.First, pair => pair.Second),
            Preprocessing = new ImagePreprocessing { Filter = ResizeFilter.BilinearAligned },
        };
}
