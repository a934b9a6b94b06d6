using Plumbline.Models.Adapters;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

[NoTensorLeaks]
public sealed class QuantizedDecoderTests
{
    private static readonly PackedTokens Tokens = PackedTokens.Of([TinyModels.Ids(1, 20), TinyModels.Ids(2, 33)]);

    [Fact]
    public void Memory_is_counted_and_the_wide_weights_are_gone()
    {
        using var decoder = AdapterModels.Decoder("qwen2");
        var count = decoder.ParameterCount;
        var wide = decoder.Parameters.Count;

        var memory = decoder.QuantizeProjections();

        // Per layer: queries, keys and values 256 × 64, output 64 × 128, gate and up 192 × 64, down 64 × 96.
        Assert.Equal(2 * ((256 * 64) + (64 * 128) + (192 * 64) + (64 * 96)), memory.QuantizedWeights);
        Assert.Equal(4.127 / 8, memory.BytesPerWeight, 0.002);
        Assert.Equal((count - memory.QuantizedWeights) * 4, memory.OtherBytes);
        Assert.Equal(count, decoder.ParameterCount);
        Assert.Equal(wide - 8, decoder.Parameters.Count);
        Assert.Empty(decoder.TrainableParameters);
    }

    [Fact]
    public void A_quantised_decoder_equals_one_whose_matrices_were_widened_again()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("qwen2");
        var before = Logits(decoder);
        decoder.QuantizeProjections();
        using var widened = decoder.MergedCopy();

        var logits = Logits(decoder);

        Assert.True((logits - Logits(widened)).abs().max().item<float>() < 1e-5 * logits.abs().max().item<float>());
        // The four bits are felt, and are not another model: the error of normal weights is 9 % of their deviation.
        var error = (logits - before).norm().item<float>() / before.norm().item<float>();
        Assert.InRange(error, 0.01, 0.3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_of_an_adapter_on_four_bits_are_those_on_the_widened_weights(bool useDora)
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("qwen2");
        decoder.QuantizeProjections();
        using var widened = decoder.MergedCopy();
        var options = new LoraOptions { Rank = 4, UseDora = useDora };
        var adapters = new[] { decoder, widened }.Select(each => AdapterModels.AddTrained(each, "default", options, 2)).ToArray();
        var targets = tensor(Tokens.Ids.Select(id => (long)id).ToArray());

        foreach (var each in new[] { decoder, widened })
        {
            (-each.LogProbabilities(each.HiddenStates(Tokens), targets).LogProbabilities.sum()).backward();
        }

        Assert.All(
            adapters[0].Parameters.Zip(adapters[1].Parameters),
            pair =>
            {
                var (own, wide) = (pair.First.Value.grad!, pair.Second.Value.grad!);
                Assert.True((own - wide).abs().max().item<float>() < 1e-4 * wide.abs().max().item<float>() + 1e-6, pair.First.Name);
            }
        );
    }

    [Fact]
    public void Passes_with_adapters_on_four_bits_keep_no_widened_weights()
    {
        using var scope = NewDisposeScope();
        using var decoder = AdapterModels.Decoder("llama");
        decoder.QuantizeProjections();
        AdapterModels.AddTrained(decoder, "default", new LoraOptions { Rank = 2, UseDora = true }, 2);
        var targets = tensor(Tokens.Ids.Select(id => (long)id).ToArray());
        long Pass()
        {
            using var each = NewDisposeScope();
            (-decoder.LogProbabilities(decoder.HiddenStates(Tokens), targets).LogProbabilities.sum()).backward();
            return Tensor.TotalCount;
        }

        Pass();
        var before = Tensor.TotalCount;
        Pass();
        Pass();

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void An_adapter_made_on_four_bits_is_saved_with_the_hash_of_the_weights_before_and_fits_both()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        using var plain = AdapterModels.Decoder("llama");
        decoder.QuantizeProjections();
        AdapterModels.AddTrained(decoder, "default", new LoraOptions(), 2);
        AdapterFolder.Save(folder.Path, decoder, "default");

        AdapterFolder.Load(folder.Path, plain, "default");
        AdapterFolder.Load(folder.Path, decoder, "again");

        Assert.Equal(BaseFingerprint.Of(plain), BaseFingerprint.Of(decoder));
        using var merged = decoder.MergedCopy();
        ModelFolder.Save(folder.File("merged"), merged);
        using var read = ModelFolder.Load(folder.File("merged"));
        Assert.True((Logits(read) - Logits(decoder)).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void What_needs_wide_weights_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var decoder = AdapterModels.Decoder("llama");
        using var adapted = AdapterModels.Decoder("llama");
        adapted.Adapters.Add("default", new LoraOptions(), new Seed(1));
        decoder.QuantizeProjections();
        decoder.Adapters.Add("default", new LoraOptions(), new Seed(1));

        Assert.Throws<InvalidOperationException>(() => decoder.QuantizeProjections());
        Assert.Throws<InvalidOperationException>(() => adapted.QuantizeProjections());
        Assert.Throws<InvalidOperationException>(() => ModelFolder.Save(folder.Path, decoder));
        Assert.Throws<InvalidOperationException>(decoder.Adapters.MergeAndUnload);
        Assert.Throws<InvalidOperationException>(() => decoder.Adapters.Merge());
        Assert.Throws<InvalidOperationException>(() => decoder.Projections[0].Weight);
    }

    private static Tensor Logits(Decoder decoder)
    {
        using var noGradients = no_grad();
        return decoder.Logits(decoder.HiddenStates(Tokens));
    }
}
