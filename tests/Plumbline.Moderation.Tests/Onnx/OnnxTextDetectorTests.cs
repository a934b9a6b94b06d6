using System.Security.Cryptography;
using CsCheck;
using Plumbline.Findings;
using Plumbline.Moderation.Onnx;
using Plumbline.Moderation.Onnx.Import;

namespace Plumbline.Moderation.Tests.Onnx;

public sealed class OnnxTextDetectorTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logits_become_scores_by_softmax()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        using var detector = OnnxTextDetector.Load(model.Options());

        var finding = Assert.Single(await Ask(detector, "a BAD word"));

        // One bad token: logits 0 and 2.
        Assert.Equal(Math.Exp(2) / (1 + Math.Exp(2)), finding.Score, 1e-6);
        Assert.Equal(("S10", "hate", new TextSpan(0, 10)), (finding.Hazard, finding.Kind, finding.Span));
        Assert.Equal(["S10"], detector.Hazards);
        Assert.Equal((DetectorCost.Model, DetectorReading.Text, "onnx-text"), (detector.Cost, detector.Reads, detector.Name));
    }

    [Fact]
    public async Task A_model_of_several_labels_becomes_scores_by_sigmoid()
    {
        const string config = """{"id2label": {"0": "insult", "1": "threat"}, "problem_type": "multi_label_classification"}""";
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2, cruel: -1), config);
        var options = model.Options() with
        {
            Hazards = new Dictionary<string, string> { ["insult"] = "S10", ["threat"] = "S1" },
            Ignored = [],
        };
        using var detector = OnnxTextDetector.Load(options);

        var found = await Ask(detector, "bad cruel");

        Assert.Equal(0.5, found.Single(finding => finding.Hazard == "S10").Score, 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(-1)), found.Single(finding => finding.Hazard == "S1").Score, 1e-6);
    }

    [Theory]
    [InlineData(LabelScores.Softmax, 2.0 / 3)]
    [InlineData(LabelScores.Sigmoid, 0.5)]
    public async Task Labels_of_one_hazard_add_up_where_they_exclude_each_other(LabelScores scores, double expected)
    {
        var rows = Enumerable.Repeat(new float[] { 0, 0, 0 }, 6).ToArray();
        using var model = new TinyTextModel(rows);
        var options = model.Options() with
        {
            Labels = ["fine", "hate", "insult"],
            Hazards = new Dictionary<string, string> { ["hate"] = "S10", ["insult"] = "S10" },
            Scores = scores,
        };
        using var detector = OnnxTextDetector.Load(options);

        Assert.Equal(expected, Assert.Single(await Ask(detector, "word")).Score, 1e-6);
    }

    [Theory]
    [InlineData(LabelScores.ExclusiveProbabilities)]
    [InlineData(LabelScores.IndependentProbabilities)]
    public async Task Probabilities_are_taken_as_they_are_and_logits_are_no_probabilities(LabelScores scores)
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 0.25f, cruel: 3));
        using var detector = OnnxTextDetector.Load(model.Options() with { Scores = scores });

        Assert.Equal(0.25, Assert.Single(await Ask(detector, "bad")).Score, 1e-6);
        var failure = await Assert.ThrowsAsync<InvalidInputException>(() => Ask(detector, "cruel"));
        Assert.Contains("no probability", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LabelScores.Softmax)]
    [InlineData(LabelScores.Sigmoid)]
    public async Task An_output_that_is_not_a_number_is_an_error(LabelScores scores)
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: float.NaN));
        using var detector = OnnxTextDetector.Load(model.Options() with { Scores = scores });

        await Assert.ThrowsAsync<InvalidInputException>(() => Ask(detector, "bad"));
    }

    [Fact]
    public void A_word_is_found_wherever_it_stands_in_a_long_text()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 3));
        using var detector = OnnxTextDetector.Load(model.Options() with { MaxTokens = 10, Overlap = 3, BatchSize = 4 });
        var expected = Math.Exp(3) / (1 + Math.Exp(3));

        Gen.Select(Gen.Int[1, 60], Gen.Int[0, 59])
            .Sample(
                (words, place) =>
                {
                    var text = string.Join(' ', Enumerable.Range(0, words).Select(i => i == place % words ? "bad" : "word"));
                    var finding = Assert.Single(AskNow(detector, text));
                    var at = text.IndexOf("bad", StringComparison.Ordinal);
                    Assert.Equal(expected, finding.Score, 1e-6);
                    Assert.True(finding.Span!.Value.Start <= at && finding.Span.Value.End >= at + 3);
                    Assert.True(finding.Span.Value.End <= text.Length);
                },
                iter: 200
            );
    }

    [Fact]
    public async Task Two_words_that_stand_together_count_together_in_one_window()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 1));
        using var detector = OnnxTextDetector.Load(model.Options() with { MaxTokens = 10, Overlap = 2 });
        var text = string.Join(' ', Enumerable.Repeat("word", 7).Append("bad").Append("bad").Concat(Enumerable.Repeat("word", 20)));

        var finding = Assert.Single(await Ask(detector, text));

        // Windows of 8 begin at tokens 0, 6, 12, ...: the second one holds both.
        Assert.Equal(Math.Exp(2) / (1 + Math.Exp(2)), finding.Score, 1e-6);
        Assert.Equal(6 * 5, finding.Span!.Value.Start);
    }

    [Fact]
    public async Task Text_makes_no_special_tokens_and_special_tokens_stand_around_it()
    {
        var rows = TinyTextModel.Rows(bad: 0);
        rows[TinyTextModel.Separator] = [0, 1];
        rows[TinyTextModel.Class] = [0, 0.5f];
        using var model = new TinyTextModel(rows);
        using var detector = OnnxTextDetector.Load(model.Options());

        // One [CLS] and one [SEP] of the tokenizer's, whatever the text says.
        var expected = Math.Exp(1.5) / (1 + Math.Exp(1.5));
        Assert.Equal(expected, Assert.Single(await Ask(detector, "[SEP] [SEP][CLS]")).Score, 1e-6);
        Assert.Equal(expected, Assert.Single(await Ask(detector, "word")).Score, 1e-6);
        Assert.Empty(await Ask(detector, string.Empty));
        Assert.Empty(await Ask(detector, " \t"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inputs_are_recognised_by_their_names_and_types(bool isLong)
    {
        using var model = new TinyTextModel(
            TinyTextModel.Rows(bad: 2),
            type: isLong ? OnnxType.Int64 : OnnxType.Int32,
            inputs: ["input_ids", "attention_mask", "token_type_ids"]
        );
        using var detector = OnnxTextDetector.Load(model.Options());

        Assert.Equal(Math.Exp(2) / (1 + Math.Exp(2)), Assert.Single(await Ask(detector, "bad")).Score, 1e-6);
    }

    [Fact]
    public async Task Everybody_who_asks_at_once_gets_the_same()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 0.3f, cruel: -0.1f));
        using var detector = OnnxTextDetector.Load(model.Options() with { MaxTokens = 12, Overlap = 4 });
        var texts = Enumerable
            .Range(0, 40)
            .Select(i =>
                string.Join(
                    ' ',
                    Enumerable
                        .Range(0, 1 + i)
                        .Select(j =>
                            (i * j % 3) switch
                            {
                                0 => "word",
                                1 => "bad",
                                _ => "cruel",
                            }
                        )
                )
            );
        var alone = new List<IReadOnlyList<Finding>>();
        foreach (var text in texts)
        {
            alone.Add(await Ask(detector, text));
        }

        var together = await Task.WhenAll(texts.Concat(texts).Select(text => Ask(detector, text)));

        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % alone.Count], together[i]);
        }
    }

    [Fact]
    public void The_version_is_the_hash_of_the_models_file()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        using var detector = OnnxTextDetector.Load(model.Options() with { Reads = DetectorReading.Views });

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model.FileOf("model.onnx")))), detector.Version);
        Assert.Equal(DetectorReading.Views, detector.Reads);
    }

    [Fact]
    public async Task Low_scores_are_left_out_long_texts_refused_and_runs_stopped()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        using var detector = OnnxTextDetector.Load(model.Options() with { LeastScore = 0.6, MaxCharacters = 8 });

        Assert.Empty(await Ask(detector, "word"));
        Assert.Single(await Ask(detector, "bad"));
        await Assert.ThrowsAsync<InvalidInputException>(() => Ask(detector, "word word"));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await detector.DetectAsync(new DetectorInput { Part = GuardedPart.Prompt, Text = "bad" }, stopped.Token)
        );
    }

    [Fact]
    public async Task A_model_may_lie_in_the_folder_onnx_and_its_tokenizer_elsewhere()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        using var other = new Testing.TemporaryFolder();
        Directory.CreateDirectory(other.File("onnx"));
        File.Move(model.FileOf("model.onnx"), other.File("onnx/model.onnx"));
        using var detector = OnnxTextDetector.Load(
            model.Options() with
            {
                Folder = other.Path,
                Tokenizer = model.Path,
                Labels = ["fine", "hate"],
            }
        );

        Assert.Single(await Ask(detector, "bad"));
    }

    private static IReadOnlyList<Finding> AskNow(OnnxTextDetector detector, string text) => Ask(detector, text).GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<Finding>> Ask(OnnxTextDetector detector, string text) =>
        await detector.DetectAsync(new DetectorInput { Part = GuardedPart.Prompt, Text = text }, Stop);
}
