namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>The numbers of a drawing as a table, for those who cannot see it and those who want to quote it.</summary>
internal static class PlotTables
{
    public static TableBlock Of(LinePlotBlock plot)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var series in plot.Series)
        {
            var drawn = series.Points.Where(LinePlotSvg.IsDrawn).ToArray();
            rows.Add(
                drawn.Length == 0
                    ? [series.Name, "0", "", "", "", ""]
                    :
                    [
                        series.Name,
                        FigureText.Number(drawn.Length),
                        FigureText.Number(drawn[0].Y),
                        FigureText.Number(drawn.Min(point => point.Y)),
                        FigureText.Number(drawn.Max(point => point.Y)),
                        FigureText.Number(drawn[^1].Y),
                    ]
            );
        }

        return new TableBlock(
            $"{plot.Caption}: {plot.YLabel}{PlotMarks.Of(plot).Describe()}",
            [new("Curve"), Column("Points"), Column("First"), Column("Lowest"), Column("Highest"), Column("Last")],
            rows
        );
    }

    public static TableBlock Of(BarPlotBlock plot)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var group in plot.Groups)
        {
            for (var i = 0; i < group.Values.Count; i++)
            {
                var value = group.Values[i];
                rows.Add([
                    group.Name,
                    plot.SeriesNames[i],
                    value is null ? "not measured" : FigureText.Value(value.Value.Value, plot.Format),
                    value is null ? string.Empty : FigureText.Interval(value.Value.Interval, plot.Format),
                ]);
            }
        }

        return new TableBlock($"{plot.Caption}: {plot.ValueLabel}", [new("Group"), new("Series"), Column("Value"), new("Interval")], rows);
    }

    public static TableBlock Of(MatrixBlock matrix) =>
        new(
            $"{matrix.Caption} {matrix.ShadeLabel}{(matrix.MarkLabel is { } mark ? $"; *: {mark}" : string.Empty)}",
            [new("Row"), .. matrix.Columns.Select(Column)],
            [
                .. matrix.Rows.Select(row =>
                    (IReadOnlyList<string>)[row.Name, .. row.Cells.Select(cell => cell.IsMarked ? $"{cell.Text} *" : cell.Text)]
                ),
            ]
        );

    private static TableColumn Column(string name) => new(name, IsNumeric: true);
}
