using Plumbline.Moderation.Languages;

namespace Plumbline.Moderation.Tests.Languages;

public sealed class LetterTextTests
{
    [Theory]
    [InlineData("Hello, World!", " hello world ")]
    [InlineData("  two\n\n lines ", " two lines ")]
    [InlineData("see https://example.com/a?b=c or www.example.com now", " see or now ")]
    [InlineData("@user wrote to me@example.com", " wrote to ")]
    [InlineData("abc123 x_y 42 rest", " rest ")]
    [InlineData("soooooo good", " soo good ")]
    [InlineData("l\u2019homme", " l'homme ")]
    [InlineData("e\u0301te\u0301", " été ")]
    [InlineData("Việt Nam", " việt nam ")]
    [InlineData("Vie\u0323\u0302t", " việt ")]
    [InlineData("\u1EB9\u0301ni", " \u1EB9\u0301ni ")]
    [InlineData("İstanbul", " istanbul ")]
    [InlineData("كِتَابٌ", " كتاب ")]
    [InlineData("我有100元", " 我有 元 ")]
    [InlineData("in\u200Bvisi\u00ADble", " invisible ")]
    [InlineData("'' 12 !?", "")]
    [InlineData("", "")]
    public void A_text_is_read_as_words_of_letters(string text, string expected)
    {
        Span<char> letters = stackalloc char[LetterText.Room];
        Assert.Equal(expected, letters[..LetterText.Read(text, letters)].ToString());
    }

    [Fact]
    public void Of_a_long_text_windows_from_beginning_to_end_are_read()
    {
        var text = string.Concat(
            Enumerable
                .Range(0, 200_000)
                .Select(i =>
                    (i % 50) switch
                    {
                        49 => ' ',
                        var at => (char)('a' + (at + i / 50_000) % 26),
                    }
                )
        );
        var letters = new char[LetterText.Room];
        var length = LetterText.Read(text, letters);
        Assert.InRange(length, LetterText.Sample * 9 / 10, LetterText.Room);
        Assert.Equal(text[..40], new string(letters, 1, 40));
        Assert.EndsWith(text[^40..].TrimEnd(), new string(letters, 0, length).TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello", "Latn", 1)]
    [InlineData("привет", "Cyrl", 1)]
    [InlineData("日本語のテキスト", "Hani", 1)]
    [InlineData("한국어", "Hang", 1)]
    [InlineData("ภาษาไทย", "Thai", 1)]
    [InlineData("abcd привет", "Cyrl", 0.6)]
    [InlineData("ⴰⴱⴳ", "Zzzz", 1)]
    [InlineData("", "Zyyy", 0)]
    public void The_script_of_most_letters_is_told(string text, string script, double share)
    {
        Span<char> letters = stackalloc char[LetterText.Room];
        var main = LetterText.MainScript(letters[..LetterText.Read(text, letters)], out var found);
        Assert.Equal(script, Scripts.Code(main));
        Assert.Equal(share, found, 3);
    }

    [Fact]
    public void Letters_of_other_scripts_become_gaps()
    {
        var letters = " abc где déf '' ".ToCharArray();
        Assert.Equal(" abc déf '' ", new string(letters, 0, LetterText.Keep(letters, Script.Latn)));
    }

    [Fact]
    public void Every_script_is_found_by_its_code_and_nothing_else_is()
    {
        foreach (var script in Enum.GetValues<Script>().Where(script => script is not (Script.Zyyy or Script.Zzzz)))
        {
            Assert.Equal(script, Scripts.Find(Scripts.Code(script)));
        }

        Assert.Null(Scripts.Find("Zyyy"));
        Assert.Null(Scripts.Find("Zzzz"));
        Assert.Null(Scripts.Find("nope"));
    }
}
