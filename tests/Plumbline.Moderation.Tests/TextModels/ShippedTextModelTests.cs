using Plumbline.Evaluation.Statistics;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.TextModels;

/// <summary>The shipped model on texts it learnt nothing from. The floors are a little under what was measured: docs/guard-text.md.</summary>
public sealed class ShippedTextModelTests(ITestOutputHelper output)
{
    private static readonly Canonicalizer Canonicalizer = new(new CanonicalizerOptions());

    [Theory]
    [InlineData("en", 0.6)]
    [InlineData("zh", 0.4)]
    [InlineData("it", 0.58)]
    [InlineData("vi", 0.7)]
    [InlineData("ar", 0.38)]
    [InlineData("ko", 0.31)]
    [InlineData("th", 0.65)]
    [InlineData("bn", 0.71)]
    [InlineData("sw", 0.58)]
    [InlineData("jv", 0.62)]
    public void Harmful_requests_in_ten_languages_are_suspected(string language, double floor)
    {
        var found = Proportion.Of(Scores("multijail/MultiJail.csv", language, "unsafe").Select(score => score >= 0.5));

        Print($"multijail {language}", found);
        Assert.InRange(found.Value, floor, 1);
    }

    [Fact]
    public void Instructions_are_mostly_left_alone()
    {
        var stopped = Proportion.Of(
            Scores("self-instruct-human/user_oriented_instructions.jsonl", "instruction", "unsafe").Select(score => score >= 0.5)
        );

        Print("instructions stopped", stopped);
        Assert.InRange(stopped.Value, 0, 0.13);
    }

    [Fact]
    public void Texts_in_which_nothing_is_known_are_no_suspicion()
    {
        foreach (var text in new[] { "ꔁꔀꖺꖸ ꗳꗡꗢ ꕉꔀ", "#########", "qx" })
        {
            Assert.All(Score(text), score => Assert.Equal(0, score));
        }
    }

    [Fact]
    public void The_card_is_about_this_model()
    {
        var card = RepositoryFiles.Path("docs", "guard-text.md");

        Assert.Contains(TextModel.Default.Hash, File.ReadAllText(card), StringComparison.Ordinal);
    }

    private void Print(string what, Proportion share)
    {
        var interval = share.WilsonInterval();
        output.WriteLine($"{what}: {share.Value:F3} [{interval.Low:F3}, {interval.High:F3}] of {share.Trials}");
    }

    private static IEnumerable<float> Scores(string path, string column, string label)
    {
        var at = TextModel.Default.Labels.ToList().FindIndex(one => one.Name == label);
        var reader = new TextSourceReader([RealData.Path(Path.GetDirectoryName(path)!)], [], new Seed(1));
        var source = new TextSource
        {
            Name = "test",
            Path = Path.GetFileName(path),
            Text = column,
        };
        return reader.Read(source).Select(text => Score(Canonicalizer.Read(text.Text).Normalized.Text)[at]);
    }

    private static float[] Score(string text)
    {
        var scores = new float[TextModel.Default.Labels.Count];
        TextModel.Default.Score(text, scores, new TextSpan[scores.Length]);
        return scores;
    }
}
