using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Plumbline.Studio.Access;
using Plumbline.Studio.Localization;
using Plumbline.Studio.Pages;

namespace Plumbline.Studio.Hosting;

/// <summary>Draws pages.</summary>
/// <param name="forms">Makes what forms send back.</param>
internal sealed class PageFactory(IAntiforgery forms)
{
    /// <summary>The cookie with the language of somebody who has not signed in.</summary>
    public const string LanguageCookie = "studio.language";

    /// <summary>What a page is drawn with.</summary>
    public PageContext Context(HttpContext http)
    {
        var person = http.Features.Get<Person>();
        return new PageContext(Language(http, person), forms.GetAndStoreTokens(http).RequestToken!)
        {
            Person = person,
            Path = http.Request.Path + http.Request.QueryString,
            Done =
                http.Request.Query["done"].ToString() is { Length: > 0 } done && StudioLanguage.English.Keys.Contains("done." + done)
                    ? "done." + done
                    : null,
        };
    }

    /// <summary>A page.</summary>
    /// <param name="http">The request.</param>
    /// <param name="values">What the page shows, by the names of its parameters.</param>
    /// <param name="status">The answer's status.</param>
    public IResult Page<T>(HttpContext http, Dictionary<string, object?>? values = null, int status = StatusCodes.Status200OK)
        where T : IComponent =>
        new RazorComponentResult<T>(new Dictionary<string, object?>(values ?? []) { ["Page"] = Context(http) })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    /// <summary>A page that says one thing.</summary>
    public IResult Notice(HttpContext http, string key, int status, string? detail = null, string? back = null) =>
        Page<Notice>(
            http,
            new()
            {
                ["Key"] = key,
                ["Detail"] = detail,
                ["Back"] = back,
            },
            status
        );

    private static StudioLanguage Language(HttpContext http, Person? person) =>
        StudioLanguage.Find(person?.Account.Language)
        ?? StudioLanguage.Find(http.Request.Cookies[LanguageCookie])
        ?? StudioLanguage.Negotiate(http.Request.Headers.AcceptLanguage);
}
