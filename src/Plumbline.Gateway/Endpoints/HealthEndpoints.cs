using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Hosting;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Endpoints;

/// <summary>Whether it lives, and whether it can guard.</summary>
internal sealed class HealthEndpoints(GatewayServices services, ClientGate gate)
{
    internal static Task LiveAsync(HttpContext context) =>
        JsonResponse.WriteAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("status", "live");
                json.WriteEndObject();
            }
        );

    // A reload that failed does not make it unready: the guard before goes on.
    internal Task ReadyAsync(HttpContext context)
    {
        var status = services.Guards.Status;
        var showsAll = services.Options.Telemetry.IsOpen || gate.Knows(context.Request);
        return JsonResponse.WriteAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("status", "ready");
                json.WriteBoolean("last_reload_failed", status.LastFailure is not null);
                if (showsAll)
                {
                    json.WriteString("constitution", status.Constitution);
                    json.WriteString("since", status.Since);
                    json.WriteNumber("reloads", status.Reloads);
                    json.WriteNumber("failed_reloads", status.FailedReloads);
                    json.WriteString("last_failure", status.LastFailure);
                }

                json.WriteEndObject();
            }
        );
    }
}
