using System.Data.Common;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>The projects of a feedback store in a database.</summary>
/// <param name="database">The database; whoever made it disposes it.</param>
internal sealed class SqlProjectStore(StoreDatabase database) : IProjectStore
{
    private readonly SqlDialect dialect = database.Dialect;

    /// <inheritdoc/>
    public Task<long> OpenProjectAsync(string clientKey, ProjectSettings settings, string by, CancellationToken cancellation = default)
    {
        TextRules.Check("client key", clientKey, FeedbackLimits.LongestId);
        EventRules.Check(new ProjectOpened(settings, by));
        return WriteAsync(change => new ProjectLog(change).OpenAsync(clientKey, settings, by), cancellation);
    }

    /// <inheritdoc/>
    public Task ChangeProjectAsync(long project, ProjectSettings settings, string by, CancellationToken cancellation = default)
    {
        EventRules.Check(new ProjectChanged(project, settings, by));
        return WriteAsync(change => new ProjectLog(change).ChangeAsync(project, settings, by), cancellation);
    }

    /// <inheritdoc/>
    public Task<Project?> FindProjectAsync(long project, CancellationToken cancellation = default) =>
        ReadAsync(
            async connection =>
                await ProjectRows.FindAsync(connection, project, cancellation) is { } settings ? new Project(project, settings) : null,
            cancellation
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<Project>> ReadProjectsAsync(CancellationToken cancellation = default) =>
        ReadAsync(connection => ProjectRows.AllAsync(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task SetMemberAsync(Membership membership, bool isMember, string by, CancellationToken cancellation = default)
    {
        EventRules.Check(new MemberChanged(membership.Project, membership.Member, by) { Role = membership.Role });
        return WriteAsync(change => new ProjectLog(change).SetMemberAsync(membership, isMember, by), cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Membership>> ReadMembershipsAsync(string member, CancellationToken cancellation = default) =>
        MembershipsAsync("member = @value ORDER BY project", member, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Membership>> ReadMembersAsync(long project, CancellationToken cancellation = default) =>
        // Sorted here, as databases sort text by rules of their own.
        [.. (await MembershipsAsync("project = @value", project, cancellation)).OrderBy(one => one.Member, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async Task<AssignedTask?> TakeAsync(
        long project,
        string rater,
        IReadOnlySet<string> harms,
        CancellationToken cancellation = default
    )
    {
        ProjectRules.CheckId("rater", rater);
        if (await FindHeldAsync(project, rater, cancellation) is { } held)
        {
            return held;
        }

        var taken = await WriteAsync(change => new TaskDealing(change).TakeAsync(project, rater, harms), cancellation);
        return taken is { } request ? await FindAssignedAsync(request, rater, cancellation) : null;
    }

    /// <inheritdoc/>
    public Task<AssignedTask?> FindHeldAsync(long project, string rater, CancellationToken cancellation = default) =>
        ReadAsync(
            async connection =>
                await TaskReader.HeldAsync(connection, project, rater, database.Now, cancellation) is { } request
                    ? await TaskReader.AssignedAsync(dialect, connection, request, rater, TaskReader.Unjudged, cancellation)
                    : null,
            cancellation
        );

    /// <inheritdoc/>
    public Task<AssignedTask?> FindAssignedAsync(long request, string rater, CancellationToken cancellation = default) =>
        ReadAsync(
            connection => TaskReader.AssignedAsync(dialect, connection, request, rater, TaskReader.Unjudged, cancellation),
            cancellation
        );

    /// <inheritdoc/>
    public Task<AssignedTask?> FindDealtAsync(long request, string rater, CancellationToken cancellation = default) =>
        ReadAsync(connection => TaskReader.AssignedAsync(dialect, connection, request, rater, "TRUE", cancellation), cancellation);

    /// <inheritdoc/>
    public async Task<AssignedTask?> RetakeAsync(long request, string rater, CancellationToken cancellation = default)
    {
        ProjectRules.CheckId("rater", rater);
        return await WriteAsync(change => new TaskDealing(change).RetakeAsync(request, rater), cancellation) is { } taken
            ? await FindAssignedAsync(taken, rater, cancellation)
            : null;
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> RenewAsync(long request, string rater, CancellationToken cancellation = default) =>
        WriteAsync(change => new TaskDealing(change).RenewAsync(request, rater), cancellation);

    /// <inheritdoc/>
    public Task ReturnAsync(long request, string rater, bool skip, string? reason = null, CancellationToken cancellation = default)
    {
        EventRules.Check(new RequestReturned(request, rater, skip) { Reason = reason });
        return WriteAsync(change => new TaskDealing(change).ReturnAsync(request, rater, skip, reason), cancellation);
    }

    /// <inheritdoc/>
    public Task<long> SubmitAsync(string clientKey, RankingGiven ranking, CancellationToken cancellation = default)
    {
        TextRules.Check("client key", clientKey, FeedbackLimits.LongestId);
        EventRules.Check(ranking);
        return WriteAsync(change => new TaskJudging(change).SubmitAsync(clientKey, ranking), cancellation);
    }

    /// <inheritdoc/>
    public Task<long> AdjudicateAsync(string clientKey, RequestAdjudicated adjudication, CancellationToken cancellation = default)
    {
        TextRules.Check("client key", clientKey, FeedbackLimits.LongestId);
        EventRules.Check(adjudication);
        return WriteAsync(change => new TaskJudging(change).AdjudicateAsync(clientKey, adjudication), cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ReadDisputedAsync(long project, long after, int limit, CancellationToken cancellation = default)
    {
        EventRows.CheckLimit(limit);
        return ReadAsync<IReadOnlyList<long>>(
            async connection =>
                await connection.QueryAsync(
                    """
                    SELECT request FROM feedback_requests WHERE project = @project AND state = 'disputed' AND request > @after
                    ORDER BY request LIMIT @limit
                    """,
                    row => row.GetInt64(0),
                    cancellation,
                    ("project", project),
                    ("after", after),
                    ("limit", (long)limit)
                ),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestTaken>> ReadDealsAsync(IReadOnlyList<long> requests, CancellationToken cancellation = default)
    {
        EventRows.CheckLimit(requests.Count);
        return ReadAsync<IReadOnlyList<RequestTaken>>(
            async connection =>
                await connection.QueryAsync(
                    $"""
                    SELECT sequence, time_ms, client_key, kind, body FROM feedback_events
                    WHERE request IN ({SqlCommands.Names(requests)}) AND kind = '{EventJson.Taken}' ORDER BY sequence
                    """,
                    row => (RequestTaken)dialect.ReadEvent(row).Event,
                    cancellation,
                    SqlCommands.Values(requests)
                ),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task PrioritiseAsync(long project, IReadOnlyList<RequestPriority> priorities, CancellationToken cancellation = default)
    {
        EventRules.Check(new RequestsPrioritised(project, priorities));
        return WriteAsync(change => new ProjectLog(change).PrioritiseAsync(project, priorities), cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestPriority>> ReadPrioritiesAsync(long project, int limit, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, ProjectLimits.MostPriorities);
        return ReadAsync<IReadOnlyList<RequestPriority>>(
            async connection =>
                await connection.QueryAsync(
                    $"""
                    SELECT request, place FROM feedback_requests
                    WHERE project = @project AND slice = {RequestRows.Slice(DealReason.Priority)} AND state = 'open'
                    ORDER BY place DESC, request LIMIT @limit
                    """,
                    row => new RequestPriority(row.GetInt64(0), row.GetDouble(1)),
                    cancellation,
                    ("project", project),
                    ("limit", (long)limit)
                ),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadHarmsAsync(CancellationToken cancellation = default) =>
        ReadAsync<IReadOnlyList<string>>(
            async connection =>
                [
                    .. (await connection.QueryAsync("SELECT DISTINCT harms FROM feedback_harms", row => row.GetString(0), cancellation))
                        .SelectMany(RequestRows.Split)
                        .Distinct(StringComparer.Ordinal)
                        .Order(StringComparer.Ordinal),
                ],
            cancellation
        );

    /// <inheritdoc/>
    public Task<ProjectProgress> CountAsync(long project, CancellationToken cancellation = default) =>
        ReadAsync(connection => TaskReader.CountAsync(connection, project, database.Now, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PastJudgement>> ReadHistoryAsync(
        string rater,
        long? before,
        int limit,
        CancellationToken cancellation = default
    )
    {
        EventRows.CheckLimit(limit);
        return ReadAsync(connection => TaskReader.HistoryAsync(dialect, connection, rater, before, limit, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DateTimeOffset>> ReadJudgementTimesAsync(
        string rater,
        DateTimeOffset since,
        CancellationToken cancellation = default
    ) => ReadAsync<IReadOnlyList<DateTimeOffset>>(async connection => [.. (
                        await connection.QueryAsync(
                            $"""
                            SELECT at_ms FROM feedback_assignments WHERE rater = @rater AND state = 'given' AND at_ms >= @since
                            ORDER BY sequence DESC LIMIT {FeedbackLimits.LargestPage}
                            """,
                            row => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)),
                            cancellation,
                            ("rater", rater),
                            ("since", since.ToUnixTimeMilliseconds())
                        )
                    ).AsEnumerable().Reverse()], cancellation);

    /// <inheritdoc/>
    public Task<long> CountJudgedAsync(long project, string rater, CancellationToken cancellation = default) =>
        ReadAsync(
            async connection =>
                (long)
                    (
                        await connection.ScalarAsync(
                            "SELECT COUNT(*) FROM feedback_assignments WHERE rater = @rater AND state = 'given' AND project = @project",
                            cancellation,
                            ("rater", rater),
                            ("project", project)
                        )
                    )!,
            cancellation
        );

    /// <inheritdoc/>
    public Task SaveDraftAsync(long request, string rater, string? body, CancellationToken cancellation = default)
    {
        TextRules.CheckOptional("draft", body, ProjectLimits.LongestDraft);
        return database.Writer.RunAsync(
            async connection => (true, await Drafts.SaveAsync(connection, request, rater, body, database.Now, cancellation)),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<string?> FindDraftAsync(long request, string rater, CancellationToken cancellation = default) =>
        ReadAsync(connection => Drafts.FindAsync(connection, request, rater, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<string> KeepPictureAsync(ReadOnlyMemory<byte> content, string media, CancellationToken cancellation = default)
    {
        TextRules.Check("media type", media, FeedbackLimits.LongestId);
        EventRules.InRange("size of the picture in bytes", content.Length, 1, ProjectLimits.LargestPicture);
        var address = PictureAddress.Of(content.Span);
        return database.Writer.RunAsync(
            async connection =>
            {
                await connection.ExecuteAsync(
                    "INSERT INTO feedback_pictures (address, media, content) VALUES (@address, @media, @content) ON CONFLICT DO NOTHING",
                    cancellation,
                    ("address", address),
                    ("media", media),
                    ("content", content.ToArray())
                );
                return (address, true);
            },
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<StoredPicture?> FindPictureAsync(string address, CancellationToken cancellation = default) =>
        ReadAsync(
            async connection =>
                (
                    await connection.QueryAsync(
                        "SELECT media, content FROM feedback_pictures WHERE address = @address",
                        row => new StoredPicture(row.GetString(0), row.GetFieldValue<byte[]>(1)),
                        cancellation,
                        ("address", address)
                    )
                ).SingleOrDefault(),
            cancellation
        );

    private Task<IReadOnlyList<Membership>> MembershipsAsync(string condition, object value, CancellationToken cancellation) =>
        ReadAsync<IReadOnlyList<Membership>>(
            async connection =>
                await connection.QueryAsync(
                    $"SELECT project, member, role FROM feedback_members WHERE {condition}",
                    ProjectWords.Read,
                    cancellation,
                    ("value", value)
                ),
            cancellation
        );

    private async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await read(connection);
    }

    private Task<T> WriteAsync<T>(Func<StoreChange, Task<(T Result, bool IsNew)>> change, CancellationToken cancellation) =>
        database.Writer.RunAsync(
            async connection => await change(await StoreChange.LockAsync(database, connection, cancellation)),
            cancellation
        );
}
