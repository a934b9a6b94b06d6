using System.Globalization;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Tokenization;
using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Moderation.Tests.Canonicalization;

/// <summary>Texts in which nothing is wrapped have few views, and stay as they are.</summary>
public sealed class BenignTextTests(ITestOutputHelper output)
{
    private static readonly Canonicalizer Canonicalizer = new();

    [Fact]
    public void Instructions_and_prompts_of_people_have_few_further_views()
    {
        Measure("instructions", RealTexts.Instructions(), 0.25);
        Measure("xstest prompts", RealTexts.XsTestPrompts(), 0.05);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    [InlineData("it")]
    [InlineData("vi")]
    [InlineData("ar")]
    [InlineData("ko")]
    [InlineData("th")]
    [InlineData("bn")]
    [InlineData("sw")]
    [InlineData("jv")]
    public void Other_languages_have_few_further_views_and_keep_their_form_C(string language)
    {
        var texts = RealTexts.MultilingualRequests(language);
        Measure(language, texts, 0.10);

        var kept = texts.Count(text => Spaces(Canonicalizer.Read(text).Normalized.Text) == Spaces(FormC(text)));
        output.WriteLine($"{language}: {kept} of {texts.Count} keep their form C");
        Assert.True(kept >= texts.Count * 0.98, $"Only {kept} of {texts.Count} texts in {language} kept their form C.");
    }

    [Theory]
    [InlineData("https://example.org/shop/items?id=12345&sort=price%20up&page=2")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("The file's SHA-256 is e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.")]
    [InlineData("Call +44 20 7946 0958 before 17:30 on 2026-11-30.")]
    [InlineData("var total = items.Where(item => item.Price > 10).Sum(item => item.Price);")]
    [InlineData("I run Windows 11 on an i7-12700K with 32GB and an RTX3080, H.264 and MP3 work.")]
    [InlineData("Rows 10, 20, 30, 40, 50 and 60 are blue; 1-2-3-4 are red.")]
    [InlineData("- one\n- two\n- three\n- four\n")]
    [InlineData("U.S.A. and U.K. and E.U. have B2B, C3PO and R2D2; A B C are grades.")]
    public void Addresses_hashes_numbers_and_code_have_at_most_one_further_view(string text) =>
        Assert.InRange(Canonicalizer.Read(text).Views.Count, 1, 2);

    private void Measure(string name, IReadOnlyList<string> texts, double mostFurther)
    {
        var further = new List<string>();
        foreach (var text in texts)
        {
            var read = Canonicalizer.Read(text);
            Assert.False(read.IsTruncated);
            further.AddRange(read.Views.Skip(1).Select(view => view.Name));
        }

        var names = string.Join(
            ", ",
            further.GroupBy(view => view).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}")
        );
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name}: {(double)further.Count / texts.Count:F3} further views a text; {names}")
        );
        Assert.True(further.Count <= texts.Count * mostFurther, $"{name}: {further.Count} further views of {texts.Count} texts: {names}");
    }

    private static string FormC(string text) => UnicodeNormalizer.Normalize(new AlignedText(text), compose: true).Text;

    // No-break and other spaces become plain ones, and invisible characters go: neither is part of a language.
    private static string Spaces(string text) =>
        string.Join(
            ' ',
            string.Concat(text.Where(unit => char.GetUnicodeCategory(unit) != UnicodeCategory.Format))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
}
