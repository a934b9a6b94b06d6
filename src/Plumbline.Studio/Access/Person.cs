using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Access;

/// <summary>Who asks, and what they may do: read anew from the store for every request, so that what was taken from somebody is gone at once.</summary>
/// <param name="Account">Their account.</param>
/// <param name="Memberships">Their parts in projects.</param>
/// <param name="Bound">The one project that a token reaches; null for all of the account's.</param>
public sealed record Person(Account Account, IReadOnlyList<Membership> Memberships, long? Bound = null)
{
    /// <summary>The id by which the store knows them.</summary>
    public string Id => Account.Id;

    /// <summary>Whether they may do everything everywhere.</summary>
    public bool IsAdministrator => Bound is null && Has(0, ProjectRole.Administrator);

    /// <summary>Whether they may rank in a project.</summary>
    /// <param name="project">The project.</param>
    public bool MayRank(long project) =>
        IsBoundTo(project) && Memberships.Any(part => IsOf(part, project) && part.Role is not ProjectRole.Moderator);

    /// <summary>Whether they may change a project, and see what others said.</summary>
    /// <param name="project">The project.</param>
    public bool MayAdminister(long project) =>
        IsBoundTo(project) && (Has(project, ProjectRole.Administrator) || Has(0, ProjectRole.Administrator));

    private bool IsBoundTo(long project) => Bound is null || Bound == project;

    private bool Has(long project, ProjectRole role) => Memberships.Any(part => part.Project == project && part.Role == role);

    private static bool IsOf(Membership part, long project) => part.Project == project || part.Project == 0;
}
