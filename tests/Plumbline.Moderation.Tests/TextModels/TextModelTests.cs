using Plumbline.Findings;
using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.TextModels;

public sealed class TextModelTests
{
    private static readonly TextModel Model = ToyTexts.Model();

    [Fact]
    public void What_decides_is_learnt_and_told_apart_on_texts_it_never_saw()
    {
        foreach (var text in ToyTexts.Of(300, 99))
        {
            var scores = Scores(Model, text.Text);
            Assert.Equal(text.Labels["unsafe"], scores[0] > 0.5);
            Assert.Equal(text.Labels["S1"], scores[1] > 0.5);
            Assert.True(!text.Labels.TryGetValue("S10", out var hate) || hate == scores[2] > 0.5);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_one_others()
    {
        Assert.Equal(Model.Hash, ToyTexts.Model().Hash);
        Assert.NotEqual(Model.Hash, ToyTexts.Model(seed: 4).Hash);
    }

    [Fact]
    public void A_phrase_in_a_long_harmless_text_is_found_where_it_stands()
    {
        var text =
            string.Concat(Enumerable.Repeat("lorem ipsum dolor amet ", 100))
            + string.Concat(Enumerable.Repeat(ToyTexts.Hate + " ", 3))
            + string.Concat(Enumerable.Repeat("elit sed ", 200));
        Span<float> scores = stackalloc float[TextModel.MostLabels];
        Span<TextSpan> windows = stackalloc TextSpan[TextModel.MostLabels];

        Model.Score(text, scores, windows);

        Assert.True(scores[2] > 0.5);
        Assert.Contains(ToyTexts.Hate, windows[2].Of(text).ToString());
        Assert.InRange(windows[2].Length, 1, 2 * (TextFeatures.LongestSegment + 1));
    }

    [Fact]
    public void Scores_of_the_kernel_are_those_that_training_computes()
    {
        var owners = Enumerable
            .Range(0, 1 << 12)
            .Select(record => Model.Table.Records[record * TextModel.RecordBytes])
            .Select(check => (short)check)
            .ToArray();
        var raw = new float[TextModel.MostLabels];
        foreach (
            var text in ToyTexts
                .Of(50, 7)
                .Select(text => text.Text)
                .Append(string.Concat(Enumerable.Repeat(ToyTexts.Violence + " lorem vermin ", 500)))
        )
        {
            Model.RawScores(text, raw, new TextSpan[TextModel.MostLabels]);
            var slow = Model.Table.Scores(TextDocument.Of(text, owners, 64 - 12));
            for (var label = 0; label < ToyTexts.Labels.Length; label++)
            {
                Assert.Equal(slow[label], raw[label], 1e-4f);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" .,! ")]
    [InlineData("\ud800 \udc00\ud800")]
    [InlineData("ξένα γράμματα 漢字 ตัวอักษร")]
    public void A_text_it_knows_nothing_of_says_so(string text)
    {
        Span<float> scores = stackalloc float[TextModel.MostLabels];
        Span<TextSpan> windows = stackalloc TextSpan[TextModel.MostLabels];

        var known = Model.Score(text, scores, windows);

        Assert.InRange(known, 0, 0.1);
        Assert.All(scores[..3].ToArray(), score => Assert.InRange(score, 0, 1));
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        var text = string.Concat(Enumerable.Repeat(ToyTexts.Violence + " lorem vermin ", 50));
        Scores(Model, text);
        Span<float> scores = stackalloc float[TextModel.MostLabels];
        Span<TextSpan> windows = stackalloc TextSpan[TextModel.MostLabels];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Model.Score(text, scores, windows);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_file_gives_the_same_model_back()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("m.ptm");
        TextModelFile.Write(Model, path);

        var read = TextModelFile.Read(File.ReadAllBytes(path), path);

        Assert.Equal(Model.Hash, read.Hash);
        Assert.Equal(Model.Labels, read.Labels);
        Assert.Equal(Model.Table.Records, read.Table.Records);
        Assert.Equal(Scores(Model, "lorem " + ToyTexts.Violence), Scores(read, "lorem " + ToyTexts.Violence));
    }

    [Fact]
    public void Damaged_files_are_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("m.ptm");
        TextModelFile.Write(Model, path);

        ByteFuzzer.Run([File.ReadAllBytes(path)], 300, new Seed(8), bytes => TextModelFile.Read(bytes, "m.ptm"));
    }

    [Fact]
    public void Labels_that_cannot_be_learnt_are_refused()
    {
        var texts = ToyTexts.Of(30, 1).Select(text => text with { Labels = new Dictionary<string, bool> { ["unsafe"] = true } }).ToList();

        var always = Assert.Throws<InvalidInputException>(() =>
            new TextModelTrainer([("unsafe", null)], new TextModelOptions(), new Seed(1)).Train(texts)
        );
        var never = Assert.Throws<InvalidInputException>(() =>
            new TextModelTrainer([("S1", "S1")], new TextModelOptions(), new Seed(1)).Train(texts)
        );
        var none = Assert.Throws<InvalidInputException>(() => new TextModelTrainer([], new TextModelOptions(), new Seed(1)).Train(texts));

        Assert.Contains("all texts or of none", always.Message);
        Assert.Contains("S1 holds of no text", never.Message);
        Assert.Contains("1 to 31", none.Message);
    }

    [Fact]
    public async Task The_detector_finds_hazards_and_gives_what_has_none_to_the_likeliest()
    {
        var detector = new TextModelDetector(Model, least: 0.5);

        var harmful = await detector.DetectAsync(
            new DetectorInput { Part = GuardedPart.Prompt, Text = "lorem " + ToyTexts.Violence },
            TestContext.Current.CancellationToken
        );
        var harmless = await detector.DetectAsync(
            new DetectorInput { Part = GuardedPart.Prompt, Text = "lorem ipsum" },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(["unsafe", "S1"], harmful.Select(finding => finding.Kind));
        Assert.All(harmful, finding => Assert.Equal("S1", finding.Hazard));
        Assert.All(harmful, finding => Assert.False(finding.IsExact));
        Assert.Empty(harmless);
        Assert.Equal(["S1", "S10"], detector.Hazards);
        Assert.Equal(Model.Hash, detector.Version);
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(1.0, false)]
    public async Task What_names_no_hazard_has_a_bound_of_its_own(double leastGeneral, bool isFound)
    {
        var detector = new TextModelDetector(Model, least: 0.01, leastGeneral);

        var findings = await detector.DetectAsync(
            new DetectorInput { Part = GuardedPart.Prompt, Text = "lorem " + ToyTexts.Violence },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(isFound, findings.Any(finding => finding.Kind == "unsafe"));
        Assert.Contains(findings, finding => finding.Kind == "S1");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(3)]
    public void A_first_step_is_shorter_the_more_the_sums_of_squares_begin_with(double initial)
    {
        var options = new TextModelOptions { LearningRate = 0.3, InitialAccumulator = initial };
        var weights = new TextModelWeights(records: 4, labels: 1, options);

        weights.Learn(new TrainingText(TextDocument.Of("a text", [-1, -1, -1, -1], 62), [1], Weight: 1));

        // At a probability of a half the slope is -1/2.
        Assert.Equal(0.3 * 0.5 / Math.Sqrt(initial + 0.25), weights.Quantized([-1, -1, -1, -1]).Biases[0], 1e-5);
    }

    [Fact]
    public void Where_a_miss_costs_more_what_names_no_hazard_scores_higher_and_hazards_as_before()
    {
        var texts = ToyTexts.Of(600, 5);
        // Nothing is told apart where labels are dealt by chance, so scores are the share of harmful texts.
        var dealt = texts
            .Select(
                (text, i) =>
                    text with
                    {
                        Labels = new Dictionary<string, bool> { ["unsafe"] = i % 7 < 2, ["S1"] = i % 7 < 2 },
                    }
            )
            .ToList();
        TextModel Trained(double cost) =>
            new TextModelTrainer(
                [("unsafe", null), ("S1", "S1")],
                new TextModelOptions { TableBits = 12, MissCost = cost },
                new Seed(2)
            ).Train(dealt);

        var (even, dear) = (Trained(1), Trained(4));

        Assert.Equal(even.Labels[1], dear.Labels[1]);
        foreach (var text in texts.Take(50))
        {
            Assert.True(Scores(dear, text.Text)[0] > Scores(even, text.Text)[0]);
        }
    }

    [Fact]
    public void A_model_that_speaks_for_no_hazard_is_no_detector()
    {
        var texts = ToyTexts.Of(60, 1);
        var model = new TextModelTrainer([("unsafe", null)], new TextModelOptions { TableBits = 12 }, new Seed(1)).Train(texts);

        Assert.Contains("no hazard", Assert.Throws<InvalidInputException>(() => new TextModelDetector(model)).Message);
    }

    private static float[] Scores(TextModel model, string text)
    {
        Span<float> scores = stackalloc float[TextModel.MostLabels];
        Span<TextSpan> windows = stackalloc TextSpan[TextModel.MostLabels];
        model.Score(text, scores, windows);
        return scores[..model.Labels.Count].ToArray();
    }
}
