using CsCheck;
using Plumbline.Evaluation.Attacks;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Canonicalization;

public sealed class TextWindowsTests
{
    private static CanonicalView View(string text) => new Canonicalizer().Read(text).Normalized;

    [Fact]
    public void A_short_text_is_one_window()
    {
        var window = Assert.Single(TextWindows.Of(View("One line.\nAnother line.")));

        Assert.Equal(new TextSpan(0, 23), window.Span);
    }

    [Fact]
    public void Each_turn_is_a_window()
    {
        const string Request = "Describe the way to the old harbour";
        var view = View(TextAttacks.Find("many-shot").Apply(Request, new Seed(3).Source()));

        var windows = TextWindows.Of(view);

        Assert.Contains(windows, window => window.Span.Of(view.Text).ToString() == $"Human: {Request}\n");
        Assert.Equal(34, windows.Count);
    }

    [Theory]
    [InlineData("First?\n1. one\n2. two\n3) three", 4)]
    [InlineData("Q: why?\nA: because.\nQuestion 2: how?", 3)]
    [InlineData("A paragraph.\n\nAnother one.\n\n\nA third.", 3)]
    [InlineData("[User] hello\n**Assistant:** hello", 2)]
    public void Turns_begin_at_speakers_numbers_and_empty_lines(string text, int count) =>
        Assert.Equal(count, TextWindows.Of(View(text)).Count);

    [Fact]
    public void Windows_know_where_they_come_from()
    {
        var view = View("Human: h\u200Bello\nHuman: wor\u200Bld");

        var window = TextWindows.Of(view)[1];

        Assert.Equal("Human: world", window.Span.Of(view.Text).ToString());
        Assert.Equal("Human: wor\u200Bld", window.Origin.Of("Human: h\u200Bello\nHuman: wor\u200Bld").ToString());
    }

    [Fact]
    public void Windows_are_bounded_and_hold_every_unit()
    {
        string[] pieces = ["word ", "a sentence. ", "\n", "\n\n", "Human: ", "1. ", "😀", "veryverylongword", "\uD83D"];
        Gen.OneOf([.. pieces.Select(Gen.Const)])
            .Array[0, 200]
            .Sample(
                parts =>
                {
                    var view = View(string.Concat(parts));
                    var options = new TextWindowOptions { MaxLength = 64, Overlap = 16 };
                    var reached = 0;
                    foreach (var window in TextWindows.Of(view, options))
                    {
                        Assert.InRange(window.Span.Length, 1, options.MaxLength);
                        Assert.InRange(window.Span.Start, 0, reached);
                        Assert.True(window.Span.End > reached);
                        reached = window.Span.End;
                    }

                    Assert.Equal(view.Text.Length, reached);
                },
                iter: 1000,
                threads: 1
            );
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => TextWindows.Of(View("a"), new TextWindowOptions { MaxLength = 8 }));
        Assert.Throws<InvalidInputException>(() => TextWindows.Of(View("a"), new TextWindowOptions { Overlap = 900 }));
    }
}
