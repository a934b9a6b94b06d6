using System.Text;

namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>Curves with their names beside them; on a phone, above them.</summary>
internal static class LinePlotSvg
{
    internal const int MostSeries = 8;
    private const int MostTicks = 7;
    private const double LegendRow = 19;
    private const double LongestName = 170;

    private readonly record struct Frame(double Left, double Top, double Right, double Bottom);

    public static string Render(LinePlotBlock plot, PlotSize size)
    {
        if (plot.Series.Count > MostSeries)
        {
            throw new ArgumentException(
                $"The plot '{plot.Caption}' has {plot.Series.Count} curves; more than {MostSeries} cannot be told apart.",
                nameof(plot)
            );
        }

        var points = plot.Series.SelectMany(series => series.Points).Where(IsDrawn).ToArray();
        if (points.Length == 0)
        {
            return SvgText.Open(size, 40, plot.Caption).Label(0, 24, "Nothing was measured.", className: "axis").Close();
        }

        var isWide = size == PlotSize.Wide;
        var yLabel = SvgText.Wrap(YLabel(plot), (int)size);
        var legendTop = yLabel.Count * SvgText.LineHeight + 12;
        var longestName = Math.Min(LongestName, plot.Series.Max(series => series.Name.Length) * SvgText.LetterWidth);
        var marks = PlotMarks.Of(plot);
        var top = legendTop + (isWide ? 4 : plot.Series.Count * LegendRow) + marks.Height;
        var bottom = top + (isWide ? 280 : 210);
        var right = (int)size - (isWide ? longestName + 14 : 8);

        double lowY = points.Min(point => point.Y),
            highY = points.Max(point => point.Y);
        var padding = (highY - lowY) * 0.05;
        var y = PlotScale.Over(lowY - padding, highY + padding, bottom, top, MostTicks, isWidened: false);
        var left = FigureText.Ticks(y.Ticks, FigureFormat.Number).Max(text => text.Length) * SvgText.LetterWidth + 8;
        double[] places = [.. points.Select(point => point.X), .. marks.Places];
        var x = PlotScale.Over(places.Min(), places.Max(), left, right, isWide ? 8 : 5, isWidened: false);
        var frame = new Frame(left, top, right, bottom);

        var xLabel = SvgText.Wrap(plot.XLabel, right - left);
        var svg = SvgText.Open(size, bottom + 26 + xLabel.Count * SvgText.LineHeight, Describe(plot));
        svg.Labels(0, 13, yLabel, className: "axis");
        DrawAxes(svg, frame, x, y);
        svg.Labels((left + right) / 2, bottom + 37, xLabel, "middle", "axis");
        for (var i = 0; i < plot.Series.Count; i++)
        {
            DrawCurve(svg, plot.Series[i].Points, i, x, y, frame);
        }

        marks.Draw(svg, x, (left, top, right, bottom));
        if (isWide)
        {
            LabelEnds(svg, plot, y, frame, longestName);
        }
        else
        {
            LabelAbove(svg, plot, size, legendTop);
        }

        return svg.Close();
    }

    internal static bool IsDrawn(PlotPoint point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private static string YLabel(LinePlotBlock plot)
    {
        var hasMeans = plot.Series.Any(series => CurvePath.PointsPerMean(series.Points.Count) > 1);
        return hasMeans ? $"{plot.YLabel}; bold: means of neighbouring points" : plot.YLabel;
    }

    private static string Describe(LinePlotBlock plot) =>
        $"{plot.Caption}. {plot.YLabel} over {plot.XLabel}: {string.Join(", ", plot.Series.Select(series => series.Name))}.{PlotMarks.Of(plot).Describe()}";

    private static void DrawAxes(StringBuilder svg, Frame frame, PlotScale x, PlotScale y)
    {
        foreach (var (tick, text) in y.Ticks.Zip(FigureText.Ticks(y.Ticks, FigureFormat.Number)))
        {
            var at = y.Pixel(tick);
            svg.Line("grid", frame.Left, at, frame.Right, at);
            svg.Label(frame.Left - 6, at + 4, text, "end", "axis");
        }

        foreach (var (tick, text) in x.Ticks.Zip(FigureText.Ticks(x.Ticks, FigureFormat.Number)))
        {
            var at = x.Pixel(tick);
            svg.Line("grid", at, frame.Bottom, at, frame.Bottom + 5);
            svg.Label(at, frame.Bottom + 19, text, "middle", "axis");
        }

        svg.Line("grid", frame.Left, frame.Bottom, frame.Right, frame.Bottom);
    }

    private static void DrawCurve(StringBuilder svg, IReadOnlyList<PlotPoint> points, int series, PlotScale x, PlotScale y, Frame frame)
    {
        var perMean = CurvePath.PointsPerMean(points.Count);
        var range = CurvePath.Range(points, frame.Right - frame.Left, x, y);
        svg.Append($"<path class=\"curve l{series}{(perMean > 1 ? " raw" : string.Empty)}\" d=\"{range}\"/>\n");
        if (perMean > 1)
        {
            svg.Append($"<path class=\"curve l{series}\" d=\"{CurvePath.Means(points, perMean, x, y)}\"/>\n");
        }

        if (points.Where(IsDrawn).Take(2).ToArray() is [var only])
        {
            // One point makes no line.
            svg.Rectangle($"f{series}", x.Pixel(only.X) - 3, y.Pixel(only.Y) - 3, 6, 6);
        }
    }

    /// <summary>Names at the height where their curves end, moved apart where they would overlap.</summary>
    private static void LabelEnds(StringBuilder svg, LinePlotBlock plot, PlotScale y, Frame frame, double width)
    {
        var ends = new List<(int Series, double At)>();
        for (var i = 0; i < plot.Series.Count; i++)
        {
            var points = plot.Series[i].Points;
            var tail = points.Skip(Math.Max(0, points.Count - CurvePath.PointsPerMean(points.Count))).Where(IsDrawn).ToArray();
            if (tail.Length > 0 || points.Any(IsDrawn))
            {
                ends.Add((i, y.Pixel(tail.Length > 0 ? tail.Average(point => point.Y) : points.Last(IsDrawn).Y)));
            }
        }

        ends.Sort((left, right) => left.At.CompareTo(right.At));
        var places = Spread([.. ends.Select(end => end.At)], frame.Bottom);
        for (var i = 0; i < ends.Count; i++)
        {
            svg.Label(
                frame.Right + 8,
                places[i] + 4,
                SvgText.Fit(plot.Series[ends[i].Series].Name, width),
                className: $"f{ends[i].Series}"
            );
        }
    }

    /// <summary>Moves ascending places apart by a line each, first down, then back up from the lower end.</summary>
    private static double[] Spread(double[] places, double lowest)
    {
        for (var i = 1; i < places.Length; i++)
        {
            places[i] = Math.Max(places[i], places[i - 1] + SvgText.LineHeight);
        }

        for (var i = places.Length - 1; i >= 0; i--)
        {
            places[i] = Math.Min(places[i], i == places.Length - 1 ? lowest : places[i + 1] - SvgText.LineHeight);
        }

        return places;
    }

    private static void LabelAbove(StringBuilder svg, LinePlotBlock plot, PlotSize size, double top)
    {
        for (var i = 0; i < plot.Series.Count; i++)
        {
            var at = top + i * LegendRow;
            svg.Append($"<path class=\"curve l{i}\" d=\"M2 {SvgText.Pixels(at)}L30 {SvgText.Pixels(at)}\"/>\n");
            svg.Label(38, at + 4, SvgText.Fit(plot.Series[i].Name, (int)size - 40));
        }
    }
}
