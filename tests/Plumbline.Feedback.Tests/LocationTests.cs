using Npgsql;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Tests;

public sealed class LocationTests(PostgresServer server)
{
    private const string Secret = "h0rse-battery";

    [Theory]
    [InlineData("feedback.db", "feedback.db")]
    [InlineData("sqlite:some folder/a;b=c.db", "some folder/a;b=c.db")]
    [InlineData("postgres://host", "postgresql://host:5432/")]
    [InlineData("postgresql://anna:h0rse-battery@db.example:6543/rank%20ings?sslmode=require", "postgresql://db.example:6543/rank ings")]
    [InlineData("postgresql://anna:h0rse-battery@with:colon@[::1]:99/x", "postgresql://::1:99/x")]
    [InlineData("postgresql://anna@one:1,two:2/x", "postgresql://one:1,two:2:5432/x")]
    [InlineData("postgresql:///x?host=/run/sockets&user=anna", "postgresql:///run/sockets:5432/x")]
    [InlineData("Username=anna;Password='h0rse-battery;';Host=db;Database=x", "postgresql://db:5432/x")]
    public async Task Places_are_told_apart_and_shown_without_secrets(string location, string shown)
    {
        await using var dialect = StoreLocation.Parse(location);

        Assert.Equal(shown, dialect.Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    [InlineData("sqlite:")]
    [InlineData(":memory:")]
    [InlineData("mysql://anna:h0rse-battery@host/x")]
    [InlineData("postgress://anna:h0rse-battery@host/x")]
    [InlineData("Username=anna;Password=h0rse-battery")]
    [InlineData("Host=db;Password=a;h0rse-battery=b")]
    [InlineData("Host=db;Password=h0rse-battery;Port=many")]
    [InlineData("postgresql://anna:h0rse-battery@host/x?h0rse-battery=1")]
    [InlineData("postgresql://anna:h0rse-battery@host:99999999999/x")]
    [InlineData("postgresql://anna:h0rse-battery?application_name=x@host/x")]
    [InlineData("postgresql://anna:h0rse-battery@host/x?connect_timeout=h0rse-battery")]
    public async Task What_is_no_place_is_refused_without_repeating_a_secret(string location)
    {
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => FeedbackStore.OpenAsync(location, TimeProvider.System));

        Assert.NotNull(refusal.Mend);
        Assert.DoesNotContain(Secret, refusal.ToString());
    }

    [Fact]
    public async Task A_server_that_refuses_is_named_without_the_password()
    {
        await using var place = await TestStore.CreateAsync(Engine.Postgres, server);
        string[] locations =
        [
            $"{place.Location};Database=nowhere;Password={Secret}",
            $"postgresql://anna:{Secret}@127.0.0.1:1/x?connect_timeout=5",
            $"Host=/nowhere;Username=anna;Password={Secret}",
        ];
        foreach (var location in locations)
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => FeedbackStore.OpenAsync(location, TimeProvider.System));

            Assert.Contains("cannot be opened", refusal.Message);
            Assert.NotNull(refusal.Position);
            Assert.DoesNotContain(Secret, refusal.ToString());
        }
    }

    [Fact]
    public async Task An_address_reaches_the_store_that_a_connection_string_made()
    {
        await using var place = await TestStore.CreateAsync(Engine.Postgres, server);
        await (await place.OpenAsync()).AppendAsync("ask", Events.Request());
        var settings = new NpgsqlConnectionStringBuilder(place.Location);

        await using var store = await FeedbackStore.OpenAsync(
            $"postgres://{settings.Username}@{Uri.EscapeDataString(settings.Host!)}/{settings.Database}?application_name=plumb",
            place.Clock
        );

        Assert.Single(await store.LogAsync());
    }

    [Fact]
    public async Task A_file_that_is_no_database_and_a_folder_that_is_missing_are_refused_by_name()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var text = place.Folder.Write("notes.txt", string.Concat(Enumerable.Repeat("These are notes and no database. ", 100)));
        foreach (var location in new[] { text, place.Folder.File("missing/feedback.db"), place.Folder.Path })
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => FeedbackStore.OpenAsync(location, place.Clock));

            Assert.Equal(location, refusal.Position!.File);
        }

        Assert.StartsWith("These are notes", await File.ReadAllTextAsync(text));
    }
}
