using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>Deals tasks out and takes them back; see <see cref="IProjectStore"/>.</summary>
/// <param name="change">The change, under the log's lock.</param>
internal sealed class TaskDealing(StoreChange change)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>See <see cref="IProjectStore.TakeAsync"/>.</summary>
    public async Task<(long?, bool)> TakeAsync(long project, string rater, IReadOnlySet<string> harms)
    {
        var settings = await ProjectRows.SettingsAsync(change.Connection, project, change.Cancellation);
        await Assignments.EndLeasesAsync(change.Connection, change.Now, change.Cancellation);
        if (await TaskReader.HeldAsync(change.Connection, project, rater, change.Now, change.Cancellation) is { } held)
        {
            return (held, false);
        }

        if (!settings.IsOpen)
        {
            throw new InvalidInputException($"Project {project} is closed.", "Its administrators can open it again.");
        }

        var allowed = await AllowedAsync(project, rater, harms, settings);
        foreach (var reason in Order(Draws.OfDeal(change.Salt, rater, change.Reserved), settings))
        {
            if (await NextAsync(project, rater, reason, allowed) is { } next)
            {
                await GiveAsync(next, rater, settings, reason);
                return (next, true);
            }
        }

        return (null, false);
    }

    /// <summary>See <see cref="IProjectStore.RetakeAsync"/>.</summary>
    public async Task<(long?, bool)> RetakeAsync(long request, string rater)
    {
        await Assignments.EndLeasesAsync(change.Connection, change.Now, change.Cancellation);
        switch (await Assignments.FindAsync(change.Connection, request, rater, change.Cancellation))
        {
            case { State: "taken" }:
                return (request, false);
            case { State: "expired" or "returned" } when await Assignments.FreeAsync(change.Connection, request, change.Cancellation) > 0:
                var (project, slice) = await PlaceAsync(request);
                var settings = await ProjectRows.SettingsAsync(change.Connection, project, change.Cancellation);
                await GiveAsync(request, rater, settings, slice);
                return (request, true);
            default:
                return (null, false);
        }
    }

    /// <summary>See <see cref="IProjectStore.RenewAsync"/>.</summary>
    public async Task<(DateTimeOffset, bool)> RenewAsync(long request, string rater)
    {
        var held = await Assignments.FindAsync(change.Connection, request, rater, change.Cancellation);
        if (held?.IsHeldAt(change.Now) != true)
        {
            throw new LeaseEndedException($"'{rater}' does not hold request {request} (any more).");
        }

        var (project, _) = await PlaceAsync(request);
        var settings = await ProjectRows.SettingsAsync(change.Connection, project, change.Cancellation);
        var until = change.Now.AddMinutes(settings.LeaseMinutes);
        if (until <= held.Until)
        {
            return (held.Until!.Value, false);
        }

        await change.AppendAsync(new RequestRenewed(request, rater, until), request);
        await change.ExecuteAsync(
            "UPDATE feedback_assignments SET until_ms = @until WHERE rater = @rater AND request = @request",
            ("until", until.ToUnixTimeMilliseconds()),
            ("rater", rater),
            ("request", request)
        );
        return (until, true);
    }

    /// <summary>See <see cref="IProjectStore.ReturnAsync"/>.</summary>
    public async Task<(bool, bool)> ReturnAsync(long request, string rater, bool skip, string? reason)
    {
        var held = await Assignments.FindAsync(change.Connection, request, rater, change.Cancellation);
        if (held?.IsHeldAt(change.Now) != true)
        {
            return (false, false);
        }

        await change.AppendAsync(new RequestReturned(request, rater, skip) { Reason = reason }, request);
        await Assignments.EndAsync(change.Connection, request, rater, skip ? "skipped" : "returned", change.Cancellation);
        return (true, true);
    }

    /// <summary>In which order the kinds of tasks are tried: the one that the draw falls on first.</summary>
    private static DealReason[] Order(double draw, ProjectSettings settings) =>
        draw < settings.GoldShare ? [DealReason.Gold, DealReason.Priority, DealReason.Random]
        : draw < settings.GoldShare + (1 - settings.GoldShare) * settings.RandomShare ? [DealReason.Random, DealReason.Priority]
        : [DealReason.Priority, DealReason.Random];

    /// <summary>The combinations of harms of the project's tasks that somebody may get now, as they stand in the tables.</summary>
    private async Task<IReadOnlyList<string>> AllowedAsync(long project, string rater, IReadOnlySet<string> harms, ProjectSettings settings)
    {
        var all = await change.Connection.QueryAsync(
            "SELECT harms FROM feedback_harms WHERE project = @project",
            row => row.GetString(0),
            change.Cancellation,
            ("project", project)
        );
        var agreed = all.Where(stored => RequestRows.Split(stored).All(harms.Contains)).ToList();
        if (settings.MostHarmfulPerDay is not { } most || agreed.TrueForAll(stored => stored == RequestRows.NoHarms))
        {
            return agreed;
        }

        var seen = (long)
            (
                await change.Connection.ScalarAsync(
                    "SELECT COUNT(*) FROM feedback_assignments WHERE rater = @rater AND harmful = 1 AND at_ms > @since",
                    change.Cancellation,
                    ("rater", rater),
                    ("since", (change.Now - Day).ToUnixTimeMilliseconds())
                )
            )!;
        return seen < most ? agreed : [.. agreed.Where(stored => stored == RequestRows.NoHarms)];
    }

    /// <summary>The next task of a kind for somebody: each combination of harms has an order of its own, and the first of all is taken.</summary>
    private async Task<long?> NextAsync(long project, string rater, DealReason reason, IReadOnlyList<string> allowed)
    {
        (long Request, double Place)? first = null;
        foreach (var harms in allowed)
        {
            var found = await change.Connection.QueryAsync(
                """
                SELECT r.request, r.place FROM feedback_requests r
                WHERE r.project = @project AND r.slice = @slice AND r.harms = @harms AND r.state = 'open' AND r.free > 0
                AND NOT EXISTS (
                    SELECT 1 FROM feedback_assignments a
                    WHERE a.rater = @rater AND a.request = r.request AND a.state IN ('taken', 'given', 'skipped')
                )
                ORDER BY r.place DESC, r.request LIMIT 1
                """,
                row => (Request: row.GetInt64(0), Place: row.GetDouble(1)),
                change.Cancellation,
                ("project", project),
                ("slice", RequestRows.Slice(reason)),
                ("harms", harms),
                ("rater", rater)
            );
            if (
                found is [var next]
                && (first is null || (next.Place, -next.Request).CompareTo((first.Value.Place, -first.Value.Request)) > 0)
            )
            {
                first = next;
            }
        }

        return first?.Request;
    }

    private async Task<(long Project, DealReason Slice)> PlaceAsync(long request) =>
        (
            await change.Connection.QueryAsync(
                "SELECT project, slice FROM feedback_requests WHERE request = @request",
                row => (row.GetInt64(0), (DealReason)row.GetInt64(1)),
                change.Cancellation,
                ("request", request)
            )
        ).Single();

    private async Task GiveAsync(long request, string rater, ProjectSettings settings, DealReason reason)
    {
        var asked = await TaskReader.ComparisonAsync(change.Connection, request, change.Cancellation);
        var shown = Draws.OrderOf(change.Salt, rater, request, asked.Answers.Count);
        var until = change.Now.AddMinutes(settings.LeaseMinutes);
        var sequence = await change.AppendAsync(new RequestTaken(request, rater, shown, until, reason), request);
        await change.ExecuteAsync(
            """
            INSERT INTO feedback_assignments (rater, request, project, state, sequence, at_ms, until_ms, shown, harmful)
            VALUES (@rater, @request, @project, 'taken', @sequence, @now, @until, @shown, @harmful)
            ON CONFLICT (rater, request) DO UPDATE
            SET state = 'taken', sequence = @sequence, at_ms = @now, until_ms = @until, shown = @shown;
            UPDATE feedback_requests SET free = free - 1 WHERE request = @request
            """,
            ("rater", rater),
            ("request", request),
            ("project", asked.Project ?? 0),
            ("sequence", sequence),
            ("now", change.Now.ToUnixTimeMilliseconds()),
            ("until", until.ToUnixTimeMilliseconds()),
            ("shown", Assignment.Write(shown)),
            ("harmful", asked.Harms.Count > 0 ? 1L : 0L)
        );
    }
}
