using Plumbline.TinyWorld.Text;

namespace Plumbline.TinyWorld.Tests;

public sealed class FoldedTextTests
{
    [Fact]
    public void Words_are_folded_to_plain_lower_case_letters()
    {
        Assert.Equal("strasse ano cafe naive", FoldedText.Fold("  Straße, AÑO -- café; (naïve)"));
        // A letter with a combining accent is the same as the accented letter.
        Assert.Equal("cafe", FoldedText.Fold("cafe\u0301"));
        Assert.Equal(string.Empty, FoldedText.Fold("!?"));
    }

    [Fact]
    public void Phrases_are_found_as_whole_words_at_their_place_in_the_original()
    {
        var text = FoldedText.From("Oh: Größe  UND Maß!");

        Assert.Equal(new TextSpan(4, 14), text.Find(" grosse und mass "));
        Assert.Equal(new TextSpan(0, 2), text.Find(" oh "));
        Assert.Null(text.Find(" gross "));
        Assert.Equal(4, text.WordCount);
        Assert.Equal(["oh", "grosse", "und", "mass"], Enumerable.Range(0, 4).Select(i => text[i]));
    }

    [Fact]
    public void Text_beyond_the_limit_is_not_read()
    {
        var text = FoldedText.From(new string(' ', FoldedText.MaximumLength - 2) + "abc");

        Assert.Equal("ab", text[0]);
    }

    [Fact]
    public void A_phrase_right_after_a_negation_does_not_count_as_affirmed()
    {
        var phrases = new PhraseSet(["repeat", "cards"]);
        var negations = new PhraseSet(["not", "never"]);

        Assert.Null(phrases.FirstAffirmedIn(FoldedText.From("Never repeat!"), negations));
        Assert.Equal(new TextSpan(18, 5), phrases.FirstAffirmedIn(FoldedText.From("Never repeat, use cards."), negations));
    }
}
