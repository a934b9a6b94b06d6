using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Plumbline.Constitutions;
using Plumbline.Feedback;
using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Hosting;
using Plumbline.Studio.Options;
using Plumbline.Studio.Pages;

namespace Plumbline.Studio.Administration;

/// <summary>Setting projects up, and saying who is in them.</summary>
/// <param name="stores">Where it lies.</param>
/// <param name="pages">Draws pages.</param>
/// <param name="options">By which address people reach the pages.</param>
/// <param name="time">The clock.</param>
internal sealed class ProjectEndpoints(FeedbackStores stores, PageFactory pages, StudioOptions options, TimeProvider time)
{
    private static readonly TimeSpan InvitationLife = TimeSpan.FromDays(7);

    /// <summary>Read when the server starts, so that a file that cannot be read is told then.</summary>
    private readonly ConstitutionGuidelines? guidelines = options.Constitution is { } path
        ? ConstitutionGuidelines.Of(ConstitutionFile.Read(path, options.Overlays), new Situation())
        : null;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/projects/new", NewPage);
        routes.MapForm("/projects/new", OpenAsync);
        routes.MapPage("/projects/{project:long}/settings", SettingsAsync);
        routes.MapForm("/projects/{project:long}/settings", ChangeAsync);
        routes.MapPage("/projects/{project:long}/people", (HttpContext http, long project) => PeopleAsync(http, project, link: null));
        routes.MapForm("/projects/{project:long}/people", SetMemberAsync);
        routes.MapForm("/projects/{project:long}/invite", InviteAsync);
    }

    private IResult NewPage(HttpContext http, bool constitution = false)
    {
        if (!http.Person().IsAdministrator)
        {
            return http.Missing();
        }

        if (!constitution || guidelines is null)
        {
            return ProjectPage(http, null);
        }

        return ProjectPage(
            http,
            null,
            new ProjectSettings
            {
                Name = string.Empty,
                Guidelines = guidelines.Guidelines,
                Criteria = guidelines.Criteria,
            }
        );
    }

    private IResult ProjectPage(HttpContext http, Project? project, ProjectSettings? settings = null, string? problem = null) =>
        pages.Page<ProjectForm>(
            http,
            new()
            {
                ["Project"] = project,
                ["Settings"] = settings ?? project?.Settings ?? new ProjectSettings { Name = string.Empty },
                ["Problem"] = problem,
                ["HasConstitution"] = guidelines is not null,
            },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );

    private async Task<IResult> OpenAsync(HttpContext http)
    {
        if (!http.Person().IsAdministrator)
        {
            return http.Missing();
        }

        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        return await StoreAsync(
            http,
            fields,
            null,
            settings =>
                // The name is taken once, so the form that is sent again finds the project it made.
                stores.Projects.OpenProjectAsync($"page opens {settings.Name}", settings, http.Person().Id, http.RequestAborted)
        );
    }

    private async Task<IResult> SettingsAsync(HttpContext http, long project) =>
        await FindAsync(http, project) is { Id: > 0 } found ? ProjectPage(http, found) : http.Missing();

    private async Task<IResult> ChangeAsync(HttpContext http, long project)
    {
        if (await FindAsync(http, project) is not { Id: > 0 } found)
        {
            return http.Missing();
        }

        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        return await StoreAsync(
            http,
            fields,
            found,
            async settings =>
            {
                await stores.Projects.ChangeProjectAsync(project, settings, http.Person().Id, http.RequestAborted);
                return project;
            }
        );
    }

    private async Task<IResult> StoreAsync(
        HttpContext http,
        IFormCollection fields,
        Project? before,
        Func<ProjectSettings, Task<long>> store
    )
    {
        ProjectSettings? settings = null;
        try
        {
            settings = ProjectFields.Read(fields, before?.Settings);
            settings = settings with { Constitution = IsFromConstitution(settings) ? guidelines!.Constitution : null };
            return http.SeeOther($"/projects/{await store(settings)}/settings?done=saved");
        }
        catch (InvalidInputException refusal)
        {
            return ProjectPage(http, before, settings, refusal.Message);
        }
    }

    /// <summary>Whether people read what the constitution says, unchanged.</summary>
    private bool IsFromConstitution(ProjectSettings settings) =>
        guidelines is not null
        && settings.Guidelines == guidelines.Guidelines.ReplaceLineEndings("\n").Trim()
        && settings.Criteria.SequenceEqual(guidelines.Criteria);

    private async Task<Project?> FindAsync(HttpContext http, long project) =>
        http.Person().MayAdminister(project) ? await stores.Projects.FindProjectAsync(project, http.RequestAborted) : null;

    private async Task<IResult> PeopleAsync(HttpContext http, long project, string? link)
    {
        if (await FindAsync(http, project) is not { } found)
        {
            return http.Missing();
        }

        var members = await stores.Projects.ReadMembersAsync(project, http.RequestAborted);
        var accounts = await stores.Accounts.ReadAsync(http.RequestAborted);
        var invitations = await stores.Accounts.ReadGrantsAsync(GrantKind.Invitation, null, http.RequestAborted);
        return pages.Page<People>(
            http,
            new()
            {
                ["Project"] = found,
                ["Members"] = members,
                ["Accounts"] = accounts,
                ["Invitations"] = invitations.Where(one => one.Grant.Project == project).ToList(),
                ["Link"] = link,
            }
        );
    }

    private async Task<IResult> SetMemberAsync(HttpContext http, long project)
    {
        if (await FindAsync(http, project) is null)
        {
            return http.Missing();
        }

        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        var member = fields["member"].ToString();
        var role = Role(fields["role"]);
        if (await stores.Accounts.FindAsync(member, http.RequestAborted) is null)
        {
            return http.Missing();
        }

        if (project == 0 && member == http.Person().Id && role != ProjectRole.Administrator)
        {
            throw new InvalidInputException("You cannot take your own part as administrator.", "Another administrator can.");
        }

        await stores.Projects.SetMemberAsync(
            new Membership(project, member, role ?? ProjectRole.Evaluator),
            role is not null,
            http.Person().Id,
            http.RequestAborted
        );
        return http.SeeOther($"/projects/{project}/people?done=saved");
    }

    private async Task<IResult> InviteAsync(HttpContext http, long project)
    {
        if (await FindAsync(http, project) is null)
        {
            return http.Missing();
        }

        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        var role = Role(fields["role"]) ?? throw new InvalidInputException("The invitation names no role.", "Choose one.");
        var secret = await stores.Accounts.GrantAsync(
            new Grant(GrantKind.Invitation, time.GetUtcNow() + InvitationLife)
            {
                Project = project,
                Role = role,
                Label = fields["label"].ToString().Trim() is { Length: > 0 } label ? label : null,
                By = http.Person().Id,
            },
            http.RequestAborted
        );
        var address = options.PublicUrl?.TrimEnd('/') ?? $"{http.Request.Scheme}://{http.Request.Host}";

        // Shown once, on this page alone: the store has only its hash.
        return await PeopleAsync(http, project, $"{address}/join/{secret}");
    }

    private static ProjectRole? Role(string? word) =>
        Enum.TryParse<ProjectRole>(word, ignoreCase: true, out var role) && Enum.IsDefined(role) && !char.IsAsciiDigit(word![0])
            ? role
            : null;
}
