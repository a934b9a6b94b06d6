using System.Data.Common;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>The views of requests: where each stands among the tasks of its project.</summary>
internal static class RequestRows
{
    /// <summary>How a request's kinds of harm stand in the tables: sorted and joined, empty for none.</summary>
    public const string NoHarms = "";

    /// <summary>Which tasks are dealt by what; the number stands in the tables.</summary>
    public static long Slice(DealReason reason) => (long)reason;

    /// <summary>The kinds of harm as they stand in the tables.</summary>
    public static string Join(IEnumerable<string> harms) => string.Join('\n', harms.Order(StringComparer.Ordinal));

    /// <summary>The kinds of harm that stand in a column.</summary>
    public static string[] Split(string harms) => harms.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Adds the row of a request whose event has just been stored.</summary>
    /// <exception cref="InvalidInputException">Its project does not exist, or takes no such answers.</exception>
    public static async Task InsertAsync(
        DbConnection connection,
        NewEvent added,
        ComparisonRequested request,
        long sequence,
        byte[] salt,
        CancellationToken cancellation
    )
    {
        var (slice, place) = (DealReason.Priority, request.Priority);
        if (request.Gold is not null)
        {
            (slice, place) = (DealReason.Gold, Draws.OfRequest(salt, added.ClientKey));
        }
        else if (request.Project is { } project)
        {
            var settings = await ProjectRows.SettingsAsync(connection, project, cancellation);
            var draw = Draws.OfRequest(salt, added.ClientKey);
            if (draw < settings.RandomShare)
            {
                (slice, place) = (DealReason.Random, draw);
            }
        }

        var harms = Join(request.Harms);
        await connection.ExecuteAsync(
            """
            INSERT INTO feedback_requests (request, priority, wanted, given, state, project, slice, harms, place, free)
            VALUES (@request, @priority, @wanted, 0, 'open', @project, @slice, @harms, @place, @wanted);
            INSERT INTO feedback_harms (project, harms) VALUES (@project, @harms) ON CONFLICT DO NOTHING
            """,
            cancellation,
            ("request", sequence),
            ("priority", request.Priority),
            ("wanted", (long)request.RankingsWanted),
            ("project", request.Project ?? 0),
            ("slice", Slice(slice)),
            ("harms", harms),
            ("place", place)
        );
    }
}
