using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.HuggingFace;

[NoTensorLeaks]
public sealed class ModelFolderTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("mistral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    public void A_model_written_and_read_back_gives_the_same_logits_to_the_bit(string modelType)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var config = TinyModels.Config(modelType) with
        {
            TieWordEmbeddings = modelType == "llama",
            QueryKeyValueBias = modelType == "qwen2",
            QueryKeyNorm = modelType == "qwen3",
        };
        using var decoder = new Decoder(config, new Seed(1));
        var tokens = PackedTokens.Of([TinyModels.Ids(1, 20)]);

        ModelFolder.Save(folder.Path, decoder);
        using var read = ModelFolder.Load(folder.Path);

        Assert.Equal(config with { EosTokenIds = read.Config.EosTokenIds }, read.Config);
        Assert.Equal(config.EosTokenIds, read.Config.EosTokenIds);
        Assert.True(decoder.Logits(decoder.HiddenStates(tokens)).Equals(read.Logits(read.HiddenStates(tokens))));
    }

    [Fact]
    public void Every_weight_that_does_not_fit_is_named_at_once()
    {
        using var folder = new TemporaryFolder();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        ModelFolder.Save(folder.Path, decoder);
        File.WriteAllText(folder.File("config.json"), ConfigJson.Write(decoder.Config with { HiddenSize = 128, LayerCount = 3 }));

        var failure = Assert.Throws<InvalidInputException>(() => ModelFolder.Load(folder.Path));

        Assert.Contains("model.layers.0.self_attn.q_proj.weight", failure.Message);
        Assert.Contains("model.layers.1.mlp.down_proj.weight", failure.Message);
        Assert.Contains("model.layers.2.input_layernorm.weight", failure.Message);
    }

    [Theory]
    [InlineData("""{"model_type":"t5"}""", "model_type is 't5'")]
    [InlineData("""{"model_type":"llama","vocab_size":-4,"hidden_size":8,"num_attention_heads":2}""", "vocab_size is -4")]
    [InlineData("""{"model_type":"llama","hidden_size":8,"num_attention_heads":2}""", "vocab_size is missing")]
    [InlineData(
        """{"model_type":"llama","hidden_size":8,"num_attention_heads":2,"rope_scaling":{"rope_type":"spiral"}}""",
        "rope_scaling asks for spiral"
    )]
    [InlineData("""{"model_type":"llama","quantization_config":{}}""", "quantised")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "no JSON object")]
    public void A_config_that_cannot_be_used_is_refused_by_name(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", json);

        var failure = Assert.Throws<InvalidInputException>(() => ModelFolder.Load(folder.Path));

        Assert.Contains("config.json", failure.Message);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void A_folder_without_a_config_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("config.json", Assert.Throws<InvalidInputException>(() => ModelFolder.Load(folder.Path)).Message);
    }

    [Fact]
    public void End_tokens_of_the_generation_config_are_added()
    {
        using var folder = new TemporaryFolder();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        ModelFolder.Save(folder.Path, decoder);
        folder.Write("generation_config.json", """{"eos_token_id":[0,7,9]}""");

        using var read = ModelFolder.Load(folder.Path);

        Assert.Equal([0, 7, 9], read.Config.EosTokenIds);
    }

    [Fact]
    public void A_damaged_config_is_read_or_refused_and_never_crashes()
    {
        using var folder = new TemporaryFolder();
        var good = System.Text.Encoding.UTF8.GetBytes(ConfigJson.Write(TinyModels.Config("qwen3")));

        ByteFuzzer.Run(
            [good],
            2_000,
            new Seed(11),
            bytes =>
            {
                File.WriteAllBytes(folder.File("config.json"), bytes);
                ConfigJson.Read(folder.File("config.json"));
            }
        );
    }
}
