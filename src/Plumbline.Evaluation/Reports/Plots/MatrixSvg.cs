using System.Text;

namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>
/// A map of cells that say their value and are shaded by it. Columns that find no room beside each other go on below; on a phone a row's name stands above its cells.
/// </summary>
internal static class MatrixSvg
{
    internal const int MostColumns = 40;
    internal const int MostRows = 200;
    private const int Shades = 6;
    private const double Names = 210;
    private const double WidestCell = 120;
    private const double Gap = 2;
    private const double Padding = 8;
    private const double LegendBox = 18;

    /// <summary>How the page's width lays the map out.</summary>
    private readonly record struct Layout(PlotSize Size, double Left, double Cell, int Columns)
    {
        public bool NamesAbove => Left == 0;

        public static Layout Of(PlotSize size, int columns)
        {
            var left = size == PlotSize.Wide ? Names : 0;
            var beside = Math.Min(columns, size == PlotSize.Wide ? 8 : 4);
            return new Layout(size, left, Math.Min(WidestCell, ((int)size - left) / beside), beside);
        }
    }

    public static string Render(MatrixBlock matrix, PlotSize size)
    {
        Check(matrix);
        if (matrix.Rows.Count == 0 || matrix.Columns.Count == 0)
        {
            return SvgText.Open(size, 40, matrix.Caption).Label(0, 24, "Nothing was measured.", className: "axis").Close();
        }

        var layout = Layout.Of(size, matrix.Columns.Count);
        // The height is known when everything is drawn.
        var drawn = new StringBuilder();
        var bottom = Legend(drawn, matrix, size);
        for (var first = 0; first < matrix.Columns.Count; first += layout.Columns)
        {
            bottom = Band(drawn, matrix, layout, first, bottom + 12);
        }

        return SvgText
            .Open(size, bottom + 2, $"{matrix.Caption} {matrix.ShadeLabel}. The cells are in the table below the drawing.")
            .Append(drawn)
            .Close();
    }

    private static void Check(MatrixBlock matrix)
    {
        if (matrix.Columns.Count > MostColumns || matrix.Rows.Count > MostRows)
        {
            throw new ArgumentException(
                $"The map '{matrix.Caption}' has {matrix.Rows.Count} rows and {matrix.Columns.Count} columns; more than {MostRows} and {MostColumns} cannot be read.",
                nameof(matrix)
            );
        }

        foreach (var row in matrix.Rows)
        {
            if (row.Cells.Count != matrix.Columns.Count)
            {
                throw new ArgumentException(
                    $"The row '{row.Name}' of the map '{matrix.Caption}' has {row.Cells.Count} cells for {matrix.Columns.Count} columns.",
                    nameof(matrix)
                );
            }

            if (row.Cells.FirstOrDefault(cell => cell.Shade is not (null or (>= 0 and <= 1))) is { } odd)
            {
                throw new ArgumentException($"The shade {odd.Shade} of the map '{matrix.Caption}' is not in [0, 1].", nameof(matrix));
            }
        }
    }

    private static double Legend(StringBuilder svg, MatrixBlock matrix, PlotSize size)
    {
        for (var shade = 0; shade < Shades; shade++)
        {
            svg.Rectangle($"cell h{shade}", 1 + (shade * LegendBox), 2, LegendBox, 13);
        }

        var left = (Shades * LegendBox) + 10;
        var lines = SvgText.Wrap(matrix.ShadeLabel, (int)size - left);
        svg.Labels(left, 13, lines, className: "axis");
        var bottom = 2 + (lines.Count * SvgText.LineHeight);
        if (matrix.MarkLabel is { } mark)
        {
            var words = SvgText.Wrap(mark, (int)size - left);
            svg.Rectangle("cell marked", left - 10 - LegendBox - 1, bottom + 3, LegendBox, 11);
            svg.Labels(left, bottom + 13, words, className: "axis");
            bottom += words.Count * SvgText.LineHeight;
        }

        return bottom;
    }

    private static double Band(StringBuilder svg, MatrixBlock matrix, Layout layout, int first, double top)
    {
        var columns = Enumerable.Range(first, Math.Min(layout.Columns, matrix.Columns.Count - first)).ToArray();
        var heads = Array.ConvertAll(columns, column => SvgText.Wrap(matrix.Columns[column], layout.Cell - Padding));
        var deepest = heads.Max(head => head.Count);
        for (var i = 0; i < columns.Length; i++)
        {
            // Heads stand on their columns.
            var up = deepest - heads[i].Count;
            svg.Labels(Middle(layout, i), top + 13 + (up * SvgText.LineHeight), heads[i], "middle", "axis");
        }

        top += (deepest * SvgText.LineHeight) + 4;
        foreach (var row in matrix.Rows)
        {
            top = Row(svg, row, columns, layout, top);
        }

        return top;
    }

    private static double Row(StringBuilder svg, MatrixRow row, int[] columns, Layout layout, double top)
    {
        var name = SvgText.Wrap(row.Name, (layout.NamesAbove ? (int)layout.Size : layout.Left) - Padding);
        var cells = Array.ConvertAll(columns, column => SvgText.Wrap(row.Cells[column].Text, layout.Cell - Padding));
        var words = cells.Max(cell => cell.Count);
        if (layout.NamesAbove)
        {
            svg.Labels(1, top + 14, name);
            top += (name.Count * SvgText.LineHeight) + 4;
        }
        else
        {
            words = Math.Max(words, name.Count);
            svg.Labels(0, top + TextTop(words, name.Count), name);
        }

        var height = (words * SvgText.LineHeight) + Padding;
        for (var i = 0; i < columns.Length; i++)
        {
            var cell = row.Cells[columns[i]];
            var shade = cell.Shade is { } known ? $"h{Math.Min(Shades - 1, (int)(known * Shades))}" : "unknown";
            svg.Rectangle(
                cell.IsMarked ? $"cell {shade} marked" : $"cell {shade}",
                layout.Left + (i * layout.Cell) + (Gap / 2),
                top,
                layout.Cell - Gap,
                height
            );
            svg.Labels(Middle(layout, i), top + TextTop(words, cells[i].Count), cells[i], "middle", cell.Shade is null ? "axis" : null);
        }

        return top + height + (layout.NamesAbove ? 6 : Gap);
    }

    private static double Middle(Layout layout, int column) => layout.Left + ((column + 0.5) * layout.Cell);

    // The first base line of lines in the middle of a height for so many.
    private static double TextTop(int room, int lines) => 16 + ((room - lines) * SvgText.LineHeight / 2);
}
