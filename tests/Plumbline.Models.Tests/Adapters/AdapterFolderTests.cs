using System.Text.Json.Nodes;
using Plumbline.Models.Adapters;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

[NoTensorLeaks]
public sealed class AdapterFolderTests
{
    private static readonly PackedTokens Tokens = PackedTokens.Of([
        [.. TinyModels.Ids(1, 20).Select(id => id % 40)],
    ]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensors_have_the_names_and_shapes_that_peft_gives_them(bool useDora)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        var options = new LoraOptions
        {
            Rank = 4,
            TargetModules = ["q_proj", "v_proj", "down_proj"],
            RankPattern = new Dictionary<string, int> { [@"layers\.0\.self_attn\.v_proj"] = 2 },
            UseDora = useDora,
        };
        decoder.Adapters.Add("anything", options, new Seed(1));

        AdapterFolder.Save(folder.Path, decoder, "anything");

        using var file = SafetensorsFile.Open(folder.File("adapter_model.safetensors"));
        string[] expected =
        [
            .. Enumerable
                .Range(0, 2)
                .SelectMany(layer =>
                    new (string Module, int Rank, int Rows, int Inputs)[]
                    {
                        ("self_attn.q_proj", 4, 128, 64),
                        ("self_attn.v_proj", layer == 0 ? 2 : 4, 64, 64),
                        ("mlp.down_proj", 4, 64, 96),
                    }.SelectMany(module =>
                    {
                        var name = $"base_model.model.model.layers.{layer}.{module.Module}";
                        string[] pair =
                        [
                            $"{name}.lora_A.weight F32 [{module.Rank}, {module.Inputs}]",
                            $"{name}.lora_B.weight F32 [{module.Rows}, {module.Rank}]",
                        ];
                        return useDora ? [.. pair, $"{name}.lora_magnitude_vector F32 [{module.Rows}]"] : pair;
                    })
                ),
        ];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            file.Entries.Select(entry => $"{entry.Name} {entry.Dtype} [{string.Join(", ", entry.Shape)}]").Order(StringComparer.Ordinal)
        );
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(64, file.Metadata[AdapterFolder.BaseHashKey].Length);
    }

    [Fact]
    public void The_config_says_what_peft_s_does()
    {
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        var options = new LoraOptions
        {
            Rank = 4,
            Alpha = 16,
            Dropout = 0.05,
            UseRslora = true,
        };
        decoder.Adapters.Add("default", options, new Seed(1));

        AdapterFolder.Save(folder.Path, decoder, "default", "HuggingFaceTB/SmolLM2-135M");

        var json = JsonNode.Parse(File.ReadAllText(folder.File("adapter_config.json")))!;
        Assert.Equal("""["down_proj","gate_proj","k_proj","o_proj","q_proj","up_proj","v_proj"]""", json["target_modules"]!.ToJsonString());
        Assert.Equal(
            ("LORA", "CAUSAL_LM", "none", "HuggingFaceTB/SmolLM2-135M"),
            (
                json["peft_type"]!.GetValue<string>(),
                json["task_type"]!.GetValue<string>(),
                json["bias"]!.GetValue<string>(),
                json["base_model_name_or_path"]!.GetValue<string>()
            )
        );
        Assert.Equal("4 16 0.05 true false false {} {}", string.Join(' ', Fields(json)));
        var read = AdapterConfigJson.Read(folder.File("adapter_config.json"));
        Assert.Equal(
            options with
            {
                TargetModules = read.Options.TargetModules,
                RankPattern = read.Options.RankPattern,
                AlphaPattern = read.Options.AlphaPattern,
                ModulesToSave = read.Options.ModulesToSave,
            },
            read.Options
        );

        static IEnumerable<string> Fields(JsonNode json) =>
            new[] { "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern" }.Select(
                name => json[name]!.ToJsonString()
            );
    }

    [Theory]
    [InlineData("llama", false)]
    [InlineData("qwen3", true)]
    [InlineData("phi3", true)]
    [InlineData("gpt2", false)]
    [InlineData("gpt2", true)]
    [InlineData("gpt-neox", false)]
    [InlineData("gpt-neox", true)]
    public void Files_of_base_and_adapter_added_up_give_the_files_of_the_merged_model(string modelType, bool useDora)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder(modelType);
        var options = new LoraOptions
        {
            Rank = 3,
            Alpha = 6,
            UseDora = useDora,
        };
        AdapterModels.AddTrained(decoder, "default", options, 2);
        ModelFolder.Save(folder.File("base"), decoder);
        AdapterFolder.Save(folder.File("adapter"), decoder, "default");
        using (var merged = decoder.MergedCopy())
        {
            ModelFolder.Save(folder.File("merged"), merged);
        }

        using var ofBase = SafetensorsFile.Open(folder.File("base/model.safetensors"));
        using var ofMerged = SafetensorsFile.Open(folder.File("merged/model.safetensors"));
        using var ofAdapter = SafetensorsFile.Open(folder.File("adapter/adapter_model.safetensors"));
        var transposed = (bool)JsonNode.Parse(File.ReadAllText(folder.File("adapter/adapter_config.json")))!["fan_in_fan_out"]!;
        Assert.Equal(modelType == "gpt2", transposed);
        Assert.Equal(decoder.Adapters["default"].Modules.Count * (useDora ? 3 : 2), ofAdapter.Entries.Count);
        foreach (var entry in ofBase.Entries)
        {
            var weight = ofBase.Load(entry.Name);
            var adapted = "base_model.model." + entry.Name.Replace(".weight", string.Empty, StringComparison.Ordinal);
            if (entry.Name.EndsWith(".weight", StringComparison.Ordinal) && ofAdapter.Contains(adapted + ".lora_A.weight"))
            {
                var rows = transposed ? weight.t() : weight;
                rows = rows + (2 * ofAdapter.Load(adapted + ".lora_B.weight").mm(ofAdapter.Load(adapted + ".lora_A.weight")));
                if (useDora)
                {
                    rows = rows * (ofAdapter.Load(adapted + ".lora_magnitude_vector") / rows.norm(1)).unsqueeze(1);
                }

                weight = transposed ? rows.t() : rows;
            }

            Assert.True((weight - ofMerged.Load(entry.Name)).abs().max().item<float>() < 1e-5, entry.Name);
        }
    }

    [Theory]
    [InlineData("llama", false)]
    [InlineData("gpt-neox", true)]
    public void An_adapter_written_and_read_back_gives_the_same_logits_to_the_bit(string modelType, bool useDora)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder(modelType);
        AdapterModels.AddTrained(decoder, "first", new LoraOptions { UseDora = useDora }, 2);
        var expected = Logits(decoder);
        AdapterFolder.Save(folder.Path, decoder, "first");

        var read = AdapterFolder.Load(folder.Path, decoder, "second");

        Assert.Equal(read, Assert.Single(decoder.Adapters.Active).Adapter);
        Assert.False(read.IsTrainable);
        Assert.True(expected.Equals(Logits(decoder)));
        AdapterModels.Move(read, 9);
        AdapterFolder.LoadWeights(folder.Path, decoder, "second");
        Assert.True(expected.Equals(Logits(decoder)));
    }

    [Fact]
    public void An_adapter_of_another_base_is_refused_by_shape_with_every_misfit_at_once()
    {
        using var folder = new TemporaryFolder();
        using (var other = new Decoder(TinyModels.Config("llama") with { IntermediateSize = 128, LayerCount = 3 }, new Seed(1)))
        {
            other.Adapters.Add("default", new LoraOptions { Rank = 4 }, new Seed(1));
            AdapterFolder.Save(folder.Path, other, "default");
        }

        using var decoder = AdapterModels.Decoder("llama");
        AdapterModels.AddTrained(decoder, "standing", new LoraOptions(), 2);

        var failure = Assert.Throws<InvalidInputException>(() => AdapterFolder.Load(folder.Path, decoder, "default", allowOtherBase: true));

        Assert.Contains("base_model.model.model.layers.0.mlp.down_proj.lora_A.weight", failure.Message);
        Assert.Contains("base_model.model.model.layers.1.mlp.up_proj.lora_B.weight", failure.Message);
        Assert.Contains("base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight", failure.Message);
        Assert.DoesNotContain("layers.0.self_attn.q_proj", failure.Message);
        Assert.Equal("standing", Assert.Single(decoder.Adapters.Active).Adapter.Name);
    }

    [Fact]
    public void An_adapter_of_another_base_of_the_same_shape_is_refused_by_its_hash()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        decoder.Adapters.Add("default", new LoraOptions(), new Seed(1));
        AdapterFolder.Save(folder.Path, decoder, "default", "my-base");
        using var other = AdapterModels.Decoder("llama");
        using (no_grad())
        {
            other.Parameters[0].Value[0] += 1e-6;
        }

        var failure = Assert.Throws<InvalidInputException>(() => AdapterFolder.Load(folder.Path, other, "default"));

        Assert.Contains("another base (my-base)", failure.Message);
        Assert.Contains(BaseFingerprint.Of(decoder), failure.Message);
        Assert.Empty(other.Adapters.All);
        AdapterFolder.Load(folder.Path, other, "default", allowOtherBase: true);
    }

    [Fact]
    public void The_hash_of_a_base_is_the_same_after_bf16_weights_are_saved_anew()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        ModelFolder.Save(folder.Path, decoder);
        SafetensorsWriter.Write(
            folder.File("model.safetensors"),
            ModelFolder.Named(decoder).Select(pair => (pair.Name, pair.Tensor.to(ScalarType.BFloat16)))
        );
        using var narrow = ModelFolder.Load(folder.Path);
        ModelFolder.Save(folder.Path, narrow);
        using var again = ModelFolder.Load(folder.Path);

        Assert.Equal(BaseFingerprint.Of(narrow), BaseFingerprint.Of(again));
        Assert.NotEqual(BaseFingerprint.Of(decoder), BaseFingerprint.Of(again));
    }

    [Theory]
    [InlineData("""{"peft_type":"IA3"}""", "peft_type is 'IA3'")]
    [InlineData("""{"r":8}""", "peft_type is missing")]
    [InlineData("""{"peft_type":"LORA"}""", "target_modules is missing")]
    [InlineData("""{"peft_type":"LORA","target_modules":[1]}""", "target_modules is [1]")]
    [InlineData("""{"peft_type":"LORA","target_modules":"("}""", "pattern '('")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"r":-1}""", "r is -1")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"r":1000000}""", "'rank' is 1000000")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"lora_dropout":2}""", "'dropout' is 2")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"rank_pattern":{"q_proj":2.5}}""", "rank_pattern gives 'q_proj' 2.5")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"alpha_pattern":[]}""", "alpha_pattern is []")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"bias":"all"}""", "bias is 'all'")]
    [InlineData(
        """{"peft_type":"LORA","target_modules":["q_proj"],"init_lora_weights":"pissa_niter_4"}""",
        "init_lora_weights is 'pissa_niter_4'"
    )]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"lora_bias":true}""", "lora_bias is true")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"layers_to_transform":[1]}""", "layers_to_transform is [1]")]
    [InlineData(
        """{"peft_type":"LORA","target_modules":["q_proj"],"modules_to_save":["embed_tokens"]}""",
        "'modules_to_save' is 'embed_tokens'"
    )]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"modules_to_save":["score"]}""", "brings a head of its own (score)")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "not JSON")]
    public void What_changes_the_arithmetic_and_is_not_built_is_refused_by_name(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        folder.Write("adapter_config.json", json);

        var failure = Assert.Throws<InvalidInputException>(() => AdapterFolder.Load(folder.Path, decoder, "default"));

        Assert.Contains("adapter_config.json", failure.Message);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void Fields_that_are_not_set_and_notes_of_its_maker_are_taken()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(
            "adapter_config.json",
            """
            {"peft_type":"LORA","target_modules":".*_proj","task_type":null,"exclude_modules":null,"lora_bias":false,"trainable_token_indices":null,
             "init_lora_weights":"gaussian","auto_mapping":{"base_model_class":"x"},"some_field_of_next_year":null,"layer_replication":[],"megatron_core":"megatron.core",
             "revision":"main","r":2,"lora_alpha":4.5}
            """
        );

        var read = AdapterConfigJson.Read(path);

        Assert.Equal(
            (".*_proj", 2, 4.5, (string?)null),
            (read.Options.TargetPattern, read.Options.Rank, read.Options.Alpha, read.TaskType)
        );
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        var adapter = decoder.Adapters.Add("default", new LoraOptions { TargetModules = ["o_proj"] }, new Seed(1));
        using (no_grad())
        {
            adapter.Parameters[1].Value[0, 0] = float.NaN;
        }

        AdapterFolder.Save(folder.Path, decoder, "default");

        var failure = Assert.Throws<InvalidInputException>(() => AdapterFolder.Load(folder.Path, decoder, "read"));
        Assert.Contains("'base_model.model.model.layers.0.self_attn.o_proj.lora_B.weight' are NaN", failure.Message);
    }

    [Fact]
    public void A_merged_base_is_not_taken_for_the_adapter_s_base()
    {
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        AdapterModels.AddTrained(decoder, "default", new LoraOptions(), 1);
        using var merged = decoder.Adapters.Merge();

        Assert.Throws<InvalidOperationException>(() => AdapterFolder.Save(folder.Path, decoder, "default"));
    }

    [Fact]
    public void A_damaged_config_is_read_or_refused_and_never_crashes()
    {
        using var folder = new TemporaryFolder();
        var options = new LoraOptions
        {
            RankPattern = new Dictionary<string, int> { [@"layers\.(0|1)\..*q_proj"] = 2 },
            AlphaPattern = new Dictionary<string, double> { ["v_proj"] = 2.5 },
            ModulesToSave = ["score"],
        };
        byte[][] good =
        [
            System.Text.Encoding.UTF8.GetBytes(
                AdapterConfigJson.Write(new AdapterConfig(options, "base", "SEQ_CLS"), ["a.q_proj", "a.v_proj"], true)
            ),
            System.Text.Encoding.UTF8.GetBytes(
                AdapterConfigJson.Write(
                    new AdapterConfig(options with { TargetPattern = @".*\.(q|v)_proj", TargetModules = [] }),
                    [],
                    false
                )
            ),
        ];

        ByteFuzzer.Run(
            good,
            2_000,
            new Seed(12),
            bytes =>
            {
                File.WriteAllBytes(folder.File("adapter_config.json"), bytes);
                AdapterConfigJson.Read(folder.File("adapter_config.json"));
            }
        );
    }

    private static Tensor Logits(Decoder decoder)
    {
        using var noGradients = no_grad();
        return decoder.Logits(decoder.HiddenStates(Tokens));
    }
}
