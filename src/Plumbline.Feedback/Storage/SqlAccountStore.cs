using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plumbline.Feedback.Accounts;

namespace Plumbline.Feedback.Storage;

/// <summary>The accounts of a feedback store in a database.</summary>
/// <param name="database">The database; whoever made it disposes it.</param>
internal sealed class SqlAccountStore(StoreDatabase database) : IAccountStore
{
    private const int SecretBytes = 32;

    private readonly SqlDialect dialect = database.Dialect;

    /// <inheritdoc/>
    public Task AddAsync(Account account, ExternalLogin? login = null, CancellationToken cancellation = default)
    {
        Check(account);
        return WriteAsync(
            async connection =>
            {
                await CheckNameAsync(connection, account, cancellation);
                await connection.ExecuteAsync(
                    "INSERT INTO feedback_accounts (account, name, stamp, body) VALUES (@account, @name, @stamp, @body)",
                    cancellation,
                    Values(account)
                );
                if (login is not null)
                {
                    await AddLoginAsync(connection, account, login, cancellation);
                }

                return (true, true);
            },
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<bool> ChangeAsync(Account account, string before, CancellationToken cancellation = default)
    {
        Check(account);
        return WriteAsync(
            async connection =>
            {
                var stamp = (string?)
                    await connection.ScalarAsync(
                        "SELECT stamp FROM feedback_accounts WHERE account = @account",
                        cancellation,
                        ("account", account.Id)
                    );
                if (stamp != before)
                {
                    return (false, false);
                }

                await CheckNameAsync(connection, account, cancellation);
                await connection.ExecuteAsync(
                    "UPDATE feedback_accounts SET name = @name, stamp = @stamp, body = @body WHERE account = @account",
                    cancellation,
                    Values(account)
                );
                return (true, true);
            },
            cancellation
        );
    }

    /// <inheritdoc/>
    public async Task<Account?> FindAsync(string id, CancellationToken cancellation = default) =>
        (await AccountsAsync("WHERE account = @account", cancellation, ("account", id))).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<Account?> FindByNameAsync(string signInName, CancellationToken cancellation = default) =>
        (await AccountsAsync("WHERE name = @name", cancellation, ("name", Normal(signInName)))).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<Account?> FindByLoginAsync(ExternalLogin login, CancellationToken cancellation = default) =>
        (
            await AccountsAsync(
                "WHERE account = (SELECT l.account FROM feedback_logins l WHERE l.provider = @provider AND l.subject = @subject)",
                cancellation,
                ("provider", login.Provider),
                ("subject", login.Subject)
            )
        ).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Account>> ReadAsync(CancellationToken cancellation = default) =>
        // Sorted here, as databases sort text by rules of their own.
        [.. (await AccountsAsync("", cancellation)).OrderBy(account => Normal(account.SignInName), StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Task<string> GrantAsync(Grant grant, CancellationToken cancellation = default)
    {
        TextRules.CheckOptional("label", grant.Label, FeedbackLimits.LongestId);
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync(
                    """
                    INSERT INTO feedback_grants (hash, kind, account, expires_ms, made_ms, body)
                    VALUES (@hash, @kind, @account, @expires, @now, @body)
                    """,
                    cancellation,
                    ("hash", Hash(secret)),
                    ("kind", Word(grant.Kind)),
                    ("account", grant.Account),
                    ("expires", grant.Expires.ToUnixTimeMilliseconds()),
                    ("now", database.Now.ToUnixTimeMilliseconds()),
                    ("body", JsonSerializer.Serialize(grant, EventJson.Options))
                );
                return (secret, true);
            },
            cancellation
        );
    }

    /// <inheritdoc/>
    public async Task<StoredGrant?> FindGrantAsync(string secret, GrantKind kind, CancellationToken cancellation = default)
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await FindGrantAsync(connection, secret, kind, cancellation);
    }

    /// <inheritdoc/>
    public Task<StoredGrant?> UseGrantAsync(string secret, GrantKind kind, CancellationToken cancellation = default) =>
        kind == GrantKind.Token
            ? throw new ArgumentException("Tokens are used many times.", nameof(kind))
            : WriteAsync(
                async connection =>
                {
                    // The row is locked by its change before it is read, so that of many who use it one finds it unused.
                    await connection.ExecuteAsync(
                        "UPDATE feedback_grants SET uses = uses + 1 WHERE hash = @hash",
                        cancellation,
                        ("hash", Hash(secret))
                    );
                    if (await FindGrantAsync(connection, secret, kind, cancellation) is not { } found)
                    {
                        return ((StoredGrant?)null, false);
                    }

                    await connection.ExecuteAsync(
                        "UPDATE feedback_grants SET used_ms = @now WHERE hash = @hash",
                        cancellation,
                        ("hash", Hash(secret)),
                        ("now", database.Now.ToUnixTimeMilliseconds())
                    );
                    return (found, true);
                },
                cancellation
            );

    /// <inheritdoc/>
    public Task RevokeGrantAsync(string id, CancellationToken cancellation = default) =>
        WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync("DELETE FROM feedback_grants WHERE hash = @hash", cancellation, ("hash", id));
                return (true, true);
            },
            cancellation
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredGrant>> ReadGrantsAsync(
        GrantKind kind,
        string? account = null,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await connection.QueryAsync(
            $"""
            SELECT hash, body, made_ms, used_ms FROM feedback_grants
            WHERE kind = @kind AND {Usable} {(account is null ? "" : "AND account = @account")} ORDER BY made_ms, hash
            """,
            Read,
            cancellation,
            [
                ("kind", Word(kind)),
                ("now", database.Now.ToUnixTimeMilliseconds()),
                .. account is null ? Array.Empty<(string, object?)>() : [("account", account)],
            ]
        );
    }

    /// <inheritdoc/>
    public Task KeepKeyAsync(string name, string value, CancellationToken cancellation = default) =>
        WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync(
                    "INSERT INTO feedback_keys (name, value) VALUES (@name, @value) ON CONFLICT DO NOTHING",
                    cancellation,
                    ("name", name),
                    ("value", value)
                );
                return (true, true);
            },
            cancellation
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellation = default)
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await connection.QueryAsync("SELECT value FROM feedback_keys ORDER BY name", row => row.GetString(0), cancellation);
    }

    /// <summary>What a secret must be to be good for something: not over, and used before only where it is a token.</summary>
    private const string Usable = "expires_ms > @now AND (used_ms IS NULL OR kind = 'token')";

    private async Task<StoredGrant?> FindGrantAsync(
        DbConnection connection,
        string secret,
        GrantKind kind,
        CancellationToken cancellation
    ) =>
        (
            await connection.QueryAsync(
                $"SELECT hash, body, made_ms, used_ms FROM feedback_grants WHERE hash = @hash AND kind = @kind AND {Usable}",
                Read,
                cancellation,
                ("hash", Hash(secret)),
                ("kind", Word(kind)),
                ("now", database.Now.ToUnixTimeMilliseconds())
            )
        ).SingleOrDefault();

    private static StoredGrant Read(DbDataReader row) =>
        new(
            row.GetString(0),
            JsonSerializer.Deserialize<Grant>(row.GetString(1), EventJson.Options)!,
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
            row.IsDBNull(3) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))
        );

    private async Task<List<Account>> AccountsAsync(
        string condition,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    )
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await connection.QueryAsync(
            $"SELECT body FROM feedback_accounts {condition}",
            row => JsonSerializer.Deserialize<Account>(row.GetString(0), EventJson.Options)!,
            cancellation,
            values
        );
    }

    private static async Task AddLoginAsync(DbConnection connection, Account account, ExternalLogin login, CancellationToken cancellation)
    {
        var taken = await connection.ScalarAsync(
            "SELECT account FROM feedback_logins WHERE provider = @provider AND subject = @subject",
            cancellation,
            ("provider", login.Provider),
            ("subject", login.Subject)
        );
        if (taken is not null)
        {
            throw new InvalidInputException($"Somebody else signs in by that account of {login.Provider}.", "Sign in by it.");
        }

        await connection.ExecuteAsync(
            "INSERT INTO feedback_logins (provider, subject, account) VALUES (@provider, @subject, @account)",
            cancellation,
            ("provider", login.Provider),
            ("subject", login.Subject),
            ("account", account.Id)
        );
    }

    private static async Task CheckNameAsync(DbConnection connection, Account account, CancellationToken cancellation)
    {
        var taken = await connection.ScalarAsync(
            "SELECT account FROM feedback_accounts WHERE name = @name AND account <> @account",
            cancellation,
            ("name", Normal(account.SignInName)),
            ("account", account.Id)
        );
        if (taken is not null)
        {
            throw new InvalidInputException($"The name '{account.SignInName}' is taken.", "Choose another one.");
        }
    }

    private static void Check(Account account)
    {
        ProjectRules.CheckId("account's id", account.Id);
        TextRules.Check("sign-in name", account.SignInName, FeedbackLimits.LongestId);
    }

    private static (string, object?)[] Values(Account account) =>
        [
            ("account", account.Id),
            ("name", Normal(account.SignInName)),
            ("stamp", account.ConcurrencyStamp),
            ("body", JsonSerializer.Serialize(account, EventJson.Options)),
        ];

    private static string Normal(string signInName) => signInName.Trim().ToUpperInvariant();

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string Word(GrantKind kind) => kind.ToString().ToLowerInvariant();

    private Task<T> WriteAsync<T>(Func<DbConnection, Task<(T Result, bool IsNew)>> change, CancellationToken cancellation) =>
        database.Writer.RunAsync(change, cancellation);
}
