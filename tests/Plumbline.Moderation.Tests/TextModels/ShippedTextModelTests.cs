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
    [InlineData("en", 0.72)]
    [InlineData("zh", 0.37)]
    [InlineData("it", 0.47)]
    [InlineData("vi", 0.62)]
    [InlineData("ar", 0.4)]
    [InlineData("ko", 0.53)]
    [InlineData("th", 0.55)]
    [InlineData("bn", 0.45)]
    [InlineData("sw", 0.51)]
    [InlineData("jv", 0.61)]
    public void Harmful_requests_in_ten_languages_are_suspected(string language, double floor)
    {
        var found = Proportion.Of(Harmful(language).Select(score => score >= 0.5));

        Print($"multijail {language}", found);
        Assert.InRange(found.Value, floor, 1);
    }

    // A score of a half is another bound in each model: one that stops more of everything finds more. Where a fifth of the ordinary texts is stopped, more of the harmful ones has to be.
    [Theory]
    [InlineData("zh", 0.46)]
    [InlineData("it", 0.47)]
    [InlineData("vi", 0.61)]
    [InlineData("ar", 0.47)]
    [InlineData("ko", 0.68)]
    [InlineData("th", 0.58)]
    [InlineData("bn", 0.62)]
    [InlineData("sw", 0.59)]
    [InlineData("jv", 0.59)]
    public void Harmful_requests_are_told_from_ordinary_texts(string language, double floor)
    {
        var found = Proportion.Of(Harmful(language).Select(score => score > Exceeded(Everyday(language), 0.2)));

        Print($"multijail {language} where a fifth of ordinary texts is stopped", found);
        Assert.InRange(found.Value, floor, 1);
    }

    // The figures to beat: 0.775 of MultiJail's English requests where 0.159 of these instructions is stopped.
    [Fact]
    public void Harmful_requests_in_English_are_told_from_instructions()
    {
        var found = Proportion.Of(Harmful("en").Select(score => score > Exceeded(Instructions(), 0.159)));

        Print("multijail en where 0.159 of instructions is stopped", found);
        Assert.InRange(found.Value, 0.79, 1);
    }

    [Fact]
    public void Instructions_are_mostly_left_alone()
    {
        var stopped = Proportion.Of(Instructions().Select(score => score >= 0.5));

        Print("instructions stopped", stopped);
        Assert.InRange(stopped.Value, 0, 0.13);
    }

    [Fact]
    public void Ordinary_texts_are_mostly_left_alone()
    {
        var all = new List<float>();
        foreach (
            var path in Directory.EnumerateFiles(RepositoryFiles.Path("recipes", "guard-text", "everyday")).Order(StringComparer.Ordinal)
        )
        {
            var language = Path.GetFileName(path).Split('.')[0];
            var scores = Everyday(language);
            all.AddRange(scores);
            var stopped = Proportion.Of(scores.Select(score => score >= 0.5));

            Print($"everyday {language} stopped", stopped);
            Assert.InRange(stopped.Value, 0, 0.3);
        }

        Assert.InRange(Proportion.Of(all.Select(score => score >= 0.5)).Value, 0, 0.19);
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

    private static float[] Harmful(string language) => [.. Scores("multijail/MultiJail.csv", language, "unsafe")];

    private static float[] Instructions() => [.. Scores("self-instruct-human/user_oriented_instructions.jsonl", "instruction", "unsafe")];

    private static float[] Everyday(string language)
    {
        var path = RepositoryFiles.Path("recipes", "guard-text", "everyday", $"{language}.everyday.txt");
        return
        [
            .. PhraseFile
                .Read(path, [.. TextModel.Default.Labels.Select(label => label.Name)], new SourcePart(), new Seed(1))
                .Select(text => Score(Canonicalizer.Read(text.Text).Normalized.Text)[LabelIndex("unsafe")]),
        ];
    }

    // The score that at most this share of them exceeds.
    private static float Exceeded(float[] scores, double share) => scores.OrderDescending().ElementAt((int)(share * scores.Length));

    private static int LabelIndex(string label) => TextModel.Default.Labels.ToList().FindIndex(one => one.Name == label);

    private static IEnumerable<float> Scores(string path, string column, string label)
    {
        var at = LabelIndex(label);
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
