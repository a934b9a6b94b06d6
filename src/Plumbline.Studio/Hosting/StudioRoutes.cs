using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Studio.Access;

namespace Plumbline.Studio.Hosting;

/// <summary>Maps pages and forms. Every form is checked to come from our own pages; what needs somebody who signed in is said here, once.</summary>
internal static class StudioRoutes
{
    /// <summary>The largest form, in bytes.</summary>
    private const long LargestForm = 4 << 20;

    /// <summary>The name of the stricter limit of attempts.</summary>
    public const string Attempts = "attempts";

    /// <summary>A page that anybody may see.</summary>
    public static RouteHandlerBuilder MapOpenPage(this IEndpointRouteBuilder routes, string path, Delegate handle) =>
        routes.MapGet(path, handle);

    /// <summary>A page for people who signed in.</summary>
    public static RouteHandlerBuilder MapPage(this IEndpointRouteBuilder routes, string path, Delegate handle) =>
        routes.MapGet(path, handle).AddEndpointFilter(RequirePersonAsync);

    /// <summary>A form that anybody may send, as often as the limit of attempts allows.</summary>
    public static RouteHandlerBuilder MapOpenForm(this IEndpointRouteBuilder routes, string path, Delegate handle) =>
        routes.MapPost(path, handle).AddEndpointFilter(CheckFormAsync).RequireRateLimiting(Attempts).DisableAntiforgery();

    /// <summary>A form for people who signed in.</summary>
    public static RouteHandlerBuilder MapForm(this IEndpointRouteBuilder routes, string path, Delegate handle) =>
        routes.MapPost(path, handle).AddEndpointFilter(RequirePersonAsync).AddEndpointFilter(CheckFormAsync).DisableAntiforgery();

    /// <summary>Who asks; only in handlers of pages and forms for people who signed in.</summary>
    public static Person Person(this HttpContext http) => http.Features.GetRequiredFeature<Person>();

    /// <summary>What does not exist for whoever asks.</summary>
    public static IResult Missing(this HttpContext http) =>
        http.RequestServices.GetRequiredService<PageFactory>().Notice(http, "notice.missing", StatusCodes.Status404NotFound);

    /// <summary>Leads to a page after a form; browsers load it anew and never send the form twice.</summary>
    public static IResult SeeOther(this HttpContext http, string path)
    {
        http.Response.Headers.Location = path;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>A path of ours to lead back to, whatever stood in a form.</summary>
    public static string Local(string? path) =>
        path is { Length: > 0 and < 1000 }
        && path[0] == '/'
        && !path.StartsWith("//", StringComparison.Ordinal)
        && !path.Contains('\\', StringComparison.Ordinal)
        && !path.Any(char.IsControl)
            ? path
            : "/";

    private static async ValueTask<object?> RequirePersonAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.Features.Get<Person>() is not null ? await next(context)
            : HttpMethods.IsGet(http.Request.Method)
                ? http.SeeOther("/signin?back=" + Uri.EscapeDataString(http.Request.Path + http.Request.QueryString))
            : http.SeeOther("/signin");
    }

    private static async ValueTask<object?> CheckFormAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestForm;
        }

        await http.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(http);
        return await next(context);
    }
}
