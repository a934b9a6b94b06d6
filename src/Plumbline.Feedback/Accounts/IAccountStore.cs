using System.Data.Common;

namespace Plumbline.Feedback.Accounts;

/// <summary>Accounts, and what secrets in people's hands are good for. Part of the feedback store's database; opened by <see cref="FeedbackStore.OpenAllAsync"/>.</summary>
/// <remarks>Thread-safe, for any number of processes. Every method may throw a <see cref="DbException"/> where the database fails; a change is then stored whole or not at all.</remarks>
public interface IAccountStore
{
    /// <summary>Adds an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="login">By which other system it is known; null for none.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="InvalidInputException">The sign-in name or the login is taken, or a part breaks a rule.</exception>
    Task AddAsync(Account account, ExternalLogin? login = null, CancellationToken cancellation = default);

    /// <summary>Changes an account.</summary>
    /// <param name="account">The account as it is to be, with a new concurrency stamp.</param>
    /// <param name="before">The concurrency stamp it had when it was read.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>False where somebody else changed it meanwhile, or there is none: nothing is stored then.</returns>
    /// <exception cref="InvalidInputException">The sign-in name is taken, or a part breaks a rule.</exception>
    Task<bool> ChangeAsync(Account account, string before, CancellationToken cancellation = default);

    /// <summary>An account; null where there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<Account?> FindAsync(string id, CancellationToken cancellation = default);

    /// <summary>The account that signs in by a name, whatever the case of its letters; null where there is none.</summary>
    /// <param name="signInName">The name.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<Account?> FindByNameAsync(string signInName, CancellationToken cancellation = default);

    /// <summary>The account that another system knows; null where there is none.</summary>
    /// <param name="login">Who, there.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<Account?> FindByLoginAsync(ExternalLogin login, CancellationToken cancellation = default);

    /// <summary>All accounts, in the order of their sign-in names.</summary>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<Account>> ReadAsync(CancellationToken cancellation = default);

    /// <summary>Makes a secret that is good for something.</summary>
    /// <param name="grant">What for.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>The secret, of 43 letters, digits, - and _: it is stored nowhere, only its hash is.</returns>
    Task<string> GrantAsync(Grant grant, CancellationToken cancellation = default);

    /// <summary>What a secret is good for now; null where it is for nothing: unknown, over, or used up.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="kind">What for.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<StoredGrant?> FindGrantAsync(string secret, GrantKind kind, CancellationToken cancellation = default);

    /// <summary>Uses a secret that is good for once. Of many who try, one succeeds.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="kind">What for: not a token.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>What it was good for; null where it was for nothing.</returns>
    Task<StoredGrant?> UseGrantAsync(string secret, GrantKind kind, CancellationToken cancellation = default);

    /// <summary>Takes a secret back.</summary>
    /// <param name="id">The grant's id.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    Task RevokeGrantAsync(string id, CancellationToken cancellation = default);

    /// <summary>What is granted now, of a kind, oldest first.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="account">Of this account alone; null for all.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<StoredGrant>> ReadGrantsAsync(GrantKind kind, string? account = null, CancellationToken cancellation = default);

    /// <summary>Keeps a key of the server, by which it knows its own cookies again after a restart.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="value">The key.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    Task KeepKeyAsync(string name, string value, CancellationToken cancellation = default);

    /// <summary>The keys of the server.</summary>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellation = default);
}
