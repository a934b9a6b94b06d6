namespace Plumbline.Lineage;

/// <summary>Where a row of a data set came from.</summary>
/// <param name="Row">The row's id, 1 to 256 characters without spaces and control characters.</param>
/// <param name="From">What it was made from, at most 1,000.</param>
public sealed record RowLineage(string Row, IReadOnlyList<RowOrigin> From);

/// <summary>One of the things that a row was made from.</summary>
/// <param name="Kind">What it is, 1 to 64 lower-case letters, digits, <c>-</c> and <c>_</c>: <c>prompt</c>, <c>critique</c>, <c>constitution</c>.</param>
/// <param name="Id">The id of an artifact, or of a row of another data set; as <see cref="RowLineage.Row"/>.</param>
public sealed record RowOrigin(string Kind, string Id)
{
    /// <summary>The id of the constitution's clause that asked for it; null where none did. At most 256 characters.</summary>
    public string? Clause { get; init; }

    /// <summary>What it says, such as a critique's words; null for nothing.</summary>
    public string? Text { get; init; }
}
