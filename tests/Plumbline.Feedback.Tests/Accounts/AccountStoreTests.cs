using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Tests.Accounts;

public sealed class AccountStoreTests(PostgresServer server)
{
    private static Account New(string id = "a1", string name = "Anna") =>
        new()
        {
            Id = id,
            SignInName = name,
            SecurityStamp = "s",
            ConcurrencyStamp = "c",
        };

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task An_account_is_found_by_id_name_and_login_and_changed_by_who_read_it_last(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var accounts = (await place.OpenAllAsync()).Accounts;
        var full = New() with
        {
            PasswordHash = "hash",
            LockedUntil = place.Clock.Now,
            Language = "ar",
            Theme = "dark",
            Harms = ["violence"],
        };
        await accounts.AddAsync(full, new ExternalLogin("work", "42"));

        Assert.Equivalent(full, await accounts.FindAsync("a1"), strict: true);
        Assert.Equivalent(full, await accounts.FindByNameAsync(" ANNA "), strict: true);
        Assert.Equivalent(full, await accounts.FindByLoginAsync(new ExternalLogin("work", "42")), strict: true);
        Assert.Null(await accounts.FindByLoginAsync(new ExternalLogin("home", "42")));
        Assert.Null(await accounts.FindAsync("a2"));
        Assert.True(await accounts.ChangeAsync(full with { IsEnabled = false, ConcurrencyStamp = "d" }, "c"));
        Assert.False(await accounts.ChangeAsync(full with { IsEnabled = true, ConcurrencyStamp = "e" }, "c"));
        Assert.False((await accounts.FindAsync("a1"))!.IsEnabled);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Names_and_logins_are_taken_once(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var accounts = (await place.OpenAllAsync()).Accounts;
        await accounts.AddAsync(New(), new ExternalLogin("work", "42"));

        await Assert.ThrowsAsync<InvalidInputException>(() => accounts.AddAsync(New("a2", "anna")));
        await Assert.ThrowsAsync<InvalidInputException>(() => accounts.AddAsync(New("a2", "bob"), new ExternalLogin("work", "42")));
        await Assert.ThrowsAsync<InvalidInputException>(() => accounts.AddAsync(New("a2", " ")));
        Assert.Single(await accounts.ReadAsync());
        await accounts.AddAsync(New("a2", "bob"));
        await Assert.ThrowsAsync<InvalidInputException>(() => accounts.ChangeAsync(New("a2", "ANNA"), "c"));
        Assert.Equal(["Anna", "bob"], (await accounts.ReadAsync()).Select(account => account.SignInName));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_link_is_good_for_one_use_of_its_kind_until_it_ends(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var until = place.Clock.Now.AddMinutes(15);
        var invitation = new Grant(GrantKind.Invitation, until)
        {
            Project = 3,
            Role = ProjectRole.Reviewer,
            By = "ada",
        };
        var secret = await stores.Accounts.GrantAsync(invitation);

        Assert.Matches("^[A-Za-z0-9_-]{43}$", secret);
        Assert.DoesNotContain(secret, (string)(await place.SqlAsync("SELECT body || hash FROM feedback_grants"))!);
        Assert.Equal(invitation, (await stores.Accounts.FindGrantAsync(secret, GrantKind.Invitation))!.Grant);
        Assert.Null(await stores.Accounts.FindGrantAsync(secret, GrantKind.SignIn));
        Assert.Null(await stores.Accounts.UseGrantAsync(secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A'), GrantKind.Invitation));
        var used = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => stores.Accounts.UseGrantAsync(secret, GrantKind.Invitation)));
        Assert.Single(used, one => one is not null);
        Assert.Null(await stores.Accounts.FindGrantAsync(secret, GrantKind.Invitation));

        var late = await stores.Accounts.GrantAsync(new Grant(GrantKind.SignIn, until) { Account = "a1" });
        place.Clock.Now = until;
        Assert.Null(await stores.Accounts.UseGrantAsync(late, GrantKind.SignIn));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_token_is_used_many_times_until_it_is_taken_back(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var accounts = (await place.OpenAllAsync()).Accounts;
        var secret = await accounts.GrantAsync(
            new Grant(GrantKind.Token, place.Clock.Now.AddDays(1)) { Account = "a1", Label = "nightly" }
        );
        await accounts.GrantAsync(new Grant(GrantKind.Token, place.Clock.Now.AddDays(1)) { Account = "a2" });

        Assert.NotNull(await accounts.FindGrantAsync(secret, GrantKind.Token));
        var mine = Assert.Single(await accounts.ReadGrantsAsync(GrantKind.Token, "a1"));
        Assert.Equal(2, (await accounts.ReadGrantsAsync(GrantKind.Token)).Count);
        await Assert.ThrowsAsync<ArgumentException>(() => accounts.UseGrantAsync(secret, GrantKind.Token));
        await accounts.RevokeGrantAsync(mine.Id);
        Assert.Null(await accounts.FindGrantAsync(secret, GrantKind.Token));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Keys_of_the_server_outlive_it(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await (await place.OpenAllAsync()).Accounts.KeepKeyAsync("b", "<key 2/>");
        await (await place.OpenAllAsync()).Accounts.KeepKeyAsync("a", "<key 1/>");
        await (await place.OpenAllAsync()).Accounts.KeepKeyAsync("a", "<another/>");

        Assert.Equal(["<key 1/>", "<key 2/>"], await (await place.OpenAllAsync()).Accounts.ReadKeysAsync());
    }
}
