using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Language;

[NoTensorLeaks]
public sealed class HiddenStateVisitTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    [InlineData("gpt2")]
    [InlineData("gemma2")]
    public void Behind_each_block_stands_what_a_model_of_so_many_blocks_norms(string modelType)
    {
        using var scope = NewDisposeScope();
        using var whole = new Decoder(Config(modelType, layers: 3), new Seed(1));
        var tokens = PackedTokens.Of([TinyModels.Ids(1, 9), TinyModels.Ids(2, 4)]);
        var seen = new Dictionary<int, Tensor>();

        whole.VisitHiddenStates(
            tokens,
            3,
            (number, hidden) => seen[number] = hidden.clone().MoveToOuterDisposeScope().MoveToOuterDisposeScope()
        );

        Assert.Equal([1, 2, 3], seen.Keys);
        foreach (var (number, hidden) in seen)
        {
            // Weights are drawn by name, so that a shorter model begins with the same blocks.
            using var cut = new Decoder(Config(modelType, number), new Seed(1));
            using var noGradients = no_grad();
            var difference = (cut.HiddenStates(tokens) - whole.FinalNorm.Forward(hidden)).abs().max().item<float>();
            Assert.True(difference < 1e-5, $"{modelType} behind {number}: {difference}");
        }
    }

    [Fact]
    public void No_block_behind_the_last_one_asked_for_is_computed_and_a_block_that_is_not_there_is_refused()
    {
        using var decoder = new Decoder(Config("llama", layers: 3), new Seed(1));
        var tokens = PackedTokens.Of([TinyModels.Ids(1, 9)]);
        var seen = new List<int>();

        decoder.VisitHiddenStates(tokens, 2, (number, _) => seen.Add(number));

        Assert.Equal([1, 2], seen);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.VisitHiddenStates(tokens, 4, (_, _) => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.VisitHiddenStates(tokens, 0, (_, _) => { }));
        Assert.Throws<InvalidInputException>(() =>
            decoder.VisitHiddenStates(
                PackedTokens.Of([
                    [64],
                ]),
                1,
                (_, _) => { }
            )
        );
    }

    private static DecoderConfig Config(string modelType, int layers) => TinyModels.Config(modelType) with { LayerCount = layers };
}
