using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Plumbline.Feedback;
using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Hosting;
using Plumbline.Studio.Localization;
using Plumbline.Studio.Pages;

namespace Plumbline.Studio.Access;

/// <summary>Signing in and out, joining by invitation, and one's own account.</summary>
/// <param name="stores">Where accounts lie.</param>
/// <param name="pages">Draws pages.</param>
internal sealed class AccessEndpoints(FeedbackStores stores, PageFactory pages)
{
    /// <summary>A hash of no password: checking it takes as long as checking a real one, so that time does not tell which names exist.</summary>
    private static readonly string NoPassword = new PasswordHasher<object>().HashPassword(new object(), "no password");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOpenPage("/signin", (HttpContext http, string? back) => SignInPage(http, back));
        routes.MapOpenForm("/signin", SignInAsync);
        routes.MapForm("/signout", SignOutAsync);
        routes.MapOpenForm("/language", ChooseLanguage);
        routes.MapOpenPage("/welcome/{secret}", WelcomePageAsync);
        routes.MapOpenForm("/welcome/{secret}", WelcomeAsync);
        routes.MapOpenPage("/join/{secret}", JoinPageAsync);
        routes.MapOpenForm("/join/{secret}", JoinAsync);
    }

    private IResult SignInPage(HttpContext http, string? back, string? problem = null, string? name = null, int status = 200) =>
        pages.Page<SignIn>(
            http,
            new()
            {
                ["Problem"] = problem,
                ["Name"] = name,
                ["Back"] = StudioRoutes.Local(back),
            },
            status
        );

    private async Task<IResult> SignInAsync(HttpContext http, SignInManager<StudioUser> signIn, IPasswordHasher<StudioUser> hasher)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (name, password) = (form["name"].ToString(), form["password"].ToString());
        if (name.Length > FeedbackLimits.LongestId || password.Length > 1000)
        {
            return SignInPage(http, form["back"], "signin.wrong", null, StatusCodes.Status400BadRequest);
        }

        var account = await stores.Accounts.FindByNameAsync(name, http.RequestAborted);
        if (account is not { IsEnabled: true, PasswordHash: not null })
        {
            hasher.VerifyHashedPassword(null!, NoPassword, password);
            return SignInPage(http, form["back"], "signin.wrong", name, StatusCodes.Status400BadRequest);
        }

        var result = await signIn.PasswordSignInAsync(new StudioUser(account), password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded
            ? http.SeeOther(StudioRoutes.Local(form["back"]))
            : SignInPage(http, form["back"], result.IsLockedOut ? "signin.locked" : "signin.wrong", name, StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, SignInManager<StudioUser> signIn)
    {
        await signIn.SignOutAsync();
        return http.SeeOther("/signin");
    }

    private static async Task<IResult> ChooseLanguage(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (StudioLanguage.Find(form["language"]) is { } language)
        {
            http.Response.Cookies.Append(
                PageFactory.LanguageCookie,
                language.Tag,
                new CookieOptions
                {
                    HttpOnly = true,
                    SameSite = SameSiteMode.Lax,
                    MaxAge = TimeSpan.FromDays(365),
                    Secure = http.Request.IsHttps,
                    IsEssential = true,
                }
            );
        }

        return http.SeeOther(StudioRoutes.Local(form["back"]));
    }

    private async Task<IResult> WelcomePageAsync(HttpContext http, string secret)
    {
        var isGood = await stores.Accounts.FindGrantAsync(secret, GrantKind.SignIn, http.RequestAborted) is not null;
        return WelcomePage(http, isGood);
    }

    private IResult WelcomePage(HttpContext http, bool isGood) =>
        pages.Page<Welcome>(http, new() { ["IsGood"] = isGood }, isGood ? StatusCodes.Status200OK : StatusCodes.Status404NotFound);

    private async Task<IResult> WelcomeAsync(HttpContext http, string secret, SignInManager<StudioUser> signIn)
    {
        if (
            await stores.Accounts.UseGrantAsync(secret, GrantKind.SignIn, http.RequestAborted) is not { Grant.Account: { } id }
            || await stores.Accounts.FindAsync(id, http.RequestAborted) is not { IsEnabled: true } account
        )
        {
            return WelcomePage(http, isGood: false);
        }

        await signIn.SignInAsync(new StudioUser(account), isPersistent: true);
        return http.SeeOther("/");
    }

    private async Task<IResult> JoinPageAsync(HttpContext http, string secret) =>
        await ShowJoinAsync(
            http,
            (await stores.Accounts.FindGrantAsync(secret, GrantKind.Invitation, http.RequestAborted))?.Grant,
            null,
            []
        );

    private async Task<IResult> ShowJoinAsync(HttpContext http, Grant? invitation, string? name, IReadOnlyList<string> problems)
    {
        var project = invitation?.Project is { } id and > 0
            ? (await stores.Projects.FindProjectAsync(id, http.RequestAborted))?.Settings.Name
            : pages.Context(http)["join.everywhere"];
        return pages.Page<Join>(
            http,
            new()
            {
                ["Invitation"] = invitation,
                ["Project"] = project ?? string.Empty,
                ["Name"] = name,
                ["Problems"] = problems,
            },
            invitation is null ? StatusCodes.Status404NotFound
                : problems.Count > 0 ? StatusCodes.Status400BadRequest
                : StatusCodes.Status200OK
        );
    }

    private async Task<IResult> JoinAsync(HttpContext http, string secret, UserManager<StudioUser> users, SignInManager<StudioUser> signIn)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (name, password) = (form["name"].ToString().Trim(), form["password"].ToString());
        if (await stores.Accounts.FindGrantAsync(secret, GrantKind.Invitation, http.RequestAborted) is not { Grant: var invitation })
        {
            return await ShowJoinAsync(http, null, null, []);
        }

        var user = new StudioUser(NewAccount.Named(name));
        var problems = await CheckAsync(http, users, user, password);
        if (problems.Count > 0)
        {
            return await ShowJoinAsync(http, invitation, name, problems);
        }

        // Used before the account is made: of two who hold one link, one joins.
        if (await stores.Accounts.UseGrantAsync(secret, GrantKind.Invitation, http.RequestAborted) is null)
        {
            return await ShowJoinAsync(http, null, null, []);
        }

        var made = await users.CreateAsync(user, password);
        if (!made.Succeeded)
        {
            throw new InvalidInputException(string.Join(" ", made.Errors.Select(error => error.Description)));
        }

        await stores.Projects.SetMemberAsync(
            new Membership(invitation.Project ?? 0, user.Account.Id, invitation.Role!.Value),
            isMember: true,
            invitation.By ?? user.Account.Id,
            http.RequestAborted
        );
        await signIn.SignInAsync(user, isPersistent: true);
        return http.SeeOther("/");
    }

    private async Task<IReadOnlyList<string>> CheckAsync(HttpContext http, UserManager<StudioUser> users, StudioUser user, string password)
    {
        var page = pages.Context(http);
        var problems = new List<string>();
        if (user.Account.SignInName is not { Length: > 0 and <= 100 } name || name.Any(char.IsControl))
        {
            problems.Add(page["join.bad_name"]);
        }
        else if (await stores.Accounts.FindByNameAsync(user.Account.SignInName, http.RequestAborted) is not null)
        {
            problems.Add(page["join.taken"]);
        }

        foreach (var validator in users.PasswordValidators)
        {
            if (password.Length > 1000 || !(await validator.ValidateAsync(users, user, password)).Succeeded)
            {
                problems.Add(page["join.bad_password"]);
            }
        }

        return problems;
    }
}
