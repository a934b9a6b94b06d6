using System.Text;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>Horizontal bars, whose names have room on any page, with whiskers for intervals and the value written out.</summary>
internal static class BarPlotSvg
{
    private const double Bar = 16;
    private const double BarGap = 4;
    private const double GroupGap = 14;
    private const double LegendRow = 20;

    public static string Render(BarPlotBlock plot, PlotSize size)
    {
        Check(plot);
        var values = plot.Groups.SelectMany(group => group.Values).Where(IsDrawn).Select(value => value!.Value).ToArray();
        if (values.Length == 0)
        {
            return SvgText.Open(size, 40, plot.Caption).Label(0, 24, "Nothing was measured.", className: "axis").Close();
        }

        var longestValue = values.Max(value => FigureText.Value(value.Value, plot.Format).Length) * SvgText.DigitWidth + 12;
        var right = (int)size - longestValue;
        var (low, high) = Range(values, plot.Format);
        var x = PlotScale.Over(low, high, 8, right, size == PlotSize.Wide ? 9 : 5, isWidened: true);
        var top = plot.SeriesNames.Count * LegendRow + 8;
        var names = plot.Groups.Select(group => SvgText.Wrap(group.Name, (int)size - 16)).ToArray();
        var bottom = top + names.Sum(lines => GroupHeight(plot, lines));
        var valueLabel = SvgText.Wrap(plot.ValueLabel, (int)size);

        var height = bottom + 24 + valueLabel.Count * SvgText.LineHeight;
        var svg = SvgText.Open(size, height, $"{plot.Caption}. {plot.ValueLabel}. The numbers are in the table below the drawing.");
        for (var i = 0; i < plot.SeriesNames.Count; i++)
        {
            svg.Rectangle($"f{i}", 0, i * LegendRow + 2, 14, 12);
            svg.Label(22, i * LegendRow + 13, SvgText.Fit(plot.SeriesNames[i], (int)size - 24));
        }

        foreach (var (tick, text) in x.Ticks.Zip(FigureText.Ticks(x.Ticks, plot.Format)))
        {
            svg.Line("grid", x.Pixel(tick), top, x.Pixel(tick), bottom);
            svg.Label(x.Pixel(tick), bottom + 16, text, "middle", "axis");
        }

        svg.Labels((int)size / 2.0, bottom + 34, valueLabel, "middle", "axis");
        for (var i = 0; i < plot.Groups.Count; i++)
        {
            svg.Labels(8, top + 14, names[i]);
            DrawBars(svg, plot, plot.Groups[i], top + 4 + names[i].Count * SvgText.LineHeight, x, right);
            top += GroupHeight(plot, names[i]);
        }

        return svg.Close();
    }

    private static bool IsDrawn(Estimate? value) => value is { } known && double.IsFinite(known.Value);

    private static void Check(BarPlotBlock plot)
    {
        if (plot.SeriesNames.Count is < 1 or > LinePlotSvg.MostSeries)
        {
            throw new ArgumentException(
                $"The plot '{plot.Caption}' has {plot.SeriesNames.Count} series; 1 to {LinePlotSvg.MostSeries} can be told apart.",
                nameof(plot)
            );
        }

        if (plot.Groups.FirstOrDefault(group => group.Values.Count != plot.SeriesNames.Count) is { } odd)
        {
            throw new ArgumentException(
                $"The group '{odd.Name}' of the plot '{plot.Caption}' has {odd.Values.Count} values for {plot.SeriesNames.Count} series.",
                nameof(plot)
            );
        }
    }

    /// <summary>The values' range with the intervals that have ends, always with 0: a bar's length has to mean something.</summary>
    private static (double Low, double High) Range(Estimate[] values, FigureFormat format)
    {
        var (low, high) = (0.0, format == FigureFormat.Percent ? 1.0 : 0.0);
        foreach (var value in values)
        {
            var (from, to) = Whisker(value) is { } whisker ? (whisker.Low, whisker.High) : (value.Value, value.Value);
            low = Math.Min(low, Math.Min(from, value.Value));
            high = Math.Max(high, Math.Max(to, value.Value));
        }

        return (low, high);
    }

    private static Interval? Whisker(Estimate value) =>
        value.Interval is { } interval && double.IsFinite(interval.Low) && double.IsFinite(interval.High) ? interval : null;

    private static double GroupHeight(BarPlotBlock plot, List<string> name) =>
        4 + name.Count * SvgText.LineHeight + plot.SeriesNames.Count * (Bar + BarGap) + GroupGap;

    private static void DrawBars(StringBuilder svg, BarPlotBlock plot, BarGroup group, double top, PlotScale x, double right)
    {
        for (var i = 0; i < group.Values.Count; i++)
        {
            var y = top + i * (Bar + BarGap);
            var middle = y + Bar / 2;
            if (!IsDrawn(group.Values[i]))
            {
                svg.Label(x.Pixel(0) + 4, middle + 4, "not measured", className: "axis");
                continue;
            }

            var value = group.Values[i]!.Value;
            double zero = x.Pixel(0),
                end = x.Pixel(value.Value);
            svg.Rectangle($"f{i}", Math.Min(zero, end), y, Math.Abs(end - zero), Bar);
            if (Whisker(value) is { } whisker)
            {
                double from = x.Pixel(whisker.Low),
                    to = x.Pixel(whisker.High);
                // A halo in the page's colour keeps the whisker visible on a bar of any shade.
                foreach (var className in new[] { "halo", "whisker" })
                {
                    svg.Line(className, from, middle, to, middle).Line(className, from, middle - 4, from, middle + 4);
                    svg.Line(className, to, middle - 4, to, middle + 4);
                }
            }

            svg.Label(right + 8, middle + 5, FigureText.Value(value.Value, plot.Format));
        }
    }
}
