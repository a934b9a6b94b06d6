using System.Text.Json.Nodes;
using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Models.Tests.Adapters;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Heads;

[NoTensorLeaks]
public sealed class ScoreScaleTests
{
    [Fact]
    public void On_their_own_scale_reference_answers_have_mean_0_and_deviation_1()
    {
        double[] scores = [1, 2, 6];

        var scale = ScoreScale.Of(scores);

        Assert.Equal(new ScoreScale(3, Math.Sqrt(7)), scale);
        Assert.Equal((6 - 3) / Math.Sqrt(7), scale.Normalised(6), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Scores_without_spread_have_no_scale(int count) =>
        Assert.Throws<InvalidInputException>(() => ScoreScale.Of([.. Enumerable.Repeat(2.5, count)]));

    [Fact]
    public void The_scale_is_stored_with_the_model_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        using var model = Model();
        ScoredModelFolder.Save(folder.Path, model);
        using (var unmeasured = ScoredModelFolder.Load(folder.Path))
        {
            Assert.Null(unmeasured.Scale);
        }

        model.Scale = new ScoreScale(0.1 + 0.2, 1.0 / 3);
        ScoredModelFolder.Save(folder.Path, model);
        using var read = ScoredModelFolder.Load(folder.Path);

        Assert.Equal(model.Scale, read.Scale);
    }

    [Theory]
    [InlineData("1.5", null)]
    [InlineData("1.5", "0")]
    [InlineData("1.5", "-1")]
    [InlineData("\"one\"", "1")]
    [InlineData(null, "1")]
    public void Half_a_scale_and_an_impossible_one_are_refused_by_name(string? mean, string? deviation)
    {
        using var folder = new TemporaryFolder();
        using var model = Model();
        ScoredModelFolder.Save(folder.Path, model);
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
        config["plumbline_score_mean"] = mean is null ? null : JsonNode.Parse(mean);
        config["plumbline_score_std"] = deviation is null ? null : JsonNode.Parse(deviation);
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());

        var failure = Assert.Throws<InvalidInputException>(() => ScoredModelFolder.Load(folder.Path));

        Assert.Contains("plumbline_score_std", failure.Message);
        Assert.Contains("config.json", failure.Message);
    }

    [Fact]
    public void Answers_behind_a_shared_prompt_score_as_they_do_alone()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var packed = new PackedTokens(
            [5, 6, 7, 8, 9, 10],
            [new AttentionSpan(0, 3), new AttentionSpan(3, 1, 0, 3), new AttentionSpan(4, 2, 0, 3)]
        );

        var shared = model.ScoresAt(packed, [3, 5]);
        var alone = model.SequenceScores(
            PackedTokens.Of([
                [5, 6, 7, 8],
                [5, 6, 7, 9, 10],
            ])
        );

        Assert.True((shared - alone).abs().max().item<float>() < 1e-5);
        Assert.Throws<ArgumentException>(() => model.SequenceScores(packed));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.ScoresAt(packed, [6]));
    }

    private static ScoredDecoder Model() =>
        new(AdapterModels.Decoder("llama"), new ScoreHeadOptions { InitialDeviation = 0.3 }, new Seed(2));
}
