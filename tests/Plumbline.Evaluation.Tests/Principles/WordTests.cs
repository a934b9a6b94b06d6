using Plumbline.Data;
using Plumbline.Evaluation.Principles.Features;
using Plumbline.Evaluation.Principles.Words;

namespace Plumbline.Evaluation.Tests.Principles;

public sealed class WordTests
{
    [Fact]
    public void Words_are_runs_of_letters_and_letters_of_scripts_without_blanks()
    {
        Assert.Equal(["i'm", "sorry", "42", "über", "don't"], WordTokens.Of("I’m sorry -- 42 Über 'don't'"));
        Assert.Equal(["我", "不", "能", "help", "हिन्दी"], WordTokens.Of("我不能help, हिन्दी"));
        Assert.Empty(WordTokens.Of("… !?"));
    }

    [Fact]
    public void Phrases_and_stems_are_counted_once_each()
    {
        var phrases = new PhraseList("not sure, not, apolog*, i am unable*, 我不能");

        Assert.Equal(3, phrases.Count(WordTokens.Of("I am unable, not sure, apologies.")));
        Assert.Equal(1, phrases.Count(WordTokens.Of("我不能")));
        Assert.Equal(0, phrases.Count(WordTokens.Of("I am able; nothing")));
        Assert.True(phrases.Begins(WordTokens.Of("Not here")));
        Assert.False(phrases.Begins([]));
    }

    /// <summary>
    /// 8 of 100 and 2 of 80: α = 1000·10/180 = 55.56, δ = ln(63.56/1036.44) − ln(57.56/1022.44) = −2.7915 + 2.8771 = 0.0856, its deviation √(1/63.56 + 1/57.56) = 0.1820.
    /// </summary>
    [Fact]
    public void The_log_odds_are_those_of_the_paper()
    {
        var word = WordContrast.Contrast("x", 8, 2, 100, 80);

        var alpha = 1000 * 10 / 180.0;
        Assert.Equal(Math.Log((8 + alpha) / (1100 - 8 - alpha)) - Math.Log((2 + alpha) / (1080 - 2 - alpha)), word.LogOdds, 1e-12);
        Assert.Equal(0.0856, word.LogOdds, 1e-3);
        Assert.Equal(0.0856 / 0.1820, word.Z, 1e-2);
    }

    [Fact]
    public void A_word_of_chosen_answers_stands_out_and_noise_does_not()
    {
        var contrast = new WordContrast();
        var random = new Plumbline.Randomness.Seed(5).Source();
        string[] words = ["red", "green", "blue", "stone", "river", "cloud", "seven", "nine", "walks", "sings"];
        string Sentence() => string.Join(' ', Enumerable.Range(0, 6).Select(_ => random.Choose(words)));
        for (var i = 0; i < 300; i++)
        {
            contrast.Add(i, Answer($"{Sentence()} {(i % 3 == 0 ? "please wait" : string.Empty)}"), Answer(Sentence()));
        }

        var found = contrast.Find(30, 3, 10);

        // The word, its neighbour and the two together; which words stand before them is chance.
        Assert.Equal(["please", "please wait", "wait"], found.Chosen.Select(word => word.Word).Take(3).Order(StringComparer.Ordinal));
        Assert.Equal(100, found.Chosen[0].Chosen);
        Assert.Empty(found.Rejected);
        Assert.Single(contrast.Find(1, 3, 10).Chosen);
    }

    [Fact]
    public void An_answer_of_several_pairs_counts_once()
    {
        var contrast = new WordContrast();
        for (var i = 0; i < 20; i++)
        {
            contrast.Add(group: 0, Answer("always this"), Answer($"number {i}"));
        }

        var found = contrast.Find(30, 0, 1);

        Assert.Equal(1, found.Chosen.Single(word => word.Word == "always").Chosen);
        Assert.Equal(20, found.Rejected.Single(word => word.Word == "number").Rejected);
    }

    [Theory]
    [InlineData("the cat is on the table", "and this is what you have", true)]
    [InlineData("the cat is on the table", "der Hund ist nicht auf dem Tisch", false)]
    [InlineData("the cat is on the table", "собака", false)]
    [InlineData("これは何ですか", "東京", true)]
    [InlineData("12?", "eins", true)]
    public void Languages_are_told_apart_roughly(string question, string answer, bool isLike) =>
        Assert.Equal(
            isLike,
            WrittenLanguage.Of(question, WordTokens.Of(question)).IsLike(WrittenLanguage.Of(answer, WordTokens.Of(answer)))
        );

    private static AnswerText Answer(string text) => AnswerText.Of(Content.FromText("Why?"), Content.FromText(text));
}
