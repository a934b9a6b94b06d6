using Plumbline.Data;
using Plumbline.Evaluation.Principles.Features;
using Plumbline.Feedback.Selection;

namespace Plumbline.Feedback.Tests.Selection;

public sealed class TextFeatureTests
{
    private static readonly Content Prompt = Content.FromText("How do I boil an egg?");

    [Fact]
    public void Texts_have_the_same_features_in_every_map_of_the_same_options()
    {
        var answer = Content.FromText("Boil it for eight minutes, then cool it.");

        var features = new TextFeatures().Of(Prompt, answer);

        Assert.Equal(128, features.Length);
        Assert.Equal(features, new TextFeatures().Of(Prompt, answer));
        Assert.NotEqual(features, new TextFeatures(new TextFeatureOptions { ProjectionSeed = 1 }).Of(Prompt, answer));
        Assert.All(features, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Style_stands_first_and_words_after_it()
    {
        var map = new TextFeatures(new TextFeatureOptions { Dimension = 256 });
        var style = PairFeatures.All.Count;
        var refusal = PairFeatures.All.Index().Single(feature => feature.Item.Id == "refusal").Index;

        var refused = map.Of(Prompt, Content.FromText("I'm sorry, but I cannot help with that."));
        var empty = map.Of(Prompt, Content.FromText(string.Empty));

        Assert.Equal((1, 0), (refused[refusal], empty[refusal]));
        Assert.All(empty[style..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Projected_words_keep_what_texts_have_in_common()
    {
        // Presence of n words over √n, four places of ±½ each: the expected dot product is shared / √(n·m), spread about 1/√d = 0.03.
        var map = new TextFeatures(new TextFeatureOptions { Dimension = 1024 });
        var style = PairFeatures.All.Count;
        string Words(int from) => string.Join(' ', Enumerable.Range(from, 100).Select(i => $"word{i}"));
        double[] Of(string text) => map.Of(Prompt, Content.FromText(text))[style..];
        double Dot(string left, string right) => Of(left).Zip(Of(right), (x, y) => x * y).Sum();

        Assert.Equal(1, Dot(Words(0), Words(0)), 0.15);
        Assert.Equal(0.5, Dot(Words(0), Words(50)), 0.15);
        Assert.Equal(0, Dot(Words(0), Words(1000)), 0.15);
    }

    [Fact]
    public void Too_few_dimensions_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new TextFeatures(new TextFeatureOptions { Dimension = 10 }));
    }
}
