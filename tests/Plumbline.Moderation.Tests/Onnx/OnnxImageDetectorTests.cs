using Plumbline.Findings;
using Plumbline.Moderation.Images;
using Plumbline.Moderation.Onnx;
using Plumbline.Moderation.Onnx.Import;
using Plumbline.Moderation.Tests.Images;
using Plumbline.Testing;
using SkiaSharp;

namespace Plumbline.Moderation.Tests.Onnx;

public sealed class OnnxImageDetectorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public async Task A_classifier_reads_pictures_in_its_own_layout_order_and_type(bool isLast, bool blueFirst, bool isBytes)
    {
        Write(Classifier(isLast, isBytes));
        var scale = isBytes ? 1 : 1.0 / 255;
        var options = Options() with
        {
            Preprocessing = new ImagePreprocessing
            {
                Width = 4,
                Height = 4,
                Scale = scale,
                BlueFirst = blueFirst,
            },
        };
        using var detector = OnnxImageDetector.Load(options);

        var found = await Ask(detector, TestPictures.Plain(new SKColor(200, 100, 50)));

        // The logits are the means of the three channels as the model sees them, in shares of 255.
        double[] logits = blueFirst ? [50, 100, 200] : [200, 100, 50];
        var sum = logits.Sum(logit => Math.Exp(logit / 255));
        Assert.Equal(Math.Exp(logits[0] / 255) / sum, found.Single(finding => finding.Kind == "first").Score, 1e-5);
        Assert.Equal(Math.Exp(logits[2] / 255) / sum, found.Single(finding => finding.Kind == "third").Score, 1e-5);
        Assert.Equal(["S12", "P3"], detector.Hazards);
        Assert.Equal((DetectorReading.Image, DetectorCost.Model, "onnx-image"), (detector.Reads, detector.Cost, detector.Name));
        Assert.Equal(64, detector.Version.Length);
    }

    [Fact]
    public async Task Means_and_deviations_come_from_the_folder()
    {
        Write(Classifier(isLast: false, isBytes: false));
        folder.Write(
            "config.json",
            """{"id2label": {"0": "first", "1": "second", "2": "third"}, "problem_type": "multi_label_classification"}"""
        );
        folder.Write("preprocessor_config.json", """{"size": 4, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.5, 0.125]}""");
        using var detector = OnnxImageDetector.Load(Options() with { Labels = [], Preprocessing = null });

        var found = await Ask(detector, TestPictures.Plain(new SKColor(255, 0, 255)));

        // (1 − ½) / ¼ and (1 − ½) / ⅛.
        Assert.Equal(1 / (1 + Math.Exp(-2)), found.Single(finding => finding.Kind == "first").Score, 1e-5);
        Assert.Equal(1 / (1 + Math.Exp(-4)), found.Single(finding => finding.Kind == "third").Score, 1e-5);
    }

    [Fact]
    public async Task The_worst_frame_of_an_animation_counts()
    {
        Write(Classifier(isLast: false, isBytes: false));
        using var detector = OnnxImageDetector.Load(Options());

        var red = (await Ask(detector, TestPictures.Gif(1))).Single(finding => finding.Kind == "first").Score;
        var both = await Ask(detector, TestPictures.Gif(2));

        Assert.Equal(Math.E / (Math.E + 2), red, 1e-5);
        Assert.Equal(red, both.Single(finding => finding.Kind == "first").Score, 1e-9);
        Assert.Equal(2, both.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Boxes_of_one_label_that_overlap_leave_the_highest(bool isTransposed)
    {
        // Centre, width and height in an input of 8 x 8; then the scores of two labels.
        float[][] boxes =
        [
            [2, 2, 4, 4, 0.9f, 0],
            [2.5f, 2, 4, 4, 0.8f, 0], // 14 of 18 in common with the first one
            [6, 6, 4, 4, 0.7f, 0],
            [2, 2, 4, 4, 0, 0.6f], // another label at the first one's place
            [4, 4, 8, 8, 0.1f, 0.1f], // too low
        ];
        Write(Boxes(boxes, isTransposed));
        using var detector = OnnxImageDetector.Load(BoxOptions());

        var found = await Ask(detector, TestPictures.Plain(TestPictures.Red, 16, 8));

        Assert.Equal(
            [("part", "S12", 0.9), ("part", "S12", 0.7), ("wound", "P3", 0.6)],
            found.Select(finding => (finding.Kind, finding.Hazard, Math.Round(finding.Score, 4)))
        );
        // The picture is twice as wide as high and takes rows 2 to 5 of the input.
        Assert.Equal(new ImageRegion(0, 0, 0.5, 0.5), found[0].Region);
        Assert.Equal(new ImageRegion(0.5, 0.5, 0.5, 0.5), found[1].Region);
    }

    [Fact]
    public async Task Boxes_of_labels_without_a_hazard_are_no_findings_and_overlap_is_an_option()
    {
        Write(
            Boxes(
                [
                    [2, 2, 4, 4, 0.9f, 0.5f],
                    [2.5f, 2, 4, 4, 0.8f, 0],
                ],
                isTransposed: false
            )
        );
        using var detector = OnnxImageDetector.Load(
            BoxOptions() with
            {
                Hazards = new Dictionary<string, string> { ["part"] = "S12" },
                Ignored = ["wound"],
                MostOverlap = 0.8,
                LeastScore = 0.85,
            }
        );

        Assert.Equal(0.9, Assert.Single(await Ask(detector, TestPictures.Plain(TestPictures.Red))).Score, 1e-6);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_is_an_error()
    {
        Write(Classifier(isLast: false, isBytes: false));
        using var detector = OnnxImageDetector.Load(Options());

        await Assert.ThrowsAsync<InvalidInputException>(() => Ask(detector, [1, 2, 3]));
    }

    [Fact]
    public async Task Boxes_that_are_not_finite_or_of_another_number_of_labels_are_errors()
    {
        Write(
            Boxes(
                [
                    [float.NaN, 2, 4, 4, 0.9f, 0],
                ],
                isTransposed: false
            )
        );
        using var broken = OnnxImageDetector.Load(BoxOptions());
        using var other = OnnxImageDetector.Load(BoxOptions() with { Labels = ["part", "wound", "x"], Ignored = ["x"] });
        var picture = TestPictures.Plain(TestPictures.Red);

        Assert.Contains(
            "not finite",
            (await Assert.ThrowsAsync<InvalidInputException>(() => Ask(broken, picture))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "3 labels need",
            (await Assert.ThrowsAsync<InvalidInputException>(() => Ask(other, picture))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Everybody_who_asks_at_once_gets_the_same()
    {
        Write(Classifier(isLast: true, isBytes: false));
        using var detector = OnnxImageDetector.Load(Options() with { Threads = 2 });
        var pictures = Enumerable
            .Range(0, 12)
            .Select(i => TestPictures.File(9, 7, (x, y) => new SKColor((byte)(x * i), (byte)(y * 9), (byte)(i * 20))))
            .ToList();
        var alone = new List<IReadOnlyList<Finding>>();
        foreach (var picture in pictures)
        {
            alone.Add(await Ask(detector, picture));
        }

        var together = await Task.WhenAll(pictures.Concat(pictures).Select(picture => Ask(detector, picture)));

        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % alone.Count], together[i]);
        }
    }

    [Fact]
    public void Models_and_options_that_do_not_fit_are_refused()
    {
        Write(Classifier(isLast: false, isBytes: false));
        Refused("no preprocessor_config.json", Options() with { Preprocessing = null });
        Refused("No labels are given", Options() with { Labels = [] });
        Refused(
            "[1, 3, 5, 4]",
            Options() with
            {
                Preprocessing = new ImagePreprocessing { Width = 4, Height = 5 },
            }
        );
        Refused("has the outputs scores [-1, 3]", Options() with { Output = ImageOutput.Boxes });
        Refused("'scores'", Options() with { Output = ImageOutput.Boxes, Scores = LabelScores.Softmax });
        Refused("'name'", Options() with { Name = "A B", LeastScore = -1, LeastBoxScore = 0, MostOverlap = 2, Threads = 0 });
        Refused("'S77'", Options() with { Hazards = new Dictionary<string, string> { ["first"] = "S77" } });

        Write(
            Boxes(
                [
                    [2, 2, 4, 4, 0.9f, 0],
                ],
                isTransposed: false
            )
        );
        Refused("has 3 dimensions", BoxOptions() with { Output = ImageOutput.Labels });
    }

    [Fact]
    public void Models_with_other_inputs_are_refused()
    {
        Write(Reading([("pixels", OnnxType.Float, [-1, -1, -1, -1])]));
        Refused("does not say where the colours are", Options());
        Write(Reading([("pixels", OnnxType.Int64, [-1, 3, 4, 4])]));
        Refused("holds Int64", Options());
        Write(Reading([("pixels", OnnxType.Float, [-1, 3])]));
        Refused("in 2 dimensions", Options());
        Write(Reading([("pixels", OnnxType.Float, [-1, 3, 4, 4]), ("more", OnnxType.Float, [1])]));
        Refused("pixels, more", Options());
    }

    [Fact]
    public void Notes_about_scores_are_read_and_unknown_ones_refused()
    {
        Write(Classifier(isLast: false, isBytes: false, note: "magic"));
        Refused("'magic'", Options());
    }

    private static byte[] Reading((string Name, OnnxType Type, long[] Shape)[] inputs)
    {
        var graph = new OnnxModelBuilder("reading");
        foreach (var (name, type, shape) in inputs)
        {
            graph.Input(name, type, shape);
        }

        graph.Output("logits", graph.Weights("zero", [0, 0, 0], 1, 3), OnnxType.Float, 1, 3);
        return graph.ToArray();
    }

    /// <summary>A convolution of one pixel that gives each channel to a label, and the mean over the picture.</summary>
    private static byte[] Classifier(bool isLast, bool isBytes, string? note = null)
    {
        var graph = new OnnxModelBuilder("means");
        long[] shape = isLast ? [-1, 4, 4, 3] : [-1, 3, 4, 4];
        var value = graph.Input("pixels", isBytes ? OnnxType.UInt8 : OnnxType.Float, shape);
        value = isBytes ? graph.Add("Cast", [value], OnnxAttribute.Of("to", (long)OnnxType.Float)) : value;
        value = isLast ? graph.Add("Transpose", [value], OnnxAttribute.Of("perm", 0, 3, 1, 2)) : value;
        var weight = isBytes ? 1 / 255f : 1;
        value = graph.Add("Conv", [value, graph.Weights("kernel", [weight, 0, 0, 0, weight, 0, 0, 0, weight], 3, 3, 1, 1)]);
        value = graph.Add("ReduceMean", [value], OnnxAttribute.Of("axes", 2, 3), OnnxAttribute.Of("keepdims", 0L));
        graph.Output("scores", value, OnnxType.Float, -1, 3);
        if (note is not null)
        {
            graph.Note(OnnxImageDetector.ScoresNote, note);
        }

        return graph.ToArray();
    }

    private static byte[] Boxes(float[][] boxes, bool isTransposed)
    {
        var graph = new OnnxModelBuilder("boxes");
        var pixels = graph.Input("images", OnnxType.Float, 1, 3, 8, 8);
        var zero = graph.Add("Mul", [graph.Add("ReduceMean", [pixels], OnnxAttribute.Of("keepdims", 0L)), graph.Weights("zero", [0])]);
        var (rows, columns) = isTransposed ? (boxes.Length, boxes[0].Length) : (boxes[0].Length, boxes.Length);
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = isTransposed ? boxes[i / columns][i % columns] : boxes[i % columns][i / columns];
        }

        graph.Output("output0", graph.Add("Add", [graph.Weights("boxes", values, 1, rows, columns), zero]), OnnxType.Float, 1, -1, -1);
        return graph.ToArray();
    }

    private static async Task<IReadOnlyList<Finding>> Ask(OnnxImageDetector detector, byte[] image) =>
        await detector.DetectAsync(new DetectorInput { Part = GuardedPart.Image, Image = image }, TestContext.Current.CancellationToken);

    private static void Refused(string message, OnnxImageOptions options) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidInputException>(() => OnnxImageDetector.Load(options)).Message,
            StringComparison.Ordinal
        );

    private void Write(byte[] model) => File.WriteAllBytes(folder.File("model.onnx"), model);

    private OnnxImageOptions Options() =>
        new()
        {
            Folder = folder.Path,
            Labels = ["first", "second", "third"],
            Hazards = new Dictionary<string, string> { ["first"] = "S12", ["third"] = "P3" },
            Ignored = ["second"],
            Preprocessing = new ImagePreprocessing { Width = 4, Height = 4 },
        };

    private OnnxImageOptions BoxOptions() =>
        new()
        {
            Folder = folder.Path,
            Output = ImageOutput.Boxes,
            Labels = ["part", "wound"],
            Hazards = new Dictionary<string, string> { ["part"] = "S12", ["wound"] = "P3" },
            Preprocessing = new ImagePreprocessing
            {
                Width = 8,
                Height = 8,
                Fit = ImageFit.Letterbox,
            },
        };
}
