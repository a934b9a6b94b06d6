using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;
using Plumbline.Testing;

namespace Plumbline.Evaluation.Tests.Reports;

public sealed class HtmlReportTests
{
    [Fact]
    public void The_page_has_one_title_and_headings_in_order()
    {
        var page = Parse(SampleReport.Create());

        Assert.Equal("en", page.Root!.Attribute("lang")!.Value);
        Assert.Equal("Aligned with the demo constitution", page.Descendants("title").Single().Value);
        Assert.Single(page.Descendants("h1"));
        Assert.Equal(
            ["What changed", "By category", "Training", "Samples", "How to repeat this"],
            page.Descendants("h2").Select(heading => heading.Value)
        );
        var levels = page.Descendants()
            .Where(element => Regex.IsMatch(element.Name.LocalName, "^h[1-6]$"))
            .Select(heading => heading.Name.LocalName[1] - '0')
            .ToArray();
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1, "A heading level is skipped."));
    }

    [Fact]
    public void The_page_needs_no_network_and_no_script_and_forbids_both()
    {
        var page = Parse(SampleReport.Create());

        Assert.DoesNotContain(
            page.Descendants(),
            element => element.Name.LocalName is "script" or "link" or "img" or "iframe" or "object" or "image"
        );
        var attributes = page.Descendants()
            .SelectMany(element => element.Attributes())
            .Select(attribute => attribute.Name.LocalName)
            .Distinct();
        Assert.DoesNotContain(attributes, name => name is "src" or "href" or "style" || name.StartsWith("on", StringComparison.Ordinal));
        var policy = page.Descendants("meta").Single(meta => meta.Attribute("http-equiv") is not null).Attribute("content")!.Value;
        var styleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page.Descendants("style").Single().Value)));
        Assert.Equal($"default-src 'none'; style-src 'sha256-{styleHash}'", policy);
        Assert.DoesNotContain("url(", page.Descendants("style").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_answers_are_shown_as_the_text_they_are()
    {
        var page = Parse(SampleReport.Create());

        var shown = page.Descendants("p").Where(paragraph => (string?)paragraph.Attribute("class") == "said").Select(said => said.Value);
        Assert.Contains(SampleReport.Attack.Replace('\0', '\uFFFD').Replace('\u001b', '\uFFFD'), shown);
    }

    [Fact]
    public void Any_text_anywhere_stays_text() =>
        Gen.String[Gen.Char[' ', '~'], 0, 40]
            .Select(text => $"{text}<b>&\"'{text}")
            .Sample(
                text =>
                {
                    var page = Parse(Everywhere(text));

                    Assert.Empty(page.Descendants("b"));
                    Assert.Equal(text, page.Descendants("h1").Single().Value);
                    Assert.Equal(text, page.Descendants("tbody").First().Descendants("th").First().Value);
                    Assert.Equal(3, page.Descendants("p").Count(said => (string?)said.Attribute("class") == "said" && said.Value == text));
                },
                iter: 200
            );

    [Fact]
    public void Text_of_any_characters_leaves_the_page_well_formed() =>
        Gen.String[Gen.Char, 0, 60].Sample(text => Assert.NotNull(Parse(Everywhere(text)).Root), iter: 200);

    [Fact]
    public void The_same_report_gives_the_same_bytes()
    {
        using var folder = new TemporaryFolder();

        HtmlReport.Save(SampleReport.Create(), folder.File("a.html"));
        HtmlReport.Save(SampleReport.Create(), folder.File("b.html"));

        Assert.Equal(File.ReadAllBytes(folder.File("a.html")), File.ReadAllBytes(folder.File("b.html")));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Tables_have_captions_and_every_row_names_itself()
    {
        var page = Parse(SampleReport.Create());

        foreach (var table in page.Descendants("table"))
        {
            Assert.NotEmpty(table.Element("caption")!.Value);
            var columns = table.Element("thead")!.Descendants("th").ToArray();
            Assert.All(columns, heading => Assert.Equal("col", heading.Attribute("scope")!.Value));
            foreach (var row in table.Element("tbody")!.Elements("tr"))
            {
                Assert.Equal("row", row.Elements().First().Attribute("scope")!.Value);
                Assert.Equal(columns.Length, row.Elements().Count());
            }
        }

        Assert.Contains(page.Descendants("td"), cell => cell.Value == new string('a', 64));
    }

    [Fact]
    public void A_row_with_too_few_cells_is_an_error()
    {
        var table = new TableBlock(
            "Counts",
            [new("a"), new("b")],
            [
                ["1"],
            ]
        );

        var failure = Assert.Throws<ArgumentException>(() => HtmlReport.Render(Report(table)));

        Assert.Contains("A row of the table 'Counts' has 1 cells for 2 columns.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cards_call_a_change_clear_only_where_its_interval_excludes_zero()
    {
        string Verdict(double difference, double low, double high, BetterDirection better)
        {
            var figure = new KeyFigure(
                "f",
                new(0.5),
                new(0.6),
                FigureFormat.Percent,
                better,
                new(difference, new Interval(low, high, 0.95))
            );
            return Parse(Report(new KeyFiguresBlock([figure])))
                .Descendants("p")
                .First(p => ((string?)p.Attribute("class") ?? "").StartsWith("verdict", StringComparison.Ordinal))
                .Value;
        }

        Assert.Equal("Better by 10.0 points", Verdict(0.1, 0.02, 0.2, BetterDirection.Higher));
        Assert.Equal("Worse by 10.0 points", Verdict(-0.1, -0.2, -0.02, BetterDirection.Higher));
        Assert.Equal("Better by 10.0 points", Verdict(-0.1, -0.2, -0.02, BetterDirection.Lower));
        Assert.Equal("Worse by 10.0 points", Verdict(0.1, 0.02, 0.2, BetterDirection.Lower));
        Assert.Equal("Higher by 10.0 points", Verdict(0.1, 0.02, 0.2, BetterDirection.Neither));
        Assert.Equal("No clear change", Verdict(0.1, -0.01, 0.2, BetterDirection.Higher));
        Assert.Equal("No clear change", Verdict(double.NaN, double.NegativeInfinity, double.PositiveInfinity, BetterDirection.Higher));
    }

    [Fact]
    public void A_conversation_shows_every_message_of_both_sides_as_the_text_it_is()
    {
        ChatMessage[] before = [new(ChatRole.Assistant, "5"), new(ChatRole.User, "<b>No.</b>"), new(ChatRole.Assistant, "6")];
        ChatMessage[] after = [new(ChatRole.Assistant, "4")];
        var sample = new SampleConversation(Content.FromText("2 + 2?"), "6", "4") { TurnsBefore = before, TurnsAfter = after };

        var page = Parse(Report(new SamplesBlock([sample])));

        var said = page.Descendants("p")
            .Where(paragraph => (string?)paragraph.Attribute("class") == "said")
            .Select(paragraph => paragraph.Value);
        Assert.Equal(["2 + 2?", "5", "<b>No.</b>", "6", "4"], said);
        var who = page.Descendants("article").Single().Descendants("h4").Select(title => title.Value);
        Assert.Equal(["prompt", "Answer before", "assistant", "user", "assistant", "Answer after", "assistant"], who);
    }

    [Fact]
    public void Long_answers_are_cut_between_characters_and_say_so()
    {
        var answer = new string('x', 1999) + "😀" + new string('y', 100);

        var page = Parse(Report(new SamplesBlock([new(Content.FromText("p"), null, answer)])));

        var said = page.Descendants("p").Last(paragraph => (string?)paragraph.Attribute("class") == "said").Value;
        Assert.Equal(new string('x', 1999) + "… (102 more characters)", said);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1.23456, "1.235")]
    [InlineData(-0.5, "−0.5")]
    [InlineData(99999, "99\u202F999")]
    [InlineData(0.00012345, "0.0001234")]
    [InlineData(0.0000123, "1.23e−5")]
    [InlineData(1.5e12, "1.5e12")]
    [InlineData(double.NaN, "not known")]
    public void Numbers_are_written_to_four_digits(double value, string expected) => Assert.Equal(expected, FigureText.Number(value));

    [Fact]
    public void Every_drawing_has_a_description_and_its_numbers_as_a_table()
    {
        var page = Parse(SampleReport.Create());

        var drawings = page.Descendants("svg").ToArray();
        Assert.Equal(6, drawings.Length);
        Assert.All(drawings, drawing => Assert.NotEmpty(drawing.Attribute("aria-label")!.Value));
        Assert.All(page.Descendants("figure"), figure => Assert.NotNull(figure.Element("details")!.Descendants("table").Single()));
    }

    private static ReportDocument Everywhere(string text) =>
        new(
            text,
            text,
            [
                new ReportSection(
                    text,
                    [
                        new ParagraphBlock(text),
                        new KeyFiguresBlock([new(text, null, new(1), FigureFormat.Number, BetterDirection.Neither, null, text)]),
                        new TableBlock(
                            text,
                            [new(text)],
                            [
                                [text],
                            ]
                        ),
                        new LinePlotBlock(text, text, text, [new(text, [new(0, 1), new(1, 2)])]),
                        new BarPlotBlock(text, text, FigureFormat.Number, [text], [new(text, [new Estimate(1)])]),
                        new MatrixBlock(text, text, [text], [new(text, [new(text, 1, true)])], text),
                        new SamplesBlock([new(Content.FromText(text), text, text, text)]),
                    ]
                ),
            ],
            Language: text
        );

    internal static ReportDocument Report(ReportBlock block) => new("t", "s", [new ReportSection("h", [block])]);

    /// <summary>The page is also well-formed XML, which a parser checks more strictly than a browser does.</summary>
    internal static XDocument Parse(ReportDocument report) =>
        XDocument.Parse(
            HtmlReport.Render(report).Replace("<!DOCTYPE html>", string.Empty, StringComparison.Ordinal),
            LoadOptions.PreserveWhitespace
        );
}
