using System.Text.Json.Nodes;
using Plumbline.Models.Adapters;
using Plumbline.Models.Heads;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Models.Tests.Adapters;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Heads;

[NoTensorLeaks]
public sealed class ScoredModelFolderTests
{
    private static readonly ScoreHeadOptions Sequence = new()
    {
        Labels = ["harmless", "harmful", "unclear"],
        ProblemType = ScoreProblemType.SingleLabelClassification,
    };

    private static readonly PackedTokens Tokens = PackedTokens.Of([
        [.. TinyModels.Ids(1, 12).Select(id => id % 40)],
        [3, 1],
    ]);

    [Theory]
    [InlineData("llama", ScoreHeadKind.Sequence, "LlamaForSequenceClassification", "score.weight")]
    [InlineData("qwen2", ScoreHeadKind.Token, "Qwen2ForTokenClassification", "score.bias score.weight")]
    [InlineData("gpt2", ScoreHeadKind.Sequence, "GPT2ForSequenceClassification", "score.weight")]
    [InlineData("gpt-neox", ScoreHeadKind.Token, "GPTNeoXForTokenClassification", "classifier.bias classifier.weight")]
    public void A_model_written_and_read_back_scores_the_same_to_the_bit(
        string modelType,
        ScoreHeadKind kind,
        string architecture,
        string names
    )
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new ScoredDecoder(AdapterModels.Decoder(modelType), Sequence with { Kind = kind }, new Seed(2));

        ScoredModelFolder.Save(folder.Path, model);
        using var read = ScoredModelFolder.Load(folder.Path);

        Assert.True(Scores(model).Equals(Scores(read)));
        Assert.Equal((kind, Sequence.ProblemType), (read.Options.Kind, read.Options.ProblemType));
        Assert.Equal(Sequence.Labels, read.Options.Labels);
        using var file = SafetensorsFile.Open(folder.File("model.safetensors"));
        Assert.Equal(
            names,
            string.Join(
                ' ',
                file.Entries.Select(entry => entry.Name)
                    .Where(name => !name.Contains('.', StringComparison.Ordinal) || IsHead(name))
                    .Order(StringComparer.Ordinal)
            )
        );
        Assert.DoesNotContain(file.Entries, entry => entry.Name is "lm_head.weight" or "embed_out.weight");
        var json = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        Assert.Equal(
            $$"""["{{architecture}}"] 3 {"0":"harmless","1":"harmful","2":"unclear"} {"harmless":0,"harmful":1,"unclear":2} "single_label_classification" """.TrimEnd(),
            string.Join(
                ' ',
                new[] { "architectures", "num_labels", "id2label", "label2id", "problem_type" }.Select(name => json[name]!.ToJsonString())
            )
        );

        static bool IsHead(string name) =>
            name.StartsWith("score", StringComparison.Ordinal) || name.StartsWith("classifier", StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_head_on_a_language_model_s_folder_leaves_its_output_matrix_aside()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        ModelFolder.Save(folder.Path, decoder);

        using var model = ScoredModelFolder.Start(folder.Path, Sequence, new Seed(5));

        Assert.Equal(decoder.ParameterCount - (64 * 64), model.Decoder.ParameterCount);
        Assert.True(decoder.HiddenStates(Tokens).Equals(model.Decoder.HiddenStates(Tokens)));
        Assert.Equal(BaseFingerprint.Of(decoder), BaseFingerprint.Of(model.Decoder));
        Assert.Contains("no score head", Assert.Throws<InvalidInputException>(() => ScoredModelFolder.Load(folder.Path)).Message);
    }

    [Theory]
    [InlineData(ScoreHeadKind.Sequence, "SEQ_CLS", "score.weight")]
    [InlineData(ScoreHeadKind.Token, "TOKEN_CLS", "score.bias score.weight")]
    public void An_adapter_takes_the_head_that_was_trained_with_it_along(ScoreHeadKind kind, string task, string head)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var options = Sequence with { Kind = kind };
        using var model = new ScoredDecoder(AdapterModels.Decoder("llama"), options, new Seed(2));
        AdapterModels.AddTrained(model.Decoder, "default", new LoraOptions { TargetModules = ["q_proj"] }, 3);
        using var fresh = new ScoredDecoder(AdapterModels.Decoder("llama"), options, new Seed(9));

        ScoredAdapterFolder.Save(folder.Path, model, "default", "base");
        ScoredAdapterFolder.Load(folder.Path, fresh, "default");

        Assert.True(Scores(model).Equals(Scores(fresh)));
        var json = JsonNode.Parse(File.ReadAllText(folder.File("adapter_config.json")))!;
        Assert.Equal($"\"{task}\" [\"score\"]", $"{json["task_type"]!.ToJsonString()} {json["modules_to_save"]!.ToJsonString()}");
        using var file = SafetensorsFile.Open(folder.File("adapter_model.safetensors"));
        Assert.Equal(
            head.Split(' ').Select(name => "base_model.model." + name),
            file.Entries.Select(entry => entry.Name)
                .Where(name => !name.Contains("lora", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_head_of_other_labels_and_a_head_for_a_language_model_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = new ScoredDecoder(AdapterModels.Decoder("llama"), Sequence, new Seed(2));
        model.Decoder.Adapters.Add("default", new LoraOptions(), new Seed(3));
        ScoredAdapterFolder.Save(folder.Path, model, "default");
        using var scalar = new ScoredDecoder(AdapterModels.Decoder("llama"), new ScoreHeadOptions(), new Seed(2));

        Assert.Contains(
            "base_model.model.score.weight",
            Assert.Throws<InvalidInputException>(() => ScoredAdapterFolder.Load(folder.Path, scalar, "default")).Message
        );
        Assert.Contains(
            "a head of its own (score)",
            Assert.Throws<InvalidInputException>(() => AdapterFolder.Load(folder.Path, scalar.Decoder, "default")).Message
        );
    }

    [Theory]
    [InlineData(""" "num_labels":2 """, "num_labels is 2, and id2label names 3")]
    [InlineData(""" "num_labels":-1 """, "num_labels is -1")]
    [InlineData(""" "num_labels":100000,"id2label":null """, "num_labels is 100000")]
    [InlineData(""" "num_labels":null,"id2label":{"0":"a","2":"b"} """, "id2label has no name for label 1")]
    [InlineData(""" "num_labels":null,"id2label":{"0":"a","1":"a"} """, "no two of one name")]
    [InlineData(""" "problem_type":"ranking" """, "problem_type is 'ranking'")]
    [InlineData(""" "architectures":[3] """, "architectures is [3]")]
    public void Fields_that_contradict_each_other_are_refused_by_name(string changed, string expected)
    {
        using var folder = new TemporaryFolder();
        var json = JsonNode.Parse(ScoreHeadJson.Write(TinyModels.Config("llama"), Sequence))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse("{" + changed + "}")!.AsObject())
        {
            json[name] = value?.DeepClone();
        }

        folder.Write("config.json", json.ToJsonString());

        var failure = Assert.Throws<InvalidInputException>(() => ScoredModelFolder.Load(folder.Path));
        Assert.Contains(expected, failure.Message);
        Assert.Contains("config.json", failure.Message);
    }

    [Fact]
    public void A_classifier_that_says_nothing_of_its_labels_has_two_of_them()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config.json", """{"architectures":["LlamaForSequenceClassification"]}""");

        Assert.Equal(["LABEL_0", "LABEL_1"], ScoreHeadJson.Read(path)!.Labels);
    }

    [Fact]
    public void A_damaged_config_is_read_or_refused_and_never_crashes()
    {
        using var folder = new TemporaryFolder();
        var good = System.Text.Encoding.UTF8.GetBytes(ScoreHeadJson.Write(TinyModels.Config("llama"), Sequence));

        ByteFuzzer.Run(
            [good],
            1_000,
            new Seed(13),
            bytes =>
            {
                File.WriteAllBytes(folder.File("config.json"), bytes);
                ScoreHeadJson.Read(folder.File("config.json"));
            }
        );
    }

    private static Tensor Scores(ScoredDecoder model)
    {
        using var noGradients = no_grad();
        return model.Options.Kind == ScoreHeadKind.Sequence ? model.SequenceScores(Tokens) : model.TokenScores(Tokens);
    }
}
