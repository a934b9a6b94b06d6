using System.Globalization;
using System.Text;
using Plumbline.Randomness;
using Plumbline.Tokenization.Normalizers;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.Tests;

public sealed class UnicodeTests
{
    // From the conformance examples of Unicode Standard Annex 15 and its NormalizationTest.txt: source, form C, form D.
    [Theory]
    [InlineData("e\u0301", "\u00E9", "e\u0301")]
    [InlineData("\u1E0A\u0323", "\u1E0C\u0307", "D\u0323\u0307")]
    [InlineData("\u1E69", "\u1E69", "s\u0323\u0307")]
    [InlineData("s\u0307\u0323", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u212B", "\u00C5", "A\u030A")]
    [InlineData("\u2126", "\u03A9", "\u03A9")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\uFB1D", "\u05D9\u05B4", "\u05D9\u05B4")]
    [InlineData("\uAC01", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u1100\u1161\u11A8\u11A8", "\uAC01\u11A8", "\u1100\u1161\u11A8\u11A8")]
    [InlineData("\u1100\uAC00\u11A8", "\u1100\uAC01", "\u1100\u1100\u1161\u11A8")]
    [InlineData("\uFB01", "\uFB01", "\uFB01")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [InlineData("\U00011099\U000110BA", "\U0001109A", "\U00011099\U000110BA")]
    [InlineData("a\u0315\u0300\u05AE\u0062", "\u00E0\u05AE\u0315b", "a\u05AE\u0300\u0315b")]
    [InlineData("\u0344", "\u0308\u0301", "\u0308\u0301")]
    [InlineData("\u1F82", "\u1F82", "\u03B1\u0313\u0300\u0345")]
    [InlineData("plain", "plain", "plain")]
    public void Texts_are_normalised_as_the_standard_says(string source, string composed, string decomposed)
    {
        Assert.Equal(composed, Normalize(source, compose: true));
        Assert.Equal(decomposed, Normalize(source, compose: false));
    }

    // From Unicode Standard Annex 15 (figures 6 and 7) and NormalizationTest.txt: source, form KC, form KD.
    [Theory]
    [InlineData("\uFB01", "fi", "fi")]
    [InlineData("2\u2075", "25", "25")]
    [InlineData("\u1E9B\u0323", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u00BD", "1\u20442", "1\u20442")]
    [InlineData("\uFF76\uFF9E", "\u30AC", "\u30AB\u3099")]
    [InlineData("\u3392", "MHz", "MHz")]
    [InlineData(
        "\uFDFA",
        "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645",
        "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645"
    )]
    [InlineData("\u3131", "\u1100", "\u1100")]
    [InlineData("\U0001D400", "A", "A")]
    [InlineData("\u00C5", "\u00C5", "A\u030A")]
    [InlineData("\uAC01", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("plain", "plain", "plain")]
    public void Texts_are_normalised_compatibly_as_the_standard_says(string source, string composed, string decomposed)
    {
        Assert.Equal(composed, UnicodeNormalizer.Normalize(new AlignedText(source), compose: true, compatibility: true).Text);
        Assert.Equal(decomposed, UnicodeNormalizer.Normalize(new AlignedText(source), compose: false, compatibility: true).Text);
    }

    [Fact]
    public void Normalising_twice_changes_nothing_and_both_forms_agree()
    {
        int[] marks =
        [
            0x300,
            0x301,
            0x308,
            0x323,
            0x327,
            0x345,
            0x5B0,
            0x93C,
            0x1161,
            0x11A8,
            0x1100,
            0xAC00,
            'a',
            'e',
            'o',
            0x915,
            0x1D15E,
            0x3B1,
            0x1E0C,
        ];
        for (var i = 0; i < 3000; i++)
        {
            var random = new Seed(31).Derive("marks", i).Source();
            var text = string.Concat(Enumerable.Range(0, 12).Select(_ => new Rune(random.Choose(marks)).ToString()));
            var composed = Normalize(text, compose: true);
            Assert.True(composed == Normalize(composed, compose: true), $"seed 31, text {i}");
            Assert.True(composed == Normalize(Normalize(text, compose: false), compose: true), $"seed 31, text {i}");
            Assert.True(Normalize(text, compose: false) == Normalize(composed, compose: false), $"seed 31, text {i}");
        }
    }

    [Fact]
    public void A_million_combining_marks_are_sorted_quickly()
    {
        var text = "a" + string.Concat(Enumerable.Repeat("\u0301\u0323", 500_000));
        Assert.StartsWith("\u1EA1", Normalize(text, compose: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Normalised_characters_remember_where_they_came_from()
    {
        var text = UnicodeNormalizer.Normalize(new AlignedText("xe\u0301y\u1100\u1161z", Base: 10), compose: true);
        Assert.Equal("x\u00E9y\uAC00z", text.Text);
        Assert.Equal([10, 11, 13, 14, 16], Enumerable.Range(0, 5).Select(text.OriginOf));
    }

    [Fact]
    public void Origins_ascend_even_where_marks_change_places()
    {
        var text = UnicodeNormalizer.Normalize(new AlignedText("a\u0315\u0300\u05AEb"), compose: false);
        Assert.Equal("a\u05AE\u0300\u0315b", text.Text);
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(text.OriginOf));
    }

    [Fact]
    public void Every_astral_character_is_matched_as_one_of_its_category()
    {
        var wrong = new List<string>();
        for (var point = 0x10000; point <= 0x10FFFF; point++)
        {
            var category = Rune.GetUnicodeCategory(new Rune(point));
            if (CharUnicodeInfo.GetUnicodeCategory(CodePointRegex.StandIn(category)) != category)
            {
                wrong.Add($"{point:X}: {category}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(@"\p{L}+|\p{N}", "😀𝔘𝔫i𝟘1", "𝔘𝔫i 𝟘 1")]
    [InlineData(@"[^\s\p{L}]", "😀a👍", "😀 👍")]
    [InlineData(@".", "a😀", "a 😀")]
    // Possessive quantifiers give nothing back.
    [InlineData(@"a++b|a", "aab aa", "aab a a")]
    [InlineData(@"a*+a|b", "aab", "b")]
    [InlineData(@"[ab]?+b|c", "bbc", "bb c")]
    [InlineData(@"(?:ab)++a|x", "ababax", "ababa x")]
    // A plus behind an interval repeats it.
    [InlineData(@"\p{N}{1,3}+", "12345 6", "12345 6")]
    [InlineData(@"(?i:'LL)|\w+|\h{2}", "'ll g_é ff", "'ll g_é ff")]
    [InlineData(@"\w+", "Ⅷ½٣ a", "Ⅷ½٣ a")]
    [InlineData(@"[\w-]+?\b|\p{Lu}{2}", "a-b", "a - b")]
    [InlineData(@"x{a}|\{1\}|[]]", "x{a}{1}]", "x{a} {1} ]")]
    [InlineData(@"^b$|\W", "a\nb\n", "\n b \n")]
    public void Patterns_in_Onigurumas_syntax_match_what_Oniguruma_matches(string pattern, string text, string expected)
    {
        var ranges = new List<TextRange>();
        new CodePointRegex(pattern).Match(text, ranges);
        var matches = ranges.Where(range => range.End > range.Start).Select(range => text[range.Start..range.End]);
        Assert.Equal(expected, string.Join(' ', matches));
    }

    [Theory]
    [InlineData(@"[a&&b]", "&&")]
    [InlineData(@"[a[b]]", "set inside")]
    [InlineData(@"\X", "\\X")]
    [InlineData(@"[a", "never closed")]
    [InlineData(@"a)", "closing parenthesis")]
    [InlineData(@"a\", "backslash")]
    [InlineData(@"😀", "U+FFFF")]
    [InlineData(@"\p{Han}", "Han")]
    [InlineData(@"(a", "(a")]
    [InlineData(@"a**", "a**")]
    public void Patterns_that_would_be_misread_are_refused(string pattern, string part)
    {
        var failure = Assert.Throws<InvalidInputException>(() => new CodePointRegex(pattern));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    private static string Normalize(string text, bool compose) => UnicodeNormalizer.Normalize(new AlignedText(text), compose).Text;
}
