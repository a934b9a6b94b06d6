using Microsoft.AspNetCore.Http;

namespace Plumbline.Gateway.Hosting;

/// <summary>What keeps browsers from taking an answer for a page.</summary>
internal static class SecurityHeaders
{
    internal static void Add(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
    }
}
