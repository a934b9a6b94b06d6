using System.Text;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Reports;

/// <summary>Figures before and after, with a verdict only where an interval of the difference allows one.</summary>
internal static class KeyFigureCards
{
    public static void Append(StringBuilder html, KeyFiguresBlock block)
    {
        html.Append("<ul class=\"cards\">\n");
        foreach (var figure in block.Figures)
        {
            html.Append("<li class=\"card\">\n").AppendElement("h3", figure.Name);
            html.Append(figure.Before is null ? "\n<dl class=\"single\">" : "\n<dl>");
            if (figure.Before is { } before)
            {
                AppendValue(html, "Before", before, figure.Format);
            }

            AppendValue(html, figure.Before is null ? "Measured" : "After", figure.After, figure.Format);
            html.Append("</dl>\n");
            if (figure.Difference is { } difference)
            {
                AppendVerdict(html, difference, figure);
            }

            if (figure.Note is not null)
            {
                html.AppendElement("p", figure.Note, "note").Append('\n');
            }

            html.Append("</li>\n");
        }

        html.Append("</ul>\n");
    }

    private static void AppendValue(StringBuilder html, string name, Estimate estimate, FigureFormat format)
    {
        html.AppendElement("dt", name).Append("<dd>").AppendElement("span", FigureText.Value(estimate.Value, format), "value");
        var interval = FigureText.Interval(estimate.Interval, format);
        if (interval.Length > 0)
        {
            html.AppendElement("span", interval, "interval");
        }

        html.Append("</dd>");
    }

    private static void AppendVerdict(StringBuilder html, Estimate difference, KeyFigure figure)
    {
        var isKnown = double.IsFinite(difference.Value) && difference.Interval is not null;
        var isClear = isKnown && !difference.Interval!.Value.Contains(0);
        var isBetter = difference.Value > 0 == (figure.Better == BetterDirection.Higher);
        var direction = difference.Value > 0 ? "Higher" : "Lower";
        var (word, className) =
            !isClear ? ("No clear change", "verdict")
            : figure.Better == BetterDirection.Neither ? ($"{direction} by {FigureText.Change(difference.Value, figure.Format)}", "verdict")
            : isBetter ? ($"Better by {FigureText.Change(difference.Value, figure.Format)}", "verdict good")
            : ($"Worse by {FigureText.Change(difference.Value, figure.Format)}", "verdict bad");
        html.AppendElement("p", word, className).Append('\n');
        if (isKnown)
        {
            html.AppendElement("p", $"Difference: {FigureText.Interval(difference.Interval, figure.Format)}", "note").Append('\n');
        }
    }
}
