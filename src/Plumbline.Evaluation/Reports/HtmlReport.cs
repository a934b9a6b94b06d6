using System.Security.Cryptography;
using System.Text;
using Plumbline.Evaluation.Reports.Plots;

namespace Plumbline.Evaluation.Reports;

/// <summary>
/// Makes one self-contained page of a report: no script, no network, drawings inline, light and dark, from phones to paper. The same report gives the same
/// bytes on every machine.
/// </summary>
public static class HtmlReport
{
    /// <summary>The page.</summary>
    /// <exception cref="ArgumentException">A table's row, or a group of bars, does not have one cell for each column or series.</exception>
    public static string Render(ReportDocument report)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"")
            .AppendText(report.Language)
            .Append("\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        var styleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ReportStyle.Css)));
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
            .Append(styleHash)
            .Append("'\"/>\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n").AppendElement("title", report.Title);
        html.Append("\n<style>").Append(ReportStyle.Css).Append("</style>\n</head>\n<body>\n<main>\n<header>\n");
        html.AppendElement("h1", report.Title).Append('\n').AppendElement("p", report.Summary, "lead").Append("\n</header>\n");
        foreach (var section in report.Sections)
        {
            html.Append("<section>\n").AppendElement("h2", section.Heading).Append('\n');
            foreach (var block in section.Blocks)
            {
                Append(html, block);
            }

            html.Append("</section>\n");
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the page to <paramref name="path"/>, beside it first and then by rename.</summary>
    public static void Save(ReportDocument report, string path) => DurableFile.WriteText(path, Render(report));

    private static void Append(StringBuilder html, ReportBlock block)
    {
        switch (block)
        {
            case ParagraphBlock paragraph:
                foreach (var text in paragraph.Text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
                {
                    html.AppendElement("p", text).Append('\n');
                }

                break;
            case KeyFiguresBlock figures:
                KeyFigureCards.Append(html, figures);
                break;
            case TableBlock table:
                HtmlTable.Append(html, table);
                break;
            case LinePlotBlock lines:
                AppendFigure(
                    html,
                    lines.Caption,
                    LinePlotSvg.Render(lines, PlotSize.Wide),
                    LinePlotSvg.Render(lines, PlotSize.Narrow),
                    PlotTables.Of(lines)
                );
                break;
            case BarPlotBlock bars:
                AppendFigure(
                    html,
                    bars.Caption,
                    BarPlotSvg.Render(bars, PlotSize.Wide),
                    BarPlotSvg.Render(bars, PlotSize.Narrow),
                    PlotTables.Of(bars)
                );
                break;
            case MatrixBlock matrix:
                AppendFigure(
                    html,
                    matrix.Caption,
                    MatrixSvg.Render(matrix, PlotSize.Wide),
                    MatrixSvg.Render(matrix, PlotSize.Narrow),
                    PlotTables.Of(matrix)
                );
                break;
            case SamplesBlock samples:
                SampleConversations.Append(html, samples);
                break;
            default:
                throw new ArgumentException($"{block.GetType().Name} has no form in HTML.", nameof(block));
        }
    }

    /// <summary>Two drawings, of which the page's width chooses one: a single one would have tiny text on a phone.</summary>
    private static void AppendFigure(StringBuilder html, string caption, string wide, string narrow, TableBlock numbers)
    {
        html.Append("<figure>\n").AppendElement("figcaption", caption).Append('\n').Append(wide).Append(narrow);
        html.Append("<details>\n<summary>Show the numbers</summary>\n");
        HtmlTable.Append(html, numbers);
        html.Append("</details>\n</figure>\n");
    }
}
