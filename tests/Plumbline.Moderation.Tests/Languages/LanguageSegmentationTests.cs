using CsCheck;
using Plumbline.Moderation.Languages;

namespace Plumbline.Moderation.Tests.Languages;

public sealed class LanguageSegmentationTests
{
    private const string Zulu = "Ngicela ungitshele ukuthi ngingaya kanjani esiteshini sesitimela, ngoba angiyazi le ndawo.";
    private static readonly LanguageIdentifier Model = LanguageIdentifier.Default;

    [Theory]
    [InlineData(
        "Answer the following question as a helpful teacher would, in every detail:\n",
        "\nRemember to be polite and to give three examples."
    )]
    [InlineData(
        "You will read a sentence and translate it for a friend. The sentence is \"",
        "\". Give the translation only, and nothing else at all."
    )]
    public void A_sentence_in_another_language_shows_inside_a_wrapper(string before, string after)
    {
        var text = before + Zulu + after;
        var runs = Model.Segment(text);
        Assert.Equal("en", runs[0].Guess.Language);
        Assert.Equal("en", runs[^1].Guess.Language);
        var run = Assert.Single(runs, run => run.Guess.Language == "zu");
        Assert.Contains("esiteshini", run.Span.Of(text).ToString(), StringComparison.Ordinal);
        Assert.InRange(run.Span.Length, Zulu.Length - 10, Zulu.Length + 10);
    }

    [Fact]
    public void A_change_of_script_begins_a_run()
    {
        const string Text = "Please read this aloud for everybody here 请问去火车站怎么走我想坐下午的车 and then say what it means to you";
        var runs = Model.Segment(Text);
        Assert.Equal(["en", "zh-Hans", "en"], runs.Select(run => run.Guess.Language));
        Assert.StartsWith("请问", runs[1].Span.Of(Text).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_another_script_stays_in_its_run()
    {
        var run = Assert.Single(Model.Segment("Компания IBM открыла новый офис в нашем городе, и там уже работают люди."));
        Assert.Equal("ru", run.Guess.Language);
    }

    [Theory]
    [InlineData("Xqz 17: The river was high and nobody dared to cross it before the morning came.")]
    [InlineData("1. The river was high and nobody dared to cross it before the morning came. Hm. 42!")]
    public void What_says_too_little_belongs_to_its_neighbour(string text)
    {
        var run = Assert.Single(Model.Segment(text));
        Assert.Equal((0, text.Length, "en"), (run.Span.Start, run.Span.Length, run.Guess.Language));
    }

    [Fact]
    public void A_text_that_says_nothing_is_one_unknown_run()
    {
        var run = Assert.Single(Model.Segment("?! 12"));
        Assert.Equal((0, 5, false), (run.Span.Start, run.Span.Length, run.Guess.IsKnown));
        Assert.Empty(Model.Segment(string.Empty));
    }

    [Fact]
    public void A_text_in_one_language_is_one_run()
    {
        const string Text =
            "The river was high. Nobody dared to cross it! \"Shall we wait?\" asked the boy; nobody answered him. So they sat down and waited for the morning.";
        var run = Assert.Single(Model.Segment(Text));
        Assert.Equal((0, Text.Length, "en"), (run.Span.Start, run.Span.Length, run.Guess.Language));
    }

    [Fact]
    public void A_language_that_changes_without_any_sign_shows_in_a_long_text()
    {
        var text =
            string.Concat(Enumerable.Repeat("the river was high and nobody dared to cross it before the morning came ", 10))
            + string.Concat(Enumerable.Repeat("der fluss war hoch und niemand wagte es ihn vor dem morgen zu überqueren ", 10));
        var runs = Model.Segment(text);
        Assert.Equal("en", runs[0].Guess.Language);
        Assert.Equal("de", runs[^1].Guess.Language);
    }

    [Fact]
    public void Runs_cover_any_text_in_order_and_split_no_pair_of_surrogates() =>
        Gen.OneOf(Gen.Char.Array[0, 2000], Gen.Int[0, 7].Select(i => "aб中. \n\uD83D\uDE00"[i]).Array[0, 2000])
            .Sample(characters =>
            {
                var text = new string(characters);
                var at = 0;
                foreach (var run in Model.Segment(text))
                {
                    var splits = at > 0 && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
                    if (run.Span.Start != at || run.Span.Length <= 0 || splits)
                    {
                        return false;
                    }

                    at = run.Span.End;
                }

                return at == text.Length;
            });
}
