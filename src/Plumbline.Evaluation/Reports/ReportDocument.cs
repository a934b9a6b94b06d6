using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Reports;

/// <summary>A report for people: what was done, how it went and how sure that is. <see cref="HtmlReport"/> makes a page of it.</summary>
/// <param name="Title">The title.</param>
/// <param name="Summary">One or two sentences under the title.</param>
/// <param name="Sections">The sections, in order.</param>
/// <param name="Language">The language of the texts as an IETF tag, such as <c>en</c>.</param>
public sealed record ReportDocument(string Title, string Summary, IReadOnlyList<ReportSection> Sections, string Language = "en");

/// <summary>A part of a report under its own heading.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Blocks">What stands under it, in order.</param>
public sealed record ReportSection(string Heading, IReadOnlyList<ReportBlock> Blocks);

/// <summary>Something that stands in a section.</summary>
public abstract record ReportBlock;

/// <summary>Running text; an empty line starts a new paragraph.</summary>
/// <param name="Text">The text, shown as it is.</param>
public sealed record ParagraphBlock(string Text) : ReportBlock;

/// <summary>The figures that matter most, as cards.</summary>
/// <param name="Figures">The figures.</param>
public sealed record KeyFiguresBlock(IReadOnlyList<KeyFigure> Figures) : ReportBlock;

/// <summary>A figure before and after.</summary>
/// <param name="Name">What was measured, such as <c>Harmful requests refused</c>.</param>
/// <param name="Before">The value before; null where there is no before.</param>
/// <param name="After">The value after, or the only one.</param>
/// <param name="Format">How values are written.</param>
/// <param name="Better">Which direction is an improvement.</param>
/// <param name="Difference">
/// After minus before with its interval, from paired or independent measurements as the data are; the card then says whether the change is clear.
/// </param>
/// <param name="Note">A remark, such as the number of prompts; null for none.</param>
public sealed record KeyFigure(
    string Name,
    Estimate? Before,
    Estimate After,
    FigureFormat Format,
    BetterDirection Better,
    Estimate? Difference = null,
    string? Note = null
);

/// <summary>How a value is written.</summary>
public enum FigureFormat
{
    /// <summary>A number, to four significant digits.</summary>
    Number,

    /// <summary>A share in [0, 1], as a percentage; differences are percentage points.</summary>
    Percent,
}

/// <summary>Which direction of a figure is an improvement.</summary>
public enum BetterDirection
{
    /// <summary>More is better.</summary>
    Higher,

    /// <summary>Less is better.</summary>
    Lower,

    /// <summary>Neither: the figure describes.</summary>
    Neither,
}

/// <summary>A table.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">The columns; the first one names the rows.</param>
/// <param name="Rows">The cells, one for each column.</param>
public sealed record TableBlock(string Caption, IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
    : ReportBlock;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its heading, with the unit.</param>
/// <param name="IsNumeric">True to align to the right.</param>
public sealed record TableColumn(string Name, bool IsNumeric = false);

/// <summary>Curves over a common axis, such as losses over steps.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="XLabel">The horizontal axis, with its unit.</param>
/// <param name="YLabel">The vertical axis, with its unit.</param>
/// <param name="Series">The curves, at most eight.</param>
/// <param name="Marks">Places on the horizontal axis where something happened; the first three carry their names. Null for none.</param>
public sealed record LinePlotBlock(
    string Caption,
    string XLabel,
    string YLabel,
    IReadOnlyList<PlotSeries> Series,
    IReadOnlyList<PlotMark>? Marks = null
) : ReportBlock;

/// <summary>Something that happened at a place of the horizontal axis, drawn as a vertical line.</summary>
/// <param name="X">Where, finite.</param>
/// <param name="Name">What, short: it stands above the line.</param>
public readonly record struct PlotMark(double X, string Name);

/// <summary>A curve.</summary>
/// <param name="Name">Its name, short: it stands beside the curve.</param>
/// <param name="Points">Its points by ascending x; a value that is not finite leaves a gap.</param>
public sealed record PlotSeries(string Name, IReadOnlyList<PlotPoint> Points);

/// <summary>A point of a curve.</summary>
/// <param name="X">Horizontal, finite.</param>
/// <param name="Y">Vertical.</param>
public readonly record struct PlotPoint(double X, double Y);

/// <summary>Bars with intervals, grouped, such as before and after for each category.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="ValueLabel">The value axis, with its unit.</param>
/// <param name="Format">How values are written; percentages have an axis from 0 to 100.</param>
/// <param name="SeriesNames">The names of the bars in each group, at most eight, such as <c>before</c> and <c>after</c>.</param>
/// <param name="Groups">The groups.</param>
public sealed record BarPlotBlock(
    string Caption,
    string ValueLabel,
    FigureFormat Format,
    IReadOnlyList<string> SeriesNames,
    IReadOnlyList<BarGroup> Groups
) : ReportBlock;

/// <summary>A group of bars.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">One value for each series; null where it was not measured.</param>
public sealed record BarGroup(string Name, IReadOnlyList<Estimate?> Values);

/// <summary>A map of cells, such as clauses by groups of people. Every cell says its value; the shade only repeats it.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="ShadeLabel">What a fuller colour means; dark pages have no darker.</param>
/// <param name="Columns">The columns' names, at most 40.</param>
/// <param name="Rows">The rows, at most 200.</param>
/// <param name="MarkLabel">What a frame around a cell means; null where none is marked.</param>
public sealed record MatrixBlock(
    string Caption,
    string ShadeLabel,
    IReadOnlyList<string> Columns,
    IReadOnlyList<MatrixRow> Rows,
    string? MarkLabel = null
) : ReportBlock;

/// <summary>A row of a map.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cells">One cell for each column.</param>
public sealed record MatrixRow(string Name, IReadOnlyList<MatrixCell> Cells);

/// <summary>A cell of a map.</summary>
/// <param name="Text">What stands in it, short.</param>
/// <param name="Shade">How full its colour is, in [0, 1]; null where there is no value.</param>
/// <param name="IsMarked">Whether it has a frame.</param>
public sealed record MatrixCell(string Text, double? Shade, bool IsMarked = false);

/// <summary>What the model answered, before and after. Shown as text whatever it holds: answers are not trusted.</summary>
/// <param name="Samples">The samples.</param>
public sealed record SamplesBlock(IReadOnlyList<SampleConversation> Samples) : ReportBlock;

/// <summary>A prompt with its answers.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Before">The answer before; null where there is none.</param>
/// <param name="After">The answer after, or the only one.</param>
/// <param name="Note">A remark, such as the scores; null for none.</param>
public sealed record SampleConversation(Content Prompt, string? Before, string After, string? Note = null)
{
    /// <summary>All that followed the prompt before, where it was a conversation; empty where <see cref="Before"/> says it.</summary>
    public IReadOnlyList<ChatMessage> TurnsBefore { get; init; } = [];

    /// <summary>All that followed it after, likewise.</summary>
    public IReadOnlyList<ChatMessage> TurnsAfter { get; init; } = [];
}
