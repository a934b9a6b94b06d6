using System.Text.Json;

namespace Plumbline.Data.Rows;

/// <summary>Rows of one file, in order, in constant memory.</summary>
/// <param name="file">The path, for error positions.</param>
/// <param name="window">The file's bytes; disposed with this.</param>
/// <param name="maxRowBytes">Longer rows are skipped without being held.</param>
internal abstract class RowSource(string file, StreamWindow window, int maxRowBytes) : IDisposable
{
    private static readonly JsonDocumentOptions WholeRow = new() { MaxDepth = JsonRowIndex.MaxDepth, AllowDuplicateProperties = false };

    protected StreamWindow Window { get; } = window;

    protected int MaxRowBytes { get; } = maxRowBytes;

    /// <summary>The line that the window's first byte lies on, from 1.</summary>
    protected long Line { get; set; } = 1;

    /// <summary>Moves <paramref name="row"/> to the next row.</summary>
    /// <param name="row">The row to fill; its line is set even where the row is bad.</param>
    /// <param name="fault">Why the row is not usable; null where it is.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="InvalidInputException">The file itself is damaged.</exception>
    public abstract bool Next(Row row, out RowFault? fault);

    /// <summary>The names of all columns of the row that was read last.</summary>
    public virtual IReadOnlyList<string> ColumnsOf(Row row) => JsonRowIndex.AllNames(row.Bytes.Span);

    /// <summary>Adds all columns of the row that was read last.</summary>
    public virtual void AddColumns(Row row, RowColumns columns) => columns.AddRow(row.Bytes.Span);

    /// <summary>The row that was read last as one JSON object that outlives the reader's buffer; csv fields are texts, empty ones are left out.</summary>
    /// <param name="row">The row, which has no fault.</param>
    /// <param name="fault">Why it cannot be given whole; null where it can.</param>
    public virtual JsonElement Whole(Row row, out RowFault? fault)
    {
        try
        {
            fault = JsonText.IsReadable(row.Bytes.Span, JsonRowIndex.MaxDepth)
                ? null
                : new RowFault(BadRowReason.InvalidText, "the row holds an escaped surrogate (\\ud800 to \\udfff) without its partner.");
            return fault is null ? JsonElement.Parse(row.Bytes.Span, WholeRow) : default;
        }
        catch (JsonException failure)
        {
            fault = new RowFault(BadRowReason.NotJson, $"the row cannot be read as one object: {failure.Message}");
            return default;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Window.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads on; a damaged gzip stream becomes an error that says how far reading came.</summary>
    protected bool Fill()
    {
        try
        {
            return Window.Fill();
        }
        catch (InvalidDataException failure)
        {
            throw new InvalidInputException(failure.Message, "Fetch or compress the file again.", new InputPosition(file, Line), failure);
        }
    }

    protected RowFault TooLarge() =>
        new(BadRowReason.TooLarge, $"the row is longer than {MaxRowBytes} bytes. Raise max_row_bytes, or cut the row.");

    protected InvalidInputException Broken(string problem, string mend) => new(problem, mend, new InputPosition(file, Line));
}
