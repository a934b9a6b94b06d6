using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Plumbline.Data.Rows;

/// <summary>
/// Comma- or tab-separated values with a header (RFC 4180): quoted fields may hold delimiters, line breaks and doubled quotes. A quote inside
/// an unquoted field stands for itself.
/// </summary>
internal sealed class CsvSource : RowSource
{
    private readonly byte delimiter;
    private readonly List<string> header = [];
    private readonly List<Column?> columns = [];
    private readonly CsvRecord record;
    private int consumeFirst;

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidInputException">There is no header, or a column that is read occurs twice in it.</exception>
    public CsvSource(string file, StreamWindow window, int maxRowBytes, byte delimiter, ColumnNames names)
        : base(file, window, maxRowBytes)
    {
        this.delimiter = delimiter;
        record = new CsvRecord(delimiter);
        ReadHeader(names);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ColumnsOf(Row row) => header;

    /// <inheritdoc/>
    public override void AddColumns(Row row, RowColumns columns)
    {
        for (var i = 0; i < header.Count; i++)
        {
            columns.AddField(header[i], row.Bytes.Span.Slice(record.Fields[i].Start, record.Fields[i].Length));
        }
    }

    /// <inheritdoc/>
    public override JsonElement Whole(Row row, out RowFault? fault)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < header.Count; i++)
        {
            var (start, length) = record.Fields[i];
            if (length > 0 && !texts.TryAdd(header[i], Encoding.UTF8.GetString(row.Bytes.Span.Slice(start, length))))
            {
                fault = new RowFault(BadRowReason.NotCsv, $"the column {RowFault.Excerpt(header[i])} occurs twice.");
                return default;
            }
        }

        fault = null;
        return JsonSerializer.SerializeToElement(texts);
    }

    /// <inheritdoc/>
    public override bool Next(Row row, out RowFault? fault)
    {
        while (NextRecord(out var length, out var line, out fault))
        {
            row.Reset(Window.Memory[..length], line);
            if (fault is not null)
            {
                return true;
            }

            if (length > 0)
            {
                fault = FillRow(row, length);
                return true;
            }
        }

        return false;
    }

    private RowFault? FillRow(Row row, int length)
    {
        var bytes = Window.Span[..length];
        if (!Utf8.IsValid(bytes))
        {
            return Encodings.NotUtf8(bytes);
        }

        if (record.Split(bytes) is { } fault)
        {
            return fault;
        }

        if (record.Fields.Count != columns.Count)
        {
            return new RowFault(BadRowReason.NotCsv, $"the row has {record.Fields.Count} fields where the header has {columns.Count}.");
        }

        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i] is { } column)
            {
                row.Set(column, FieldKind.Text, record.Fields[i].Start, record.Fields[i].Length, escaped: false);
            }
        }

        return null;
    }

    private void ReadHeader(ColumnNames names)
    {
        int length;
        RowFault? fault;
        do
        {
            if (!NextRecord(out length, out _, out fault))
            {
                throw Broken("the file has no header.", "The first line of a csv file names its columns.");
            }
        } while (length == 0 && fault is null);

        var bytes = Window.Span[..length];
        fault ??= Utf8.IsValid(bytes) ? record.Split(bytes) : Encodings.NotUtf8(bytes);
        if (fault is not null)
        {
            throw Broken($"the header cannot be read: {fault.Problem}", "The first line of a csv file names its columns.");
        }

        foreach (var (start, size) in record.Fields)
        {
            var column = names.Find(bytes.Slice(start, size));
            if (column is not null && columns.Contains(column))
            {
                throw Broken($"the header names the column '{names[column.Value]}' twice.", "Rename one of the two.");
            }

            columns.Add(column);
            header.Add(Encoding.UTF8.GetString(bytes.Slice(start, size)));
        }
    }

    /// <summary>Finds the next record at the window's start; its line break is not part of it.</summary>
    private bool NextRecord(out int length, out long line, out RowFault? fault)
    {
        Window.Consume(consumeFirst);
        line = Line;
        var tooLarge = false;
        var scan = new CsvScan(delimiter);
        while (!scan.Advance(Window.Span))
        {
            if (scan.Scanned > MaxRowBytes)
            {
                tooLarge = true;
                Window.Consume(scan.LetGo());
            }

            if (!Fill())
            {
                break;
            }
        }

        length = scan.Scanned;
        consumeFirst = length + (scan.AtLineBreak ? 1 : 0);
        Line += scan.LineBreaks;
        tooLarge |= length > MaxRowBytes;
        fault =
            tooLarge ? TooLarge()
            : scan.InQuotes ? new RowFault(BadRowReason.NotCsv, "a quoted field that starts in this row is never closed.")
            : null;
        var any = consumeFirst > 0 || tooLarge;
        length = length > 0 && Window.Span[length - 1] == '\r' && !scan.InQuotes ? length - 1 : length;
        return any;
    }
}
