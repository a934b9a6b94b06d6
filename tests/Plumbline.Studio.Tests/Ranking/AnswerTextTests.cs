using AngleSharp.Html.Parser;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Ranking;

namespace Plumbline.Studio.Tests.Ranking;

public sealed class AnswerTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("![x](https://example.org/track.png)")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](vbscript:x)")]
    [InlineData("<https://example.org/\" onclick=\"alert(1)>")]
    [InlineData("[x](https://example.org \"a\" onmouseover=alert(1))")]
    [InlineData("<style>*{display:none}</style>")]
    [InlineData("<svg><script>alert(1)</script></svg>")]
    [InlineData("<iframe src=https://example.org></iframe>")]
    [InlineData("```\n</code></pre><script>alert(1)</script>\n```")]
    [InlineData("```html\" onclick=\"alert(1)\nx\n```")]
    [InlineData("| <form action=https://example.org><button> |\n|---|\n| x |")]
    public void Nothing_that_acts_comes_out_of_an_answer(string text)
    {
        string[] allowed = ["href", "rel", "target", "dir", "tabindex", "start"];
        using var document = new HtmlParser().ParseDocument(AnswerHtml.Render(text).Value);

        Assert.Empty(document.QuerySelectorAll("script, img, style, svg, iframe, form, button, input, object, embed, link, meta"));
        var attributes = document.All.SelectMany(element => element.Attributes).ToList();
        Assert.All(attributes, attribute => Assert.Contains(attribute.Name, allowed));
        Assert.All(attributes.Where(attribute => attribute.Name == "href"), link => Assert.Matches("^(https?|mailto):", link.Value));
    }

    [Fact]
    public void Markdown_is_shown_with_the_direction_of_its_own_letters()
    {
        var html = AnswerHtml.Render("**مرحبا**\n\n```\nx = 1\n```\n\n[link](https://example.org)").Value;

        Assert.Contains("<p dir=\"auto\"><strong>", html);
        Assert.Contains("<pre dir=\"ltr\" tabindex=\"0\">", html);
        Assert.Contains("rel=\"noopener noreferrer nofollow\"", html);
    }

    [Fact]
    public void Hostile_Markdown_ends_in_bounded_time_as_plain_text_at_worst()
    {
        foreach (
            var text in new[]
            {
                new string('[', 50_000),
                new string('>', 50_000) + "x",
                string.Concat(Enumerable.Repeat("*a _b ", 20_000)),
                new string('`', 99_999),
                new string('<', 300_000),
            }
        )
        {
            Assert.NotEmpty(AnswerHtml.Render(text).Value);
        }
    }

    [Fact]
    public void A_comparison_gives_both_texts_back()
    {
        var pieces = AnswerDiff.Compare("Water it daily, and talk to it.", "Water it weekly, and talk to it often.")!;

        Assert.Equal(
            "Water it daily, and talk to it.",
            string.Concat(pieces.Where(piece => piece.Kind != DiffKind.Added).Select(piece => piece.Text))
        );
        Assert.Equal(
            "Water it weekly, and talk to it often.",
            string.Concat(pieces.Where(piece => piece.Kind != DiffKind.Removed).Select(piece => piece.Text))
        );
        Assert.Contains(new DiffPiece(DiffKind.Added, "weekly"), pieces);
        Assert.Contains(new DiffPiece(DiffKind.Removed, "daily"), pieces);
        Assert.Null(AnswerDiff.Compare(new string('a', 20_001), "b"));
    }

    [Fact]
    public void Passages_are_found_by_what_they_say_and_cut_the_text_where_they_end()
    {
        const string Text = "one two one\ntwo";
        var first = MarkedText.Find(Text, " one ", "bad", [])!;
        var second = MarkedText.Find(Text, "one", "bad", [first])!;

        Assert.Equal((0, 3), (first.Start, first.Length));
        Assert.Equal((8, 3), (second.Start, second.Length));
        Assert.Equal(
            (8, 7),
            (MarkedText.Find(Text, "one\r\ntwo", "bad", [])!.Start, MarkedText.Find(Text, "one\r\ntwo", "bad", [])!.Length)
        );
        Assert.Null(MarkedText.Find(Text, "three", "bad", []));
        Assert.Null(MarkedText.Find(Text, "  ", "bad", []));
        var pieces = MarkedText.Cut(Text, [new MarkedSpan(2, 4, "a"), new MarkedSpan(4, 4, "b")]);
        Assert.Equal(Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(["", "a", "a b", "b", ""], pieces.Select(piece => string.Join(' ', piece.Labels)));
    }
}
