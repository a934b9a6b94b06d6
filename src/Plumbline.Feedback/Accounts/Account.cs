namespace Plumbline.Feedback.Accounts;

/// <summary>Somebody who may sign in. Accounts are no events: they hold what must change and may be erased, and the log knows their ids alone.</summary>
public sealed record Account
{
    /// <summary>An id that means nothing, by which projects and judgements know the account; it never changes.</summary>
    public required string Id { get; init; }

    /// <summary>What the person signs in by; no two accounts have the same, whatever the case of its letters. It is shown to administrators.</summary>
    public required string SignInName { get; init; }

    /// <summary>The hash of the password, as ASP.NET Core Identity writes it; null where there is none.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Changes whenever open sessions must end.</summary>
    public required string SecurityStamp { get; init; }

    /// <summary>Changes with every change of the account.</summary>
    public required string ConcurrencyStamp { get; init; }

    /// <summary>Whether the person may sign in.</summary>
    /// <value>true</value>
    public bool IsEnabled { get; init; } = true;

    /// <summary>How often a wrong password was given since the right one.</summary>
    public int FailedSignIns { get; init; }

    /// <summary>Until when nobody may sign in by password; null for now.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>When the person signed in last; null for never.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>The language of the pages, such as <c>ar</c>; null for the browser's.</summary>
    public string? Language { get; init; }

    /// <summary>Whether the pages are light or dark: <c>light</c>, <c>dark</c>, or null for the device's setting.</summary>
    public string? Theme { get; init; }

    /// <summary>The kinds of harm that the person agreed to see.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> Harms { get; init; } = [];
}

/// <summary>Another system that knows who somebody is.</summary>
/// <param name="Provider">The system, by the name it has in the configuration.</param>
/// <param name="Subject">Who they are there.</param>
public sealed record ExternalLogin(string Provider, string Subject);

/// <summary>What a link or a token is good for.</summary>
public enum GrantKind
{
    /// <summary>To sign in once, as the account.</summary>
    SignIn,

    /// <summary>To make an account once, with a part in a project.</summary>
    Invitation,

    /// <summary>To use the programming interface as the account, until it is taken back.</summary>
    Token,
}

/// <summary>What a secret in somebody's hands is good for. The store has its hash alone.</summary>
/// <param name="Kind">What it is good for.</param>
/// <param name="Expires">When it ends.</param>
public sealed record Grant(GrantKind Kind, DateTimeOffset Expires)
{
    /// <summary>The account it stands for; null for an invitation.</summary>
    public string? Account { get; init; }

    /// <summary>The project of an invitation, 0 for all; the project that a token is bound to, null for all of its account.</summary>
    public long? Project { get; init; }

    /// <summary>The part that an invitation gives.</summary>
    public Projects.ProjectRole? Role { get; init; }

    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>Who gave it.</summary>
    public string? By { get; init; }
}

/// <summary>A grant as it is stored.</summary>
/// <param name="Id">Names the grant without its secret.</param>
/// <param name="Grant">What it is good for.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Used">When it was used (last); null for never.</param>
public sealed record StoredGrant(string Id, Grant Grant, DateTimeOffset Made, DateTimeOffset? Used);
