using Plumbline.Models.Adapters;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

[NoTensorLeaks]
public sealed class AdapterSetTests
{
    private static readonly PackedTokens Tokens = PackedTokens.Of([TinyModels.Ids(1, 20), TinyModels.Ids(2, 33)]);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_merged_decoder_equals_base_and_adapter(bool useDora, bool useRslora)
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("qwen2");
        var options = new LoraOptions
        {
            Rank = 4,
            Alpha = 16,
            UseDora = useDora,
            UseRslora = useRslora,
        };
        AdapterModels.AddTrained(decoder, "one", options, 2);
        AdapterModels.AddTrained(decoder, "two", options with { TargetModules = ["q_proj", "down_proj"] }, 3);
        decoder.Adapters.Activate(("one", 1), ("two", -0.5));

        using var merged = decoder.MergedCopy();

        var (expected, actual) = (Logits(decoder), Logits(merged));
        Assert.Empty(merged.Adapters.All);
        Assert.True((Logits(decoder.Adapters, decoder) - expected).abs().max().item<float>() > 0.1);
        Assert.True((expected - actual).abs().max().item<float>() <= 1e-5 * expected.abs().max().item<float>());
    }

    [Fact]
    public void Merged_in_place_the_decoder_gives_the_same_and_unmerged_it_is_what_it_was_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        var ofBase = Logits(decoder);
        AdapterModels.AddTrained(decoder, "default", new LoraOptions { UseDora = true }, 2);
        var adapted = Logits(decoder);

        using (decoder.Adapters.Merge())
        {
            Assert.True((Logits(decoder) - adapted).abs().max().item<float>() < 1e-5 * adapted.abs().max().item<float>());
        }

        Assert.True(adapted.Equals(Logits(decoder)));
        Assert.True(ofBase.Equals(Logits(decoder.Adapters, decoder)));

        decoder.Adapters.MergeAndUnload();

        Assert.Empty(decoder.Adapters.All);
        Assert.True((Logits(decoder) - adapted).abs().max().item<float>() < 1e-5 * adapted.abs().max().item<float>());
        Assert.Equal(decoder.Parameters, decoder.TrainableParameters);
    }

    [Fact]
    public void With_the_adapters_off_the_decoder_is_its_base_to_the_bit_and_on_again_afterwards()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        var ofBase = Logits(decoder);
        AdapterModels.AddTrained(decoder, "default", new LoraOptions(), 2);
        var adapted = Logits(decoder);

        using (decoder.WithoutAdapters())
        {
            using (decoder.WithoutAdapters())
            {
                Assert.True(ofBase.Equals(Logits(decoder)));
            }

            Assert.True(ofBase.Equals(Logits(decoder)));
            Assert.Empty(decoder.TrainableParameters);
        }

        Assert.False(ofBase.Equals(adapted));
        Assert.True(adapted.Equals(Logits(decoder)));
    }

    [Fact]
    public void With_the_trained_adapters_off_the_decoder_is_what_the_training_started_from()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        AdapterModels.AddTrained(decoder, "supervised", new LoraOptions(), 2).IsTrainable = false;
        var start = Logits(decoder);
        AdapterModels.AddTrained(decoder, "preferences", new LoraOptions(), 3);
        decoder.Adapters.Activate(("supervised", 1), ("preferences", 1));
        Assert.False(start.Equals(Logits(decoder)));

        using var off = decoder.Adapters.SwitchOffTrained();

        Assert.True(start.Equals(Logits(decoder)));
    }

    [Fact]
    public void Only_adapters_get_gradients_even_after_a_pass_without_them_under_autocast()
    {
        Assert.SkipUnless(Autocast.IsAvailable, "This libtorch has no autocast switches.");
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        var adapter = AdapterModels.AddTrained(decoder, "default", new LoraOptions { UseDora = true }, 2);
        var targets = tensor(Tokens.Ids.Select(id => (long)id).ToArray());
        Tensor Loss() => -decoder.LogProbabilities(decoder.HiddenStates(Tokens), targets).LogProbabilities.sum();
        using var autocast = Autocast.To(ScalarType.BFloat16);

        using (no_grad())
        {
            // The same weights, cast without gradients: neither with the adapter on nor off may they reach the pass below.
            Loss();
            using var reference = decoder.WithoutAdapters();
            Loss();
        }

        Loss().backward();

        Assert.Equal(adapter.Parameters, decoder.TrainableParameters);
        Assert.All(adapter.Parameters, parameter => Assert.True(parameter.Value.grad!.abs().max().item<float>() > 0, parameter.Name));
        Assert.All(decoder.Parameters, parameter => Assert.Null(parameter.Value.grad));
    }

    [Fact]
    public void Adapters_are_added_chosen_and_taken_off_by_name()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        var trainable = decoder.TrainableParameters.Count;
        AdapterModels.AddTrained(decoder, "helpful", new LoraOptions { Rank = 2 }, 1);
        var helpful = Logits(decoder);
        AdapterModels.AddTrained(decoder, "harmless", new LoraOptions { Rank = 3 }, 2);

        Assert.Equal(["helpful", "harmless"], decoder.Adapters.All.Select(adapter => adapter.Name));
        Assert.Equal("harmless", Assert.Single(decoder.Adapters.Active).Adapter.Name);
        decoder.Adapters.Activate(("helpful", 1));
        Assert.True(helpful.Equals(Logits(decoder)));
        decoder.Adapters["helpful"].IsTrainable = false;
        Assert.Empty(decoder.TrainableParameters);

        decoder.Adapters.Remove("helpful");
        decoder.Adapters.Remove("harmless");

        Assert.Equal(trainable, decoder.TrainableParameters.Count);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("../a")]
    public void Names_that_are_taken_or_unusable_are_refused(string name)
    {
        using var decoder = AdapterModels.Decoder("llama");
        decoder.Adapters.Add("default", new LoraOptions { TargetModules = ["q_proj"] }, new Seed(1));

        Assert.Contains(
            $"'{name}'",
            Assert.Throws<InvalidInputException>(() => decoder.Adapters.Add(name, new LoraOptions(), new Seed(1))).Message
        );
        Assert.Throws<InvalidInputException>(() => decoder.Adapters.Activate(("nobody", 1)));
        Assert.Throws<InvalidInputException>(() => decoder.Adapters.Activate(("default", 1), ("default", 1)));
        Assert.Throws<InvalidInputException>(() => decoder.Adapters.Activate(("default", double.NaN)));
    }

    [Fact]
    public void Targets_that_no_module_has_are_refused_with_those_it_has()
    {
        using var decoder = AdapterModels.Decoder("llama");

        var failure = Assert.Throws<InvalidInputException>(() =>
            decoder.Adapters.Add("default", new LoraOptions { TargetModules = ["c_attn"] }, new Seed(1))
        );

        Assert.Contains("(c_attn)", failure.Message);
        Assert.Contains("down_proj, gate_proj, k_proj, o_proj, q_proj, up_proj, v_proj", failure.Message);
        Assert.Empty(decoder.Adapters.All);
        Assert.NotEmpty(decoder.TrainableParameters);
    }

    [Fact]
    public void The_weights_of_a_new_adapter_depend_on_seed_and_module_alone()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        Tensor Down(string name, ulong seed, params string[] targets) =>
            decoder
                .Adapters.Add(name, new LoraOptions { TargetModules = targets }, new Seed(seed))
                .Parameters.First(parameter => parameter.Parts.Any(part => part.Name.EndsWith("1.self_attn.v_proj.lora_A.weight")))
                .Value.detach();

        var alone = Down("alone", 1, "v_proj");
        var joined = Down("joined", 1, "q_proj", "v_proj");
        var other = Down("other", 2, "v_proj");

        Assert.True(alone.Equals(joined.narrow(0, 8, 8)));
        Assert.False(alone.Equals(other));
    }

    [Fact]
    public void A_frozen_copy_counts_the_adapters_in_and_is_not_trained()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        AdapterModels.AddTrained(decoder, "default", new LoraOptions(), 2);

        using var copy = decoder.FrozenCopy();

        Assert.Empty(copy.TrainableParameters);
        Assert.True((Logits(decoder) - Logits(copy)).abs().max().item<float>() < 1e-4);
    }

    private static Tensor Logits(Decoder decoder)
    {
        using var noGradients = no_grad();
        return decoder.Logits(decoder.HiddenStates(Tokens));
    }

    private static Tensor Logits(AdapterSet adapters, Decoder decoder)
    {
        using var off = adapters.SwitchOff();
        return Logits(decoder);
    }
}
