using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.HuggingFace;

/// <summary>Model folders that are damaged or belong to something else: one clear error each, nothing guessed.</summary>
[NoTensorLeaks]
public sealed class DamagedModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_no_numbers_are_counted_and_named(float bad)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        using (no_grad())
        {
            decoder
                .Parameters.Single(parameter => parameter.Name.EndsWith("layers.1.self_attn.qkv_proj.weight", StringComparison.Ordinal))
                .Value[130, 3] = bad;
        }

        ModelFolder.Save(folder.Path, decoder);

        var message = Refusal();
        Assert.Contains("1 of 4096 weights of 'model.layers.1.self_attn.k_proj.weight' are NaN or infinite", message);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        SaveInShards();
        File.Delete(folder.File("model-00002-of-00003.safetensors"));

        Assert.Contains("model-00002-of-00003.safetensors", Refusal());
    }

    [Fact]
    public void An_index_that_promises_what_no_shard_holds_is_refused_by_name()
    {
        SaveInShards();
        var index = folder.File("model.safetensors.index.json");
        File.WriteAllText(
            index,
            File.ReadAllText(index).Replace("\"model.norm.weight\"", "\"model.other.weight\"", StringComparison.Ordinal)
        );

        Assert.Contains("model.other.weight", Refusal());
    }

    [Fact]
    public void Weights_of_a_dtype_that_is_no_float_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        ModelFolder.Save(folder.Path, decoder);
        SafetensorsWriter.Write(
            folder.File("model.safetensors"),
            ModelFolder
                .Named(decoder)
                .Select(pair => pair.Name == "model.norm.weight" ? (pair.Name, pair.Tensor.to(ScalarType.Int8)) : pair)
        );

        var message = Refusal();
        Assert.Contains("model.norm.weight", message);
        Assert.Contains("I8", message);
    }

    [Fact]
    public void Weights_of_another_architecture_are_refused_with_every_name()
    {
        using var decoder = new Decoder(TinyModels.Config("qwen3") with { QueryKeyNorm = true }, new Seed(1));
        ModelFolder.Save(folder.Path, decoder);
        File.WriteAllText(folder.File("config.json"), ConfigJson.Write(TinyModels.Config("llama")));

        var message = Refusal();
        Assert.Contains("model.layers.0.self_attn.q_norm.weight", message);
        Assert.Contains("model.layers.1.self_attn.k_norm.weight", message);
    }

    [Theory]
    [InlineData("""{"rope_scaling":{"rope_type":"llama3","factor":8}}""", "rope_scaling.low_freq_factor is missing")]
    [InlineData(
        """{"rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":1,"original_max_position_embeddings":64}}""",
        "high_freq_factor 1 is not above low_freq_factor 4"
    )]
    [InlineData("""{"rope_scaling":{"rope_type":"linear","factor":-2}}""", "rope_scaling.factor is -2")]
    [InlineData("""{"rope_scaling":[1]}""", "rope_scaling is [1]")]
    [InlineData(
        """{"rope_scaling":{"rope_type":"longrope","short_factor":[1],"long_factor":[1],"original_max_position_embeddings":64}}""",
        "short_factor is [1]"
    )]
    [InlineData("""{"partial_rotary_factor":1.5}""", "partial_rotary_factor is 1.5")]
    [InlineData("""{"model_type":"mistral","sliding_window":0}""", "sliding_window is 0")]
    [InlineData("""{"model_type":"gemma2","sliding_window":8,"layer_types":["full_attention"]}""", "one per layer")]
    [InlineData("""{"model_type":"gemma2","sliding_window":8,"layer_types":["full_attention","mamba"]}""", "layer_types names 'mamba'")]
    [InlineData("""{"model_type":"mixtral","num_local_experts":2,"num_experts_per_tok":3}""", "Each token meets 3 of 2 experts")]
    [InlineData("""{"model_type":"smollm3","no_rope_layers":[1]}""", "no_rope_layers has 1 entries")]
    [InlineData("""{"hidden_act":"relu"}""", "hidden_act is 'relu'")]
    [InlineData("""{"num_key_value_heads":3}""", "do not fit together")]
    public void A_config_that_asks_for_the_impossible_is_refused_by_field_and_value(string change, string expected)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(ConfigJson.Write(TinyModels.Config("llama")))!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject())
        {
            json[name] = value?.DeepClone();
        }

        folder.Write("config.json", json.ToJsonString());

        var message = Refusal();
        Assert.Contains("config.json", message);
        Assert.Contains(expected, message);
    }

    [Theory]
    [InlineData("gemma3_text")]
    [InlineData("qwen2_moe")]
    [InlineData("gpt_neox")]
    public void A_damaged_config_of_any_family_is_read_or_refused_and_never_crashes(string modelType)
    {
        var config = TinyModels.Config(modelType) with
        {
            Experts =
                modelType == "qwen2_moe"
                    ? new ExpertOptions
                    {
                        Count = 4,
                        PerToken = 2,
                        IntermediateSize = 8,
                        SharedIntermediateSize = 8,
                    }
                    : null,
            SlidingWindow = 8,
            SlidingLayers = [true, false],
            RopeScaling = new YarnRopeScaling { Factor = 4, OriginalMaxPositions = 64 },
        };

        ByteFuzzer.Run(
            [System.Text.Encoding.UTF8.GetBytes(ConfigJson.Write(config))],
            1_000,
            new Seed(12),
            bytes =>
            {
                File.WriteAllBytes(folder.File("config.json"), bytes);
                ConfigJson.Read(folder.File("config.json"));
            }
        );
    }

    private void SaveInShards()
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        ModelFolder.Save(folder.Path, decoder);
        Assert.Equal(3, SafetensorsWriter.WriteSharded(folder.Path, ModelFolder.Named(decoder), maxShardBytes: 140_000).Count);
        using var read = ModelFolder.Load(folder.Path);
        Assert.Equal(decoder.ParameterCount, read.ParameterCount);
    }

    private string Refusal() => Assert.Throws<InvalidInputException>(() => ModelFolder.Load(folder.Path)).Message;
}
