using Plumbline.Models.Adapters;
using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Models.Tests.Adapters;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Tests.Heads;

[NoTensorLeaks]
public sealed class ScoredDecoderTests
{
    private static readonly PackedTokens Tokens = PackedTokens.Of([
        [5, 7],
        [9],
        [1, 2, 3],
    ]);

    // Token k has the hidden state e_k · 3 / √(9/64 + ε).
    private static readonly double Length = 3 / Math.Sqrt((9.0 / 64) + 1e-5);

    [Fact]
    public void A_sequence_is_scored_at_its_last_token()
    {
        using var scope = NewDisposeScope();
        using var model = ByHand(new ScoreHeadOptions { Labels = ["harmless", "harmful"] });

        var scores = model.SequenceScores(Tokens);

        Assert.Equal([3, 2], scores.shape);
        Assert.Null(model.Bias);
        // W[label, k] = label + k/100.
        double[] expected = [Length * 0.07, Length * 1.07, Length * 0.09, Length * 1.09, Length * 0.03, Length * 1.03];
        Assert.All(expected.Zip(scores.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Throws<InvalidOperationException>(() => model.TokenScores(Tokens));
    }

    [Fact]
    public void A_token_head_scores_every_token_with_a_bias()
    {
        using var scope = NewDisposeScope();
        using var model = ByHand(new ScoreHeadOptions { Kind = ScoreHeadKind.Token });
        using (no_grad())
        {
            model.Bias!.Value.fill_(0.25f);
        }

        var scores = model.TokenScores(Tokens);

        Assert.Equal([6, 1], scores.shape);
        double[] expected = [.. new[] { 5, 7, 9, 1, 2, 3 }.Select(token => (Length * token / 100) + 0.25)];
        Assert.All(expected.Zip(scores.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Throws<InvalidOperationException>(() => model.SequenceScores(Tokens));
    }

    [Fact]
    public void Under_autocast_scores_are_not_rounded_to_bf16()
    {
        Assert.SkipUnless(Autocast.IsAvailable, "This libtorch has no autocast switches.");
        using var scope = NewDisposeScope();
        using var model = new ScoredDecoder(AdapterModels.Decoder("llama"), new ScoreHeadOptions { Labels = ["a", "b", "c"] }, new Seed(2));
        using var autocast = Autocast.To(ScalarType.BFloat16);
        var hidden = model.Decoder.HiddenStates(Tokens).index_select(0, tensor(new long[] { 1, 2, 5 }));

        var scores = model.SequenceScores(Tokens);

        var expected = hidden.to(ScalarType.Float64).matmul(model.Weight.Value.to(ScalarType.Float64).t());
        Assert.Equal(ScalarType.Float32, scores.dtype);
        Assert.True((scores - expected).abs().max().item<double>() < 1e-5);
        Assert.Equal(ScalarType.BFloat16, Autocast.CurrentDtype);
    }

    [Fact]
    public void A_new_head_follows_its_seed_and_deviation()
    {
        using var scope = NewDisposeScope();
        ScoredDecoder Model(ulong seed, double? deviation) =>
            new(
                AdapterModels.Decoder("llama"),
                new ScoreHeadOptions { Labels = [.. Enumerable.Range(0, 100).Select(i => $"{i}")], InitialDeviation = deviation },
                new Seed(seed)
            );
        using var first = Model(1, null);
        using var same = Model(1, null);
        using var other = Model(2, 1 / Math.Sqrt(65));

        Assert.True(first.Weight.Value.Equals(same.Weight.Value));
        // 6400 draws: the deviation of the sample's deviation is 1/√12800 of it.
        Assert.Equal(0.1, first.Weight.Value.std().item<float>(), 4 * 0.1 / Math.Sqrt(12800));
        Assert.Equal(0.124, other.Weight.Value.std().item<float>(), 0.0005 + (4 * 0.124 / Math.Sqrt(12800)));
        Assert.Contains(
            "'labels'",
            Assert
                .Throws<InvalidInputException>(() =>
                    new ScoredDecoder(first.Decoder, new ScoreHeadOptions { Labels = ["a", "a"] }, new Seed(1))
                )
                .Message
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_head_with_an_adapter_learns_how_a_sequence_began_on_wide_and_on_four_bit_weights(bool quantised)
    {
        using var scope = NewDisposeScope();
        var decoder = AdapterModels.Decoder("llama");
        if (quantised)
        {
            decoder.QuantizeProjections();
        }

        decoder.Adapters.Add("default", new LoraOptions { Rank = 4 }, new Seed(3));
        using var model = new ScoredDecoder(decoder, new ScoreHeadOptions(), new Seed(2));
        var sequences = Enumerable.Range(0, 16).Select(i => TinyModels.Ids((ulong)i, 3 + (i % 5))).ToList();
        var wanted = tensor(sequences.Select(ids => ids[0] % 2 == 0 ? 1f : -1f).ToArray());
        using var optimizer = new AdamW(
            model.TrainableParameters.Select(parameter => new OptimizedParameter(parameter.Name, parameter.Value, parameter.Decays)),
            new AdamWOptions()
        );
        double Step()
        {
            using var step = NewDisposeScope();
            var loss = F.mse_loss(model.SequenceScores(PackedTokens.Of(sequences)).squeeze(1), wanted);
            loss.backward();
            optimizer.Apply(1e-2);
            optimizer.ZeroGradients();
            return loss.item<float>();
        }

        var last = double.NaN;
        for (var i = 0; i < 80; i++)
        {
            last = Step();
        }

        // Whether the first token is even or odd is to be told at the last one. Who knows nothing cannot do better than the variance of the answers.
        var variance = wanted.var(unbiased: false).item<float>();
        Assert.True(last < 0.1 * variance, $"{variance} {last}");
        Assert.Equal(decoder.Adapters["default"].Parameters.Count + 1, model.TrainableParameters.Count);
    }

    /// <summary>A decoder whose blocks add nothing: embeddings 3 · e_k, and W[label, k] = label + k/100.</summary>
    private static ScoredDecoder ByHand(ScoreHeadOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var model = new ScoredDecoder(new Decoder(TinyModels.Config("llama"), new Seed(1)), options, new Seed(2));
        foreach (
            var parameter in model.Decoder.Parameters.Where(each =>
                each.Name.EndsWith("o_proj.weight") || each.Name.EndsWith("down_proj.weight")
            )
        )
        {
            parameter.Value.fill_(0);
        }

        model.Decoder.Parameters[0].Value.copy_(eye(64) * 3);
        var labels = options.Labels.Count;
        model.Weight.Value.copy_(arange(labels).unsqueeze(1) + (arange(64).unsqueeze(0) / 100));
        return model;
    }
}
