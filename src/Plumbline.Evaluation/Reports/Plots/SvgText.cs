using System.Globalization;
using System.Text;

namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>
/// The few SVG elements that plots need. Letters are the reader's own and colours come from the page's classes, so a drawing is the same bytes on every
/// machine, with or without fonts, and follows the page's light or dark theme.
/// </summary>
internal static class SvgText
{
    /// <summary>The widest a letter of the plots' text is on average, in pixels: an estimate that leaves room.</summary>
    public const double LetterWidth = 7.4;

    /// <summary>The widest a digit is, in pixels.</summary>
    public const double DigitWidth = 8.4;

    /// <summary>From one base line to the next, in pixels.</summary>
    public const double LineHeight = 16;

    public static StringBuilder Open(PlotSize size, double height, string label)
    {
        var className = size == PlotSize.Wide ? "wide" : "narrow";
        return new StringBuilder($"<svg class=\"{className}\" viewBox=\"0 0 {(int)size} {Pixels(height)}\" role=\"img\" aria-label=\"")
            .AppendText(label)
            .Append("\">\n");
    }

    /// <summary>Lines of text one under the other, the first with its base line at <paramref name="y"/>.</summary>
    public static StringBuilder Labels(
        this StringBuilder svg,
        double x,
        double y,
        List<string> lines,
        string anchor = "start",
        string? className = null
    )
    {
        for (var i = 0; i < lines.Count; i++)
        {
            svg.Label(x, y + i * LineHeight, lines[i], anchor, className);
        }

        return svg;
    }

    public static string Close(this StringBuilder svg) => svg.Append("</svg>\n").ToString();

    public static StringBuilder Line(this StringBuilder svg, string className, double x1, double y1, double x2, double y2) =>
        svg.Append($"<line class=\"{className}\" x1=\"{Pixels(x1)}\" y1=\"{Pixels(y1)}\" x2=\"{Pixels(x2)}\" y2=\"{Pixels(y2)}\"/>\n");

    public static StringBuilder Rectangle(this StringBuilder svg, string className, double x, double y, double width, double height) =>
        svg.Append(
            $"<rect class=\"{className}\" x=\"{Pixels(x)}\" y=\"{Pixels(y)}\" width=\"{Pixels(width)}\" height=\"{Pixels(height)}\" rx=\"1\"/>\n"
        );

    /// <param name="svg">The drawing.</param>
    /// <param name="x">The anchor.</param>
    /// <param name="y">The base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="className">axis for axes; null for plain text.</param>
    public static StringBuilder Label(
        this StringBuilder svg,
        double x,
        double y,
        string text,
        string anchor = "start",
        string? className = null
    )
    {
        svg.Append($"<text x=\"{Pixels(x)}\" y=\"{Pixels(y)}\" text-anchor=\"{anchor}\"");
        svg.Append(className is null ? string.Empty : $" class=\"{className}\"");
        return svg.Append('>').AppendText(text).Append("</text>\n");
    }

    /// <summary>The text, cut to what fits into <paramref name="width"/> pixels.</summary>
    public static string Fit(string text, double width)
    {
        var letters = Math.Max(2, (int)(width / LetterWidth));
        return text.Length <= letters ? text : text[..(char.IsHighSurrogate(text[letters - 2]) ? letters - 2 : letters - 1)] + "\u2026";
    }

    /// <summary>The text in lines that fit into <paramref name="width"/> pixels, broken between words where it can be.</summary>
    public static List<string> Wrap(string text, double width)
    {
        var lines = new List<string>();
        var line = string.Empty;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && longer.Length * LetterWidth > width)
            {
                lines.Add(Fit(line, width));
                longer = word;
            }

            line = longer;
        }

        lines.Add(Fit(line, width));
        return lines;
    }

    public static string Pixels(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);
}
