using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Plumbline.Feedback;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Hosting;
using Plumbline.Studio.Localization;
using Plumbline.Studio.Pages;

namespace Plumbline.Studio.Access;

/// <summary>What people see of themselves: their projects, their judgements, their account.</summary>
/// <param name="stores">Where it lies.</param>
/// <param name="pages">Draws pages.</param>
/// <param name="counts">How far projects are.</param>
internal sealed class AccountEndpoints(FeedbackStores stores, PageFactory pages, ProgressCounts counts)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/", HomeAsync);
        routes.MapPage("/history", HistoryAsync);
        routes.MapPage("/account", (HttpContext http) => AccountPageAsync(http, null));
        routes.MapForm("/account", ChangeAsync);
        routes.MapForm("/account/password", ChangePasswordAsync);
    }

    private async Task<IResult> HomeAsync(HttpContext http)
    {
        var person = http.Person();
        var cards = new List<ProjectCard>();
        IReadOnlyList<Project> projects = await stores.Projects.ReadProjectsAsync(http.RequestAborted);
        foreach (var project in projects.Append((await stores.Projects.FindProjectAsync(0, http.RequestAborted))!))
        {
            if (!person.MayRank(project.Id) && !person.MayAdminister(project.Id))
            {
                continue;
            }

            var progress = await counts.OfAsync(project.Id, http.RequestAborted);
            if (project.Id > 0 || progress.Tasks > 0)
            {
                cards.Add(await CardAsync(http, person, project, progress));
            }
        }

        return pages.Page<Home>(http, new() { ["Cards"] = cards });
    }

    private async Task<ProjectCard> CardAsync(HttpContext http, Person person, Project project, ProjectProgress progress) =>
        new(project.Id, project.Settings.Name, progress, await stores.Projects.CountJudgedAsync(project.Id, person.Id, http.RequestAborted))
        {
            MayRank = person.MayRank(project.Id) && project.Settings.IsOpen,
            IsHeld = await stores.Projects.FindHeldAsync(project.Id, person.Id, http.RequestAborted) is not null,
            HasGuidelines = project.Settings.Guidelines is not null,
        };

    private async Task<IResult> HistoryAsync(HttpContext http, long? before) =>
        pages.Page<History>(
            http,
            new()
            {
                ["Judgements"] = await stores.Projects.ReadHistoryAsync(http.Person().Id, before, History.PageSize, http.RequestAborted),
            }
        );

    private async Task<IResult> AccountPageAsync(HttpContext http, string? problem) =>
        pages.Page<AccountPage>(
            http,
            new() { ["Harms"] = await stores.Projects.ReadHarmsAsync(http.RequestAborted), ["Problem"] = problem },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );

    private async Task<IResult> ChangeAsync(HttpContext http, UserManager<StudioUser> users)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var known = await stores.Projects.ReadHarmsAsync(http.RequestAborted);
        var user = new StudioUser(http.Person().Account);
        user.Account = user.Account with
        {
            Language = StudioLanguage.Find(form["language"])?.Tag,
            Theme = form["theme"].ToString() is "light" or "dark" ? form["theme"].ToString() : null,
            Harms = [.. known.Where(harm => form["harms"].Contains(harm, StringComparer.Ordinal))],
        };
        await users.UpdateAsync(user);
        return http.SeeOther("/account?done=saved");
    }

    private async Task<IResult> ChangePasswordAsync(HttpContext http, UserManager<StudioUser> users, SignInManager<StudioUser> signIn)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var user = new StudioUser(http.Person().Account);
        var (old, chosen) = (form["old"].ToString(), form["new"].ToString());
        if (old.Length > 1000 || chosen.Length > 1000)
        {
            return await AccountPageAsync(http, "join.bad_password");
        }

        var result = user.Account.PasswordHash is null
            ? await users.AddPasswordAsync(user, chosen)
            : await users.ChangePasswordAsync(user, old, chosen);
        if (!result.Succeeded)
        {
            return await AccountPageAsync(
                http,
                result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.PasswordMismatch))
                    ? "account.wrong"
                    : "join.bad_password"
            );
        }

        // Every other session ends, as the account's stamp is another now.
        await signIn.SignInAsync(user, isPersistent: true);
        return http.SeeOther("/account?done=saved");
    }
}
