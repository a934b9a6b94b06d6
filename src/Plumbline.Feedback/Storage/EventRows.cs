using System.Data.Common;

namespace Plumbline.Feedback.Storage;

/// <summary>Reads rows of the log.</summary>
internal static class EventRows
{
    /// <summary>Checks how many rows a page shall have.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    public static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, FeedbackLimits.LargestPage);
    }

    /// <summary>The event in the columns sequence, time_ms, client_key, kind, body, from a first one on.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public static RecordedEvent ReadEvent(this SqlDialect dialect, DbDataReader row, int first = 0) =>
        dialect.Naming(
            row.GetInt64(first),
            () =>
                new RecordedEvent(
                    row.GetInt64(first),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(first + 1)),
                    row.GetString(first + 2),
                    EventJson.Read(row.GetString(first + 3), row.GetString(first + 4))
                )
        );

    /// <summary>Reads what belongs to an event, and names event and store where it is damaged.</summary>
    public static T Naming<T>(this SqlDialect dialect, long sequence, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidInputException damage)
        {
            throw new InvalidInputException(
                $"event {sequence}: {damage.Problem}",
                damage.Mend,
                new InputPosition(dialect.Location),
                damage
            );
        }
    }
}
