using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Reports.Plots;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Tests.Reports;

public sealed class PlotTests
{
    private static readonly Gen<double> Value = Gen.OneOf(
        Gen.Double[-1e3, 1e3],
        Gen.Double[-1e-9, 1e-9],
        Gen.Double[-1e15, 1e15],
        Gen.OneOf(Gen.Const(double.NaN), Gen.Const(double.PositiveInfinity), Gen.Const(0.0))
    );

    [Fact]
    public void Ticks_are_round_and_few_and_lie_within_the_axis() =>
        Gen.Select(Gen.Double[-1e6, 1e6], Gen.Double[1e-3, 1e6], Gen.Int[3, 9])
            .Sample(
                (low, extent, most) =>
                {
                    var scale = PlotScale.Over(low, low + extent, 0, 100, most, isWidened: false);

                    Assert.InRange(scale.Ticks.Count, 1, most);
                    Assert.All(scale.Ticks, tick => Assert.InRange(scale.Pixel(tick), -1e-6, 100 + 1e-6));
                    Assert.Equal(0, scale.Pixel(low), 1e-6);
                    Assert.Equal(100, scale.Pixel(low + extent), 1e-6);
                }
            );

    [Fact]
    public void A_widened_axis_begins_and_ends_at_ticks()
    {
        var scale = PlotScale.Over(-0.3, 9.7, 0, 100, mostTicks: 6, isWidened: true);

        Assert.Equal([-2, 0, 2, 4, 6, 8, 10], scale.Ticks);
        Assert.Equal([0, 100], new[] { scale.Pixel(-2), scale.Pixel(10) });
    }

    [Fact]
    public void Everything_drawn_lies_within_the_drawing_whatever_the_values() =>
        Gen.Select(Value, Value, (x, y) => new PlotPoint(x, y))
            .Array[0, 400]
            .Array[1, 8]
            .Sample(
                curves =>
                {
                    var series = curves
                        .Select((points, i) => new PlotSeries("curve " + i, [.. points.OrderBy(point => point.X)]))
                        .ToArray();
                    foreach (var size in new[] { PlotSize.Wide, PlotSize.Narrow })
                    {
                        CheckBounds(LinePlotSvg.Render(new LinePlotBlock("c", "step", "loss", series, MarksOf(series)), size), size);
                    }
                },
                iter: 100
            );

    [Fact]
    public void Bars_and_whiskers_lie_within_the_drawing_whatever_the_values() =>
        Gen.Select(
                Value,
                Value,
                (value, reach) => (Estimate?)new Estimate(value, new Interval(value - Math.Abs(reach), value + Math.Abs(reach), 0.95))
            )
            .Array[2]
            .Array[0, 6]
            .Sample(
                groups =>
                {
                    var plot = new BarPlotBlock(
                        "c",
                        "score",
                        FigureFormat.Number,
                        ["a", "b"],
                        [.. groups.Select(values => new BarGroup("g", values))]
                    );
                    foreach (var size in new[] { PlotSize.Wide, PlotSize.Narrow })
                    {
                        CheckBounds(BarPlotSvg.Render(plot, size), size);
                    }
                },
                iter: 200
            );

    [Fact]
    public void A_bar_is_as_long_as_its_value()
    {
        var plot = new BarPlotBlock("c", "share", FigureFormat.Percent, ["s"], [new("quarter", [new(0.25)]), new("half", [new(0.5)])]);

        var drawing = XDocument.Parse(BarPlotSvg.Render(plot, PlotSize.Wide));

        var widths = drawing.Descendants("rect").Skip(1).Select(bar => Number(bar, "width")).ToArray();
        Assert.Equal(2 * widths[0], widths[1], 0.21);
        Assert.Contains(drawing.Descendants("text"), text => text.Value == "25.0\u00A0%");
    }

    [Fact]
    public void Long_curves_keep_their_spikes_and_show_means()
    {
        var points = Enumerable.Range(0, 100_000).Select(step => new PlotPoint(step, step == 77_777 ? 50 : 1)).ToArray();

        var drawing = LinePlotSvg.Render(new LinePlotBlock("c", "step", "loss", [new("loss", points)]), PlotSize.Wide);

        var paths = XDocument.Parse(drawing).Descendants("path").ToArray();
        Assert.Equal(2, paths.Length);
        var heights = Places(paths[0].Attribute("d")!.Value).Select(place => place.Y).ToArray();
        Assert.True(heights.Min() < heights.Max() - 200, "The spike is gone.");
        Assert.InRange(drawing.Length, 1, 40_000);
        Assert.Contains("bold: means of neighbouring points", drawing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_not_finite_leaves_a_gap()
    {
        var series = new PlotSeries("s", [new(0, 1), new(1, 2), new(2, double.NaN), new(3, 1), new(4, 2)]);

        var drawing = LinePlotSvg.Render(new LinePlotBlock("c", "step", "loss", [series]), PlotSize.Wide);

        var path = XDocument.Parse(drawing).Descendants("path").Single().Attribute("d")!.Value;
        Assert.Equal(2, path.Count(letter => letter == 'M'));
    }

    [Fact]
    public void Marks_stand_at_their_steps_with_names_above_the_frame_for_the_first_three()
    {
        var series = new PlotSeries("margin", [new(0, 1), new(100, 2)]);
        PlotMark[] marks = [new(25, "kl_budget"), new(50, "b"), new(75, "c"), new(90, "fourth"), new(double.NaN, "nowhere")];

        var drawing = XDocument.Parse(LinePlotSvg.Render(new LinePlotBlock("c", "step", "y", [series], marks), PlotSize.Wide));

        var lines = drawing.Descendants("line").Where(line => line.Attribute("class")!.Value == "mark").ToArray();
        var names = drawing.Descendants("text").Where(text => text.Attribute("class")?.Value == "marked").ToArray();
        var places = Places(drawing.Descendants("path").Single().Attribute("d")!.Value).Select(place => place.X).ToArray();
        Assert.Equal(4, lines.Length);
        Assert.All(
            lines.Zip(marks),
            pair => Assert.Equal(places[0] + ((places[^1] - places[0]) * pair.Second.X / 100), Number(pair.First, "x1"), 0.11)
        );
        Assert.Equal(["kl_budget", "b", "c"], names.Select(name => name.Value));
        var frameTop = Number(lines[3], "y1");
        Assert.All(names, name => Assert.True(Number(name, "y") < frameTop, "A name hides curves."));
        Assert.Contains("Marked: kl_budget at 25, b at 50, c at 75, fourth at 90.", drawing.Root!.Attribute("aria-label")!.Value);
    }

    [Fact]
    public void A_mark_beyond_the_curves_widens_the_axis()
    {
        var plot = new LinePlotBlock("c", "step", "y", [new PlotSeries("s", [new(0, 1), new(10, 2)])], [new(20, "stop")]);

        foreach (var size in new[] { PlotSize.Wide, PlotSize.Narrow })
        {
            CheckBounds(LinePlotSvg.Render(plot, size), size);
        }

        Assert.Contains("Marked: stop at 20.", PlotTables.Of(plot).Caption);
    }

    [Fact]
    public void Names_at_the_ends_of_curves_do_not_overlap()
    {
        var series = Enumerable.Range(0, 8).Select(i => new PlotSeries("curve " + i, [new(0, i), new(1, 1 + i * 1e-3)])).ToArray();

        var drawing = XDocument.Parse(LinePlotSvg.Render(new LinePlotBlock("c", "step", "loss", series), PlotSize.Wide));

        var heights = drawing
            .Descendants("text")
            .Where(text => text.Value.StartsWith("curve", StringComparison.Ordinal))
            .Select(text => Number(text, "y"))
            .Order()
            .ToArray();
        Assert.Equal(8, heights.Length);
        Assert.All(heights.Zip(heights.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 15.9, "Two names overlap."));
    }

    [Fact]
    public void Plots_that_cannot_be_read_are_refused()
    {
        var nine = Enumerable.Range(0, 9).Select(i => new PlotSeries("s" + i, [])).ToArray();

        Assert.Throws<ArgumentException>(() => LinePlotSvg.Render(new LinePlotBlock("c", "x", "y", nine), PlotSize.Wide));
        Assert.Throws<ArgumentException>(() => BarPlotSvg.Render(new BarPlotBlock("c", "v", FigureFormat.Number, [], []), PlotSize.Wide));
        var tooMany = Enumerable.Range(0, 41).Select(i => $"{i}").ToArray();
        Assert.Throws<ArgumentException>(() => MatrixSvg.Render(new MatrixBlock("c", "s", tooMany, []), PlotSize.Wide));
        Assert.Throws<ArgumentException>(() => MatrixSvg.Render(new MatrixBlock("c", "s", ["a"], [new("r", [])]), PlotSize.Wide));
        Assert.Throws<ArgumentException>(() =>
            MatrixSvg.Render(new MatrixBlock("c", "s", ["a"], [new("r", [new("x", double.NaN)])]), PlotSize.Wide)
        );
        Assert.Throws<ArgumentException>(() =>
            BarPlotSvg.Render(new BarPlotBlock("c", "v", FigureFormat.Number, ["a", "b"], [new("g", [new(1)])]), PlotSize.Wide)
        );
    }

    [Fact]
    public void Text_is_broken_between_words_and_cut_where_a_word_is_too_long()
    {
        Assert.Equal(["one two", "three"], SvgText.Wrap("one two three", 8 * SvgText.LetterWidth));
        Assert.Equal(["abcdefg…"], SvgText.Wrap("abcdefghijkl", 8 * SvgText.LetterWidth));
    }

    [Fact]
    public void A_map_lies_within_its_drawing_whatever_its_size_and_its_words() =>
        Gen.Select(Gen.Int[0, 13], Gen.Int[0, 6], Gen.String[0, 60])
            .Sample(
                (columns, rows, text) =>
                {
                    var matrix = new MatrixBlock(
                        "c",
                        text,
                        [.. Enumerable.Repeat(text, columns)],
                        [
                            .. Enumerable
                                .Range(0, rows)
                                .Select(row => new MatrixRow(
                                    text,
                                    [.. Enumerable.Range(0, columns).Select(column => new MatrixCell(text, column / 13.0, row == column))]
                                )),
                        ],
                        text
                    );
                    foreach (var size in new[] { PlotSize.Wide, PlotSize.Narrow })
                    {
                        CheckBounds(MatrixSvg.Render(matrix, size), size);
                    }
                },
                iter: 200
            );

    [Fact]
    public void A_cell_says_its_value_is_as_full_as_its_shade_and_has_a_frame_where_it_is_marked()
    {
        var matrix = new MatrixBlock(
            "c",
            "fuller colour: further apart",
            ["a", "b", "c"],
            [new("privacy", [new("0.9", 0.9, IsMarked: true), new("0.1", 0.1), new("too few", null)])]
        );

        var drawing = XDocument.Parse(MatrixSvg.Render(matrix, PlotSize.Wide));

        var cells = drawing.Descendants("rect").Skip(6).Select(cell => cell.Attribute("class")!.Value);
        Assert.Equal(["cell h5 marked", "cell h0", "cell unknown"], cells);
        Assert.Equal(
            ["fuller colour: further apart", "a", "b", "c", "privacy", "0.9", "0.1", "too few"],
            drawing.Descendants("text").Select(text => text.Value)
        );
        Assert.Equal(["privacy", "0.9 *", "0.1", "too few"], PlotTables.Of(matrix).Rows[0]);
    }

    [Fact]
    public void Columns_that_find_no_room_beside_each_other_go_on_below()
    {
        var names = Enumerable.Range(0, 10).Select(i => $"g{i}").ToArray();
        var matrix = new MatrixBlock("c", "d", names, [new("clause", [.. names.Select(_ => new MatrixCell("1.00", 0))])]);

        var wide = XDocument.Parse(MatrixSvg.Render(matrix, PlotSize.Wide));
        var narrow = XDocument.Parse(MatrixSvg.Render(matrix, PlotSize.Narrow));

        // The row's name stands in every band.
        Assert.Equal(2, wide.Descendants("text").Count(text => text.Value == "clause"));
        Assert.Equal(3, narrow.Descendants("text").Count(text => text.Value == "clause"));
        Assert.All(narrow.Descendants("rect").Skip(6), cell => Assert.True(Number(cell, "width") > 60, "A cell has no room for its text."));
    }

    private static PlotMark[] MarksOf(PlotSeries[] series) =>
        [.. series.SelectMany(curve => curve.Points.Take(2)).Select(point => new PlotMark(point.X, "a mark"))];

    private static void CheckBounds(string svg, PlotSize size)
    {
        var root = XDocument.Parse(svg).Root!;
        var view = root.Attribute("viewBox")!
            .Value.Split(' ')
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal((int)size, view[2]);
        void Check(double x, double y)
        {
            Assert.InRange(x, -0.1, view[2] + 0.1);
            Assert.InRange(y, -0.1, view[3] + 0.1);
        }

        foreach (var line in root.Descendants("line"))
        {
            Check(Number(line, "x1"), Number(line, "y1"));
            Check(Number(line, "x2"), Number(line, "y2"));
        }

        foreach (var bar in root.Descendants("rect"))
        {
            Check(Number(bar, "x"), Number(bar, "y"));
            Check(Number(bar, "x") + Number(bar, "width"), Number(bar, "y") + Number(bar, "height"));
        }

        foreach (var text in root.Descendants("text"))
        {
            Check(Number(text, "x"), Number(text, "y"));
        }

        foreach (var (x, y) in root.Descendants("path").SelectMany(path => Places(path.Attribute("d")!.Value)))
        {
            Check(x, y);
        }
    }

    private static IEnumerable<(double X, double Y)> Places(string path) =>
        path.Split('M', 'L')
            .Skip(1)
            .Select(place => place.Split(' '))
            .Select(place => (double.Parse(place[0], CultureInfo.InvariantCulture), double.Parse(place[1], CultureInfo.InvariantCulture)));

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
