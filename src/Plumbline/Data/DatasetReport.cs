namespace Plumbline.Data;

/// <summary>Why a row could not be used.</summary>
public enum BadRowReason
{
    /// <summary>The row is not one JSON object, or a column occurs twice in it.</summary>
    NotJson,

    /// <summary>The row breaks the rules of csv (RFC 4180), or has more or fewer fields than the header.</summary>
    NotCsv,

    /// <summary>Bytes that are not UTF-8, or an escaped surrogate without its partner.</summary>
    InvalidText,

    /// <summary>The row is longer than <see cref="DatasetOptions.MaxRowBytes"/>, or ranks more than 1,024 answers.</summary>
    TooLarge,

    /// <summary>A column that the shape needs is absent or null.</summary>
    MissingColumn,

    /// <summary>A value of another type than the shape needs, or an unknown role.</summary>
    WrongType,

    /// <summary>The prompt is empty or white space.</summary>
    EmptyPrompt,

    /// <summary>An answer, a text or a message is empty or white space.</summary>
    EmptyAnswer,

    /// <summary>Preferred and dispreferred answer are the same.</summary>
    IdenticalAnswers,

    /// <summary>Without a <c>prompt</c> column: the two conversations have no common beginning that could be the prompt.</summary>
    NoCommonPrompt,

    /// <summary>A transcript that does not alternate from "Human:" to a last "Assistant:".</summary>
    OddTranscript,

    /// <summary>A ranking of fewer than two answers, or with a rank for some answers only.</summary>
    TooFewAnswers,

    /// <summary>Two columns of the row say opposite things.</summary>
    Contradiction,

    /// <summary>Labels of steps that are not one for each step, or lie outside [0, 1].</summary>
    UnfitLabels,
}

/// <summary>A row that was left out.</summary>
/// <param name="Position">The file and the line the row starts on.</param>
/// <param name="Reason">Why, in one of a few kinds.</param>
/// <param name="Problem">Why, in words, with the offending value.</param>
public sealed record BadRow(InputPosition Position, BadRowReason Reason, string Problem);

/// <summary>What came of reading a data set.</summary>
/// <param name="RowsRead">Rows seen; blank lines do not count.</param>
/// <param name="RowsGood">Rows that gave at least one example.</param>
/// <param name="Examples">Examples returned; a conversation tree gives several.</param>
/// <param name="BadRows">How many rows were left out, by reason.</param>
/// <param name="FirstBadRows">The first five rows that were left out.</param>
public sealed record DatasetReport(
    long RowsRead,
    long RowsGood,
    long Examples,
    IReadOnlyDictionary<BadRowReason, long> BadRows,
    IReadOnlyList<BadRow> FirstBadRows
)
{
    /// <summary>How many bad rows <see cref="FirstBadRows"/> holds at most.</summary>
    internal const int KeptBadRows = 5;

    /// <summary>
    /// Columns that <see cref="DatasetReader.ReadPrompts"/> did not take along with their prompts: past 64 KiB a row, repeated, or with an escaped surrogate without
    /// its partner.
    /// </summary>
    public long ColumnsLeftOut { get; init; }

    /// <summary>A line for people: how many rows were read and kept, and why the others were not.</summary>
    public override string ToString()
    {
        var bad = string.Join(", ", BadRows.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}"));
        return $"{RowsRead} rows read, {RowsGood} good, {Examples} examples"
            + (bad.Length == 0 ? string.Empty : $"; left out: {bad}")
            + (ColumnsLeftOut == 0 ? string.Empty : $"; {ColumnsLeftOut} columns not taken along");
    }
}
