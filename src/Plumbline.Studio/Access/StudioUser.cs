using Microsoft.AspNetCore.Identity;
using Plumbline.Feedback.Accounts;

namespace Plumbline.Studio.Access;

/// <summary>An account as ASP.NET Core Identity changes it: in place, and then stored.</summary>
/// <param name="account">The account.</param>
internal sealed class StudioUser(Account account)
{
    /// <summary>The account as it is to be.</summary>
    public Account Account { get; set; } = account;

    /// <summary>By which other system a new account is known.</summary>
    public ExternalLogin? Login { get; set; }
}

/// <summary>The accounts of the store, as ASP.NET Core Identity sees them.</summary>
/// <param name="accounts">The accounts.</param>
internal sealed class StudioUserStore(IAccountStore accounts)
    : IUserPasswordStore<StudioUser>,
        IUserSecurityStampStore<StudioUser>,
        IUserLockoutStore<StudioUser>
{
    public void Dispose() { }

    public Task<string> GetUserIdAsync(StudioUser user, CancellationToken cancellationToken) => Task.FromResult(user.Account.Id);

    public Task<string?> GetUserNameAsync(StudioUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Account.SignInName);

    public Task SetUserNameAsync(StudioUser user, string? userName, CancellationToken cancellationToken) =>
        Change(user, account => account with { SignInName = userName ?? string.Empty });

    // The store compares names whatever the case of their letters.
    public Task<string?> GetNormalizedUserNameAsync(StudioUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Account.SignInName);

    public Task SetNormalizedUserNameAsync(StudioUser user, string? normalizedName, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public async Task<IdentityResult> CreateAsync(StudioUser user, CancellationToken cancellationToken)
    {
        try
        {
            await accounts.AddAsync(user.Account, user.Login, cancellationToken);
            return IdentityResult.Success;
        }
        catch (InvalidInputException refusal)
        {
            return IdentityResult.Failed(new IdentityError { Code = "Refused", Description = refusal.Message });
        }
    }

    public async Task<IdentityResult> UpdateAsync(StudioUser user, CancellationToken cancellationToken)
    {
        var before = user.Account.ConcurrencyStamp;
        user.Account = user.Account with { ConcurrencyStamp = System.Security.Cryptography.RandomNumberGenerator.GetHexString(32) };
        return await accounts.ChangeAsync(user.Account, before, cancellationToken)
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
    }

    public Task<IdentityResult> DeleteAsync(StudioUser user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Accounts are disabled and not deleted: judgements name them.");

    public async Task<StudioUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        await accounts.FindAsync(userId, cancellationToken) is { } account ? new StudioUser(account) : null;

    public async Task<StudioUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        await accounts.FindByNameAsync(normalizedUserName, cancellationToken) is { } account ? new StudioUser(account) : null;

    public Task SetPasswordHashAsync(StudioUser user, string? passwordHash, CancellationToken cancellationToken) =>
        Change(user, account => account with { PasswordHash = passwordHash });

    public Task<string?> GetPasswordHashAsync(StudioUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Account.PasswordHash);

    public Task<bool> HasPasswordAsync(StudioUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Account.PasswordHash is not null);

    public Task SetSecurityStampAsync(StudioUser user, string stamp, CancellationToken cancellationToken) =>
        Change(user, account => account with { SecurityStamp = stamp });

    public Task<string?> GetSecurityStampAsync(StudioUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Account.SecurityStamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(StudioUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Account.LockedUntil);

    public Task SetLockoutEndDateAsync(StudioUser user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) =>
        Change(user, account => account with { LockedUntil = lockoutEnd });

    public async Task<int> IncrementAccessFailedCountAsync(StudioUser user, CancellationToken cancellationToken)
    {
        await Change(user, account => account with { FailedSignIns = account.FailedSignIns + 1 });
        return user.Account.FailedSignIns;
    }

    public Task ResetAccessFailedCountAsync(StudioUser user, CancellationToken cancellationToken) =>
        Change(user, account => account with { FailedSignIns = 0 });

    public Task<int> GetAccessFailedCountAsync(StudioUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Account.FailedSignIns);

    public Task<bool> GetLockoutEnabledAsync(StudioUser user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(StudioUser user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    private static Task Change(StudioUser user, Func<Account, Account> change)
    {
        user.Account = change(user.Account);
        return Task.CompletedTask;
    }
}
