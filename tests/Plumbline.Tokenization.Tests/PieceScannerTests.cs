using System.Text;
using CsCheck;
using Plumbline.Randomness;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.Tests;

public sealed class PieceScannerTests
{
    public static TheoryData<string> Patterns =>
        [ByteLevelPreTokenizer.Pattern, BpeTrainerOptions.Llama3Pattern, Llama3Scanner.QwenPattern];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_scanner_cuts_as_the_regular_expression_it_stands_for_on_random_unicode(string pattern)
    {
        var signs = Gen.Const("'sStTdDmMrReEvVlLſK \t\r\n\u0085\u00A0\u200B09½Ⅷ_-!")
            .SelectMany(text => Gen.Int[0, text.Length - 1].Select(i => (int)text[i]));
        Gen.OneOf(signs, signs, Gen.Int[0, 0xD7FF], Gen.Int[0xE000, 0x10FFFF], Gen.Int[0x1D400, 0x1D7FF])
            .Array[0, 40]
            .Select(points => string.Concat(points.Select(point => new Rune(point).ToString())))
            .Sample(text => Scan(pattern, text) == Match(pattern, text), iter: 5000);
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_scanner_cuts_as_the_regular_expression_it_stands_for_on_every_character(string pattern)
    {
        for (var point = 0; point <= 0x10FFFF; point += point == 0xD7FF ? 0x801 : 1)
        {
            var rune = new Rune(point);
            // All planes of assigned characters; of the rest every 97th.
            if (point < 0x20000 || point % 97 == 0)
            {
                var text = $"a{rune}b {rune}{rune}1";
                Assert.True(Scan(pattern, text) == Match(pattern, text), $"U+{point:X}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_scanner_cuts_as_the_regular_expression_it_stands_for_on_many_scripts(string pattern)
    {
        for (var i = 0; i < 300; i++)
        {
            var text = SampleTokenizers.Text(new Seed(62).Derive("text", i).Source(), 30);
            Assert.True(Scan(pattern, text) == Match(pattern, text), $"seed 62, text {i}: {text}");
        }
    }

    [Fact]
    public void Other_patterns_have_no_scanner() => Assert.Null(PieceScanner.For(@"\p{L}+"));

    private static string Scan(string pattern, string text) => Ranges(PieceScanner.For(pattern)!, text);

    private static string Match(string pattern, string text) => Ranges(Regexes[pattern], text);

    private static readonly Dictionary<string, CodePointRegex> Regexes = Patterns.ToDictionary(
        row => row.Data,
        row => new CodePointRegex(row.Data),
        StringComparer.Ordinal
    );

    private static string Ranges(TextPattern pattern, string text)
    {
        var matches = new List<TextRange>();
        pattern.Match(text, matches);
        return string.Join(' ', matches.Select(match => $"{match.Start}-{match.End}"));
    }
}
