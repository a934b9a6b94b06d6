using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Tests;

public sealed class SchemaTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_store_of_version_zero_is_migrated_and_then_left_alone(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await place.SqlAsync("CREATE TABLE feedback_schema (version BIGINT NOT NULL)");
        await place.SqlAsync("INSERT INTO feedback_schema (version) VALUES (0)");

        await (await place.OpenAsync()).AppendAsync("ask", Events.Request());
        var again = await place.OpenAsync();

        Assert.Equal((long)StoreSchema.Version, await place.SqlAsync("SELECT version FROM feedback_schema"));
        Assert.Equal(1L, await place.SqlAsync("SELECT COUNT(*) FROM feedback_schema"));
        Assert.Equal(1L, await place.SqlAsync("SELECT COUNT(*) FROM feedback_store"));
        Assert.Single(await again.LogAsync());
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_store_of_the_first_version_keeps_what_it_holds_and_takes_reviews(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await (await place.OpenAsync()).AppendAsync("ask", Events.Request());
        await ForgetProjectsAsync(place);
        foreach (var table in new[] { "texts", "judgements", "clauses", "cases" })
        {
            await place.SqlAsync($"DROP TABLE feedback_review_{table}");
        }

        await place.SqlAsync("UPDATE feedback_schema SET version = 1");

        var reviews = await place.OpenReviewsAsync();
        Assert.Equal(2, await reviews.OpenCaseAsync(Reviews.Cases.Facts(), Reviews.Cases.Texts()));
        Assert.Equal((long)StoreSchema.Version, await place.SqlAsync("SELECT version FROM feedback_schema"));
        Assert.Equal(["ask"], (await (await place.OpenAsync()).LogAsync()).Select(stored => stored.ClientKey).Take(1));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_store_of_the_second_version_deals_its_open_requests_to_those_who_have_not_ranked_them(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var before = await place.OpenAsync();
        await before.AppendAsync("ask", Events.Request(wanted: 2));
        await before.AppendAsync("rank", Events.Ranking(1));
        await before.AppendAsync("ask for one", Events.Request());
        await before.AppendAsync("rank that", Events.Ranking(3, "bob"));
        await ForgetProjectsAsync(place);
        await place.SqlAsync("UPDATE feedback_schema SET version = 2");

        var projects = (await place.OpenAllAsync()).Projects;

        Assert.Null(await projects.TakeAsync(0, "anna", new HashSet<string>()));
        var task = await projects.TakeAsync(0, "bob", new HashSet<string>());
        Assert.Equal(1, task!.Request);
        Assert.Equal(5 + 1, await projects.SubmitAsync("bob's", Events.Ranking(1, "bob")));
        Assert.Equal([6L, 4L], (await projects.ReadHistoryAsync("bob", null, 10)).Select(past => past.Sequence));
        Assert.Equal(new ProjectProgress(0, 2, 0, 0, 3, 3, 0), await projects.CountAsync(0));
    }

    /// <summary>Takes away what the third version added.</summary>
    private static async Task ForgetProjectsAsync(TestStore place)
    {
        foreach (
            var table in new[]
            {
                "drafts",
                "assignments",
                "pictures",
                "harms",
                "members",
                "projects",
                "logins",
                "accounts",
                "grants",
                "keys",
            }
        )
        {
            await place.SqlAsync($"DROP TABLE feedback_{table}");
        }

        foreach (var index in new[] { "free_requests", "disputed_requests" })
        {
            await place.SqlAsync($"DROP INDEX feedback_{index}");
        }

        foreach (var column in new[] { "project", "slice", "harms", "place", "free" })
        {
            await place.SqlAsync($"ALTER TABLE feedback_requests DROP COLUMN {column}");
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Many_who_open_a_new_store_at_once_make_one(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);

        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(place.OpenAsync)));

        Assert.Single(stores.Select(store => store.HashRater("anna")).Distinct());
        await Task.WhenAll(stores.Select((store, i) => store.AppendAsync($"ask {i}", Events.Request())));
        await stores[0].AssertWholeAsync();
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_later_version_is_refused_and_not_touched(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await (await place.OpenAsync()).AppendAsync("ask", Events.Request());
        await place.SqlAsync("UPDATE feedback_schema SET version = 999");

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(place.OpenAsync);

        Assert.Contains($"version 999; this program knows versions up to {StoreSchema.Version}", refusal.Message);
        Assert.NotNull(refusal.Position);
        Assert.Equal(999L, await place.SqlAsync("SELECT version FROM feedback_schema"));
        Assert.Equal(1L, await place.SqlAsync("SELECT COUNT(*) FROM feedback_events"));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_migration_that_fails_half_way_leaves_nothing_behind(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await place.SqlAsync("CREATE TABLE feedback_votes (stranger TEXT)");

        var failure = await Assert.ThrowsAsync<InvalidInputException>(place.OpenAsync);
        Assert.Contains("feedback_votes", failure.Message);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => place.SqlAsync("SELECT COUNT(*) FROM feedback_events"));

        await place.SqlAsync("DROP TABLE feedback_votes");
        await (await place.OpenAsync()).AppendAsync("ask", Events.Request());
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_damaged_event_is_named(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await place.SqlAsync(
            "INSERT INTO feedback_events (sequence, client_key, time_ms, kind, request, body) VALUES (1, 'x', 0, 'ranking_given', 1, '{\"request\":')"
        );

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => store.ReadRankingsAsync(0, 10));

        Assert.Contains("event 1: A stored event is not readable", refusal.Message);
    }

    [Fact]
    public async Task On_SQLite_the_log_is_written_ahead_and_forced_to_disk()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        await place.OpenAsync();
        await using var dialect = StoreLocation.Parse(place.Location);
        await using var connection = await dialect.ConnectAsync(CancellationToken.None);

        Assert.Equal("wal", await connection.ScalarAsync("PRAGMA journal_mode", CancellationToken.None));
        Assert.Equal(2L, await connection.ScalarAsync("PRAGMA synchronous", CancellationToken.None));
        Assert.Equal(1L, await connection.ScalarAsync("PRAGMA foreign_keys", CancellationToken.None));
        Assert.Equal(30_000L, await connection.ScalarAsync("PRAGMA busy_timeout", CancellationToken.None));
    }

    [Fact]
    public async Task On_PostgreSQL_a_database_that_cannot_hold_every_language_is_refused()
    {
        await using var place = await TestStore.CreateAsync(Engine.Postgres, server);
        await place.SqlAsync("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        var latin = new Npgsql.NpgsqlConnectionStringBuilder(place.Location) { Database = "latin" }.ToString();

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => FeedbackStore.OpenAsync(latin, place.Clock));

        Assert.Contains("keeps text in LATIN1", refusal.Message);
    }
}
