namespace Plumbline.Data;

/// <summary>Which data set to read, and how strictly.</summary>
/// <param name="Path">The file: jsonl, json (an array of rows or one row), csv or tsv; each also gzipped.</param>
public sealed record DatasetOptions(string Path)
{
    /// <summary>The smallest accepted value of <see cref="MaxRowBytes"/>.</summary>
    internal const int LeastRowBytes = 64;

    /// <summary>The largest accepted value of <see cref="MaxRowBytes"/>: 512 MiB, so that a doubled buffer still fits into one .NET array.</summary>
    internal const int MostRowBytes = 1 << 29;

    /// <summary>The layout of the rows; null: recognised from the first rows.</summary>
    /// <value>Null by default.</value>
    public DatasetShape? Shape { get; init; }

    /// <summary>
    /// The file's own column names, by the name they are known under here: <c>{ ["prompt"] = "question" }</c> reads <c>question</c> as the
    /// prompt. Known names: those in the descriptions of <see cref="DatasetShape"/>.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the first bad row ends the reading with an error, instead of being counted in the report.</summary>
    /// <value>False by default.</value>
    public bool Strict { get; init; }

    /// <summary>The longest row in bytes, 64 to 536,870,912; longer rows are bad rows and are never held in memory.</summary>
    /// <value>16,777,216 (16 MiB) by default.</value>
    /// <exception cref="InvalidInputException">The value is outside the range.</exception>
    public int MaxRowBytes
    {
        get;
        init =>
            field = value is >= LeastRowBytes and <= MostRowBytes
                ? value
                : throw new InvalidInputException(
                    $"max_row_bytes is {value}; it must lie between {LeastRowBytes} and {MostRowBytes}.",
                    "Leave it out for 16 MiB."
                );
    } = 16 << 20;

    /// <summary>The most examples to return, at least 1; null: all.</summary>
    /// <value>Null by default.</value>
    /// <exception cref="InvalidInputException">The value is below 1.</exception>
    public long? Limit
    {
        get;
        init =>
            field = value is null or >= 1
                ? value
                : throw new InvalidInputException($"limit is {value}; it must be at least 1.", "Leave it out to read every row.");
    }
}
