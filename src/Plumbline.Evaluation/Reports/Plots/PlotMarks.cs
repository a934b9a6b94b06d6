using System.Text;

namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>Vertical lines where something happened. The names of the first ones stand above the frame, each in a row of its own, so that no name hides a curve.</summary>
internal sealed class PlotMarks
{
    private const int MostNames = 3;
    private readonly PlotMark[] marks;

    private PlotMarks(PlotMark[] marks) => this.marks = marks;

    /// <summary>The room that the names need above the frame, in pixels.</summary>
    public double Height => Math.Min(marks.Length, MostNames) * SvgText.LineHeight;

    /// <summary>Where they stand on the horizontal axis.</summary>
    public IEnumerable<double> Places => marks.Select(mark => mark.X);

    public static PlotMarks Of(LinePlotBlock plot) => new([.. (plot.Marks ?? []).Where(mark => double.IsFinite(mark.X))]);

    /// <summary>The marks in a sentence after a blank; nothing where there is none.</summary>
    public string Describe() =>
        marks.Length == 0
            ? string.Empty
            : $" Marked: {string.Join(", ", marks.Select(mark => $"{mark.Name} at {FigureText.Number(mark.X)}"))}.";

    public void Draw(StringBuilder svg, PlotScale x, (double Left, double Top, double Right, double Bottom) frame)
    {
        for (var i = 0; i < marks.Length; i++)
        {
            var at = x.Pixel(marks[i].X);
            var row = frame.Top - Height + (Math.Min(i, MostNames) * SvgText.LineHeight);
            svg.Line("mark", at, i < MostNames ? row + 2 : frame.Top, at, frame.Bottom);
            if (i >= MostNames)
            {
                continue;
            }

            // To the side that has more room.
            var isLeft = at - frame.Left > frame.Right - at;
            var room = (isLeft ? at - frame.Left : frame.Right - at) - 6;
            svg.Label(at + (isLeft ? -6 : 6), row + 11, SvgText.Fit(marks[i].Name, room), isLeft ? "end" : "start", "marked");
        }
    }
}
