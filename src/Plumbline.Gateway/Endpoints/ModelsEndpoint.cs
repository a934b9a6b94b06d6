using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Upstream;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Endpoints;

/// <summary>The models that the server has, as it lists them.</summary>
internal sealed class ModelsEndpoint(GatewayServices services)
{
    internal async Task ListAsync(HttpContext context)
    {
        using var answer = await services.Upstream.SendAsync("/models", default, context.Request, context.RequestAborted);
        if (!answer.Succeeded)
        {
            throw await UpstreamErrors.OfAsync(answer, session: null, services.Upstream, context.RequestAborted);
        }

        using var models = await answer.ReadJsonAsync(services.Options.Limits.MaxJsonDepth);
        await JsonResponse.WriteAsync(context, models.RootElement.WriteTo);
    }
}
