using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Plumbline.Feedback;
using Plumbline.Feedback.Accounts;
using Plumbline.Studio.Api;

namespace Plumbline.Studio.Access;

/// <summary>Finds out who asks: by the cookie of the pages, or by the token of the programming interface. Everything is read anew, so that a disabled account, a changed password and a token taken back count at once.</summary>
/// <param name="stores">Where accounts lie.</param>
internal sealed class SignedIn(FeedbackStores stores)
{
    private const string StampClaim = "AspNet.Identity.SecurityStamp";
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var isInterface = http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        var person = isInterface ? await ByTokenAsync(http) : await ByCookieAsync(http);
        if (person is not null)
        {
            http.Features.Set(person);
        }
        else if (isInterface)
        {
            // Before anything that a stranger sent is read.
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await Results
                .Json(new ApiProblem("Send a token: Authorization: Bearer TOKEN."), statusCode: StatusCodes.Status401Unauthorized)
                .ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private async Task<Person?> ByCookieAsync(HttpContext http)
    {
        if (http.User.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id)
        {
            return null;
        }

        var account = await stores.Accounts.FindAsync(id, http.RequestAborted);
        return account is { IsEnabled: true } && account.SecurityStamp == http.User.FindFirstValue(StampClaim)
            ? new Person(account, await stores.Projects.ReadMembershipsAsync(id, http.RequestAborted))
            : null;
    }

    private async Task<Person?> ByTokenAsync(HttpContext http)
    {
        if (
            http.Request.Headers.Authorization.ToString() is not { Length: > 7 and < 200 } header
            || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            || await stores.Accounts.FindGrantAsync(header[Bearer.Length..].Trim(), GrantKind.Token, http.RequestAborted)
                is not { Grant: { Account: { } id } grant }
            || await stores.Accounts.FindAsync(id, http.RequestAborted) is not { IsEnabled: true } account
        )
        {
            return null;
        }

        return new Person(account, await stores.Projects.ReadMembershipsAsync(id, http.RequestAborted), grant.Project);
    }
}
