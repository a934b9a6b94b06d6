using System.Text.Json;
using Plumbline.Data.Rows;

namespace Plumbline.Data;

/// <summary>
/// Reads the rows of a jsonl, json, csv or tsv file, plain or gzipped, with all their columns and no layout in mind, in constant memory.
/// </summary>
public static class TableReader
{
    private static readonly Dictionary<string, string> NoReplacements = [];

    /// <summary>Every row, in the file's order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxRowBytes">Longer rows are refused, in bytes.</param>
    /// <exception cref="InvalidInputException">There is no such file, it is damaged or of a format that is not read, or a row is bad. Thrown while enumerating.</exception>
    public static IEnumerable<TableRow> Read(string path, int maxRowBytes = 64 << 20)
    {
        var names = new ColumnNames(NoReplacements);
        using var source = DatasetFile.Recognise(path).OpenRows(names, maxRowBytes);
        var row = new Row(names);
        var columns = new RowColumns(new HashSet<string>(StringComparer.Ordinal));
        while (source.Next(row, out var fault))
        {
            if (fault is not null)
            {
                throw new InvalidInputException(fault.Problem, "Mend the row, or take it out.", new InputPosition(path, row.Line));
            }

            source.AddColumns(row, columns);
            yield return new TableRow(row.Line, columns.Take());
        }
    }

    /// <summary>Every row whole, however large its columns are, in the file's order; bad ones are returned as such.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxRowBytes">Longer rows are bad rows and are never held in memory, in bytes.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is damaged or of a format that is not read. Thrown while enumerating.</exception>
    public static IEnumerable<WholeRow> ReadWhole(string path, int maxRowBytes = 16 << 20)
    {
        var names = new ColumnNames(NoReplacements);
        using var source = DatasetFile.Recognise(path).OpenRows(names, maxRowBytes);
        var row = new Row(names);
        while (source.Next(row, out var fault))
        {
            var whole = fault is null ? source.Whole(row, out fault) : default;
            yield return fault is null
                ? new WholeRow(row.Line, whole, null)
                : new WholeRow(row.Line, default, new BadRow(new InputPosition(path, row.Line), fault.Reason, fault.Problem));
        }
    }
}

/// <summary>A row as one JSON object; of csv, its fields as texts without the empty ones. No text in it holds half a surrogate pair, no name stands twice at one level.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Columns">The object; undefined where the row is bad.</param>
/// <param name="Bad">Why the row cannot be used; null where it can.</param>
public sealed record WholeRow(long Line, JsonElement Columns, BadRow? Bad);

/// <summary>A row with all its columns; at most 64 KiB of names and values are kept, nulls and empty csv fields are no columns.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Columns">Its columns, by name.</param>
public sealed record TableRow(long Line, IReadOnlyDictionary<string, JsonElement> Columns)
{
    /// <summary>What a column says, as text: of JSON, a text itself, anything else as it is written; null where the row has no such column.</summary>
    public string? this[string column] =>
        !Columns.TryGetValue(column, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();
}
