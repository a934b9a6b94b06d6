using System.Data.Common;
using System.Text.Json;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>Reads the view of review cases.</summary>
internal static class ReviewRow
{
    /// <summary>The columns of a case <c>c</c> whose opening is the event <c>o</c>.</summary>
    public const string Columns = """
        o.sequence, o.time_ms, o.client_key, o.kind, o.body,
        c.state, c.instance, c.wanted, c.given, c.holder, c.held_until_ms, c.decided_ms, c.erased
        """;

    /// <summary>Where they come from.</summary>
    public const string Source = "feedback_review_cases c JOIN feedback_events o ON o.sequence = c.review_case";

    /// <summary>How many they are.</summary>
    public const int Count = 13;

    /// <summary>The word for a value in tables.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>A case from the columns, which come first; and the seal of its texts.</summary>
    /// <exception cref="InvalidInputException">Its opening is damaged.</exception>
    public static (ReviewSummary Summary, string Seal) Read(SqlDialect dialect, DbDataReader row)
    {
        var opening = dialect.ReadEvent(row);
        var opened = (ReviewOpened)opening.Event;
        var summary = new ReviewSummary(
            opening.Sequence,
            opening.Time,
            opened.Facts,
            Enum.Parse<ReviewState>(row.GetString(5), ignoreCase: true)
        )
        {
            Instance = (int)row.GetInt64(6),
            Wanted = (int)row.GetInt64(7),
            Given = (int)row.GetInt64(8),
            Holder = row.IsDBNull(9) ? null : row.GetString(9),
            HeldUntil = Time(row, 10),
            Decided = Time(row, 11),
            IsErased = row.GetInt64(12) != 0,
        };
        return (summary, opened.Seal);
    }

    /// <summary>A time in milliseconds, where there is one.</summary>
    public static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
