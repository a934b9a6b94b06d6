using Plumbline.Moderation.Onnx;
using Plumbline.Moderation.Onnx.Import;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Onnx;

public sealed class OnnxTextFaultTests
{
    [Theory]
    [InlineData("""{"id2label": {"0": "fine", "1": "hate", "2": "other"}}""", "'other' has no hazard")]
    [InlineData("""{"id2label": {"0": "fine"}}""", "no label 'hate'")]
    [InlineData("""{"id2label": {"0": "fine", "2": "hate"}}""", "the key '2'")]
    [InlineData("""{"id2label": {"0": "fine", "00": "hate"}}""", "the key '00'")]
    [InlineData("""{"id2label": {}}""", "0 labels")]
    [InlineData("""{"id2label": {"0": "hate", "1": "hate"}}""", "no label 'fine'")]
    [InlineData("""{"id2label": {"0": "fine", "1": 3}}""", "not String")]
    [InlineData("""{}""", "No labels are given")]
    [InlineData("""{"id2label": {"0": "fine", "1": "hate"}, "problem_type": "regression"}""", "'regression'")]
    [InlineData("""{"id2label": {"0": "fine", "1": "hate"}, "vocab_size": 5}""", "knows 5 tokens")]
    [InlineData("""{"id2label": {"0": "fine", "1": "hate"}, "max_position_embeddings": 66}""", "64 of them overlap")]
    [InlineData("""{"id2label": {"0": "fine", "1": "hate"}, "vocab_size": -3}""", "not a count")]
    [InlineData("""[""", "Not valid JSON")]
    public void A_configuration_that_does_not_fit_is_refused(string config, string message)
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2), config);

        Assert.Contains(message, Refused(model.Options()), StringComparison.Ordinal);
    }

    [Fact]
    public void Roberta_numbers_its_positions_from_behind_the_padding()
    {
        const string config =
            """{"id2label": {"0": "fine", "1": "hate"}, "max_position_embeddings": 70, "model_type": "roberta", "pad_token_id": 1}""";
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2), config);

        Assert.Contains(
            "max_tokens is 69, but the model reads 68",
            Refused(model.Options() with { MaxTokens = 69 }),
            StringComparison.Ordinal
        );
        OnnxTextDetector.Load(model.Options() with { MaxTokens = 68, Overlap = 8 }).Dispose();
    }

    [Fact]
    public void Labels_that_do_not_match_the_options_are_refused()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        var options = model.Options();

        Assert.Contains(
            "3 labels are named",
            Refused(options with { Labels = ["fine", "hate", "x"], Ignored = ["fine", "x"] }),
            StringComparison.Ordinal
        );
        Assert.Contains("is ignored as well", Refused(options with { Ignored = ["fine", "hate"] }), StringComparison.Ordinal);
        Assert.Contains(
            "No label has a hazard",
            Refused(options with { Ignored = ["fine", "hate"], Hazards = new Dictionary<string, string>() }),
            StringComparison.Ordinal
        );
        Assert.Contains("Labels repeat", Refused(options with { Labels = ["hate", "hate"], Ignored = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_their_ranges_are_refused_by_name()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        var bad = model.Options() with
        {
            Name = "Not A Name",
            Hazards = new Dictionary<string, string> { ["hate"] = "S99" },
            Reads = Findings.DetectorReading.Image,
            MaxTokens = 2,
            Overlap = -1,
            BatchSize = 0,
            MaxCharacters = 0,
            LeastScore = 2,
            Threads = 0,
        };

        var message = Refused(bad);

        string[] names = ["name", "hazards", "reads", "max_tokens", "overlap", "batch_size", "max_characters", "least_score", "threads"];
        Assert.All(names, name => Assert.Contains($"'{name}'", message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(new[] { "ids" }, "logits", -1, "no input 'input_ids'")]
    [InlineData(new[] { "input_ids", "position_ids" }, "logits", -1, "the input 'position_ids'")]
    [InlineData(new[] { "input_ids" }, "logits", 8, "fixed shape [8, 8]")]
    public void A_model_with_other_inputs_is_refused(string[] inputs, string output, long size, string message)
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        File.WriteAllBytes(model.FileOf("model.onnx"), TinyTextModel.Model(TinyTextModel.Rows(2), OnnxType.Int64, inputs, output, size));

        Assert.Contains(message, Refused(model.Options()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_logits_is_refused()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        var graph = new OnnxModelBuilder("states");
        var ids = graph.Input("input_ids", OnnxType.Int64, -1, -1);
        var numbers = graph.Add("Cast", [ids], OnnxAttribute.Of("to", (long)OnnxType.Float));
        graph.Output("last_hidden_state", graph.Add("Unsqueeze", [numbers, graph.Integers("axes", 2)]), OnnxType.Float, -1, -1, 1);
        File.WriteAllBytes(model.FileOf("model.onnx"), graph.ToArray());
        Assert.Contains("has 3 dimensions", Refused(model.Options()), StringComparison.Ordinal);

        graph.Output("pooled", numbers, OnnxType.Float, -1, -1);
        File.WriteAllBytes(model.FileOf("model.onnx"), graph.ToArray());
        Assert.Contains("no output 'logits'", Refused(model.Options()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_missing_or_none_is_refused()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        File.WriteAllText(model.FileOf("model.onnx"), "no model");
        Assert.Contains("ONNX", Refused(model.Options()), StringComparison.Ordinal);

        File.WriteAllBytes(model.FileOf("model.onnx"), []);
        Assert.Contains("no graph in it", Refused(model.Options()), StringComparison.Ordinal);

        var graph = new OnnxModelBuilder("unknown");
        graph.Output("logits", graph.Add("NoSuchOperator", [graph.Input("input_ids", OnnxType.Int64, -1, -1)]), OnnxType.Float, -1, 2);
        File.WriteAllBytes(model.FileOf("model.onnx"), graph.ToArray());
        Assert.Contains("NoSuchOperator", Refused(model.Options()), StringComparison.Ordinal);

        File.Delete(model.FileOf("model.onnx"));
        Assert.Contains("cannot be read", Refused(model.Options()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("inner/weights.bin")]
    [InlineData("..\\weights.bin")]
    [InlineData("C:weights.bin")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("missing.bin")]
    [InlineData("link.bin")]
    public void Weights_outside_of_the_models_folder_are_refused(string location)
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        File.WriteAllBytes(model.FileOf("model.onnx"), External(location));
        File.CreateSymbolicLink(model.FileOf("link.bin"), "/etc/hostname");

        Assert.Contains("no plain file in the model's folder", Refused(model.Options()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_beside_the_model_are_read_and_count_in_its_version()
    {
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2));
        File.WriteAllBytes(model.FileOf("model.onnx"), External("weights.bin"));
        var versions = new List<string>();
        foreach (var bad in new float[] { 1, 2 })
        {
            File.WriteAllBytes(
                model.FileOf("weights.bin"),
                [.. TinyTextModel.Rows(bad).SelectMany(row => row).SelectMany(BitConverter.GetBytes)]
            );
            using var detector = OnnxTextDetector.Load(model.Options());
            var input = new Findings.DetectorInput { Part = Findings.GuardedPart.Prompt, Text = "bad" };
            var found = await detector.DetectAsync(input, TestContext.Current.CancellationToken);
            Assert.Equal(Math.Exp(bad) / (1 + Math.Exp(bad)), Assert.Single(found).Score, 1e-6);
            versions.Add(detector.Version);
        }

        Assert.NotEqual(versions[0], versions[1]);
    }

    [Fact]
    public async Task A_model_that_fails_on_a_text_is_an_error_that_names_it()
    {
        // The tokenizer makes token 5, for which the table has no row.
        using var model = new TinyTextModel(TinyTextModel.Rows(bad: 2)[..5]);
        using var detector = OnnxTextDetector.Load(model.Options());
        var input = new Findings.DetectorInput { Part = Findings.GuardedPart.Prompt, Text = "cruel" };

        var failure = await Assert.ThrowsAsync<InvalidInputException>(async () =>
            await detector.DetectAsync(input, TestContext.Current.CancellationToken)
        );

        Assert.Contains("model.onnx: The model fails", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_models_are_refused()
    {
        using var folder = new TemporaryFolder();
        var good = TinyTextModel.Model(TinyTextModel.Rows(2), OnnxType.Int64, ["input_ids", "attention_mask"]);
        ByteFuzzer.Run(
            [good, External("weights.bin")],
            300,
            new Randomness.Seed(1),
            bytes =>
            {
                File.WriteAllBytes(folder.File("model.onnx"), bytes);
                OnnxSession.Open(folder.File("model.onnx"), 1).Dispose();
            }
        );
    }

    private static byte[] External(string location)
    {
        var graph = new OnnxModelBuilder("outside");
        var ids = graph.Input("input_ids", OnnxType.Int64, -1, -1);
        var vectors = graph.Add("Gather", [graph.External("rows", location, 6, 2), ids]);
        var sums = graph.Add("ReduceSum", [vectors, graph.Integers("axes", 1)], OnnxAttribute.Of("keepdims", 0L));
        graph.Output("logits", sums, OnnxType.Float, -1, 2);
        return graph.ToArray();
    }

    private static string Refused(OnnxTextOptions options) =>
        Assert.Throws<InvalidInputException>(() => OnnxTextDetector.Load(options)).Message;
}
