using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;

namespace Plumbline.Models.Tests.Generation;

[NoTensorLeaks]
public sealed class MixedDecodeEngineTests
{
    private static readonly DecoderConfig Config = TinyModels.Config("llama") with { InitializerRange = 0.3 };
    private static readonly DecodeEngineOptions Options = new() { Slots = 3, Exact = true };

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void Its_logits_are_the_mixture_of_both_for_prompts_forks_and_steps(double share)
    {
        using var first = new Decoder(Config, new Seed(1));
        using var second = new Decoder(Config, new Seed(2));
        using var one = DecodeEngines.For(first, Options);
        using var two = DecodeEngines.For(second, Options);
        using var mixed = new MixedDecodeEngine(DecodeEngines.For(first, Options), DecodeEngines.For(second, Options), share);
        void AssertMixed(Func<IDecodeEngine, float[]> ask)
        {
            var (ours, theirs, both) = (ask(one), ask(two), ask(mixed));
            for (var i = 0; i < both.Length; i++)
            {
                Assert.Equal(((1 - share) * ours[i]) + (share * theirs[i]), both[i], 1e-4);
            }
        }

        AssertMixed(engine => engine.Append(0, TinyModels.Ids(3, 9)).ToArray());
        foreach (var engine in new[] { one, two, mixed })
        {
            engine.Fork(0, 2);
        }

        AssertMixed(engine => engine.Step([0, 2], [4, 5]).ToArray());
        AssertMixed(engine => engine.Step([2, 0], [6, 7]).ToArray());
        mixed.Release(0);
        mixed.Release(2);
        mixed.Refresh();
        Assert.Equal((3, Config.VocabularySize), (mixed.Slots, mixed.VocabularySize));
    }

    [Fact]
    public void Models_over_unlike_vocabularies_are_refused()
    {
        using var first = new Decoder(Config, new Seed(1));
        using var second = new Decoder(Config with { VocabularySize = Config.VocabularySize + 1 }, new Seed(2));
        using var one = DecodeEngines.For(first, Options);
        using var two = DecodeEngines.For(second, Options);

        Assert.Throws<InvalidInputException>(() => new MixedDecodeEngine(one, two, 0.5));
        Assert.Throws<InvalidInputException>(() => new MixedDecodeEngine(one, one, 1.5));
    }

    [Fact]
    public void What_filters_left_is_written_down_where_it_is_asked_for()
    {
        using var decoder = new Decoder(Config, new Seed(1));
        using var engine = DecodeEngines.For(decoder, Options);
        SampledAnswer Draw(SamplingOptions options, bool records) =>
            new Sampler(engine).Generate([
                new SamplingRequest
                {
                    Prompt = TinyModels.Ids(1, 5),
                    Seed = new Seed(2),
                    Options = options with { MaxNewTokens = 6 },
                    RecordsKept = records,
                },
            ])[0];

        var filtered = Draw(new SamplingOptions { TopK = 7 }, records: true);
        var whole = Draw(new SamplingOptions(), records: true);

        Assert.Null(Draw(new SamplingOptions { TopK = 7 }, records: false).Kept);
        Assert.All(whole.Kept!, Assert.Null);
        Assert.All(filtered.Kept!.Zip(filtered.Ids), pair => Assert.Contains(pair.Second, pair.First!));
        Assert.All(filtered.Kept!, kept => Assert.Equal(7, kept!.Distinct().Count()));
        Assert.All(filtered.Kept!, kept => Assert.Equal(kept!.Order(), kept!));
    }
}
