using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Hosting;
using Plumbline.Gateway.Reviews;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation.Calibration;

namespace Plumbline.Gateway.Endpoints;

/// <summary>Whether it lives, and whether it can guard.</summary>
internal sealed class HealthEndpoints(GatewayServices services, ClientGate gate, ReviewHandover? handover = null)
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

    // A reload that failed does not make it unready: the guard before goes on. Nor does a store of reviews that fails, as all that needs no person goes on, nor a drift, which people look into.
    internal Task ReadyAsync(HttpContext context)
    {
        var status = services.Guards.Status;
        var alarms = Alarms();
        var showsAll = services.Options.Telemetry.IsOpen || gate.Knows(context.Request);
        return JsonResponse.WriteAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("status", "ready");
                json.WriteBoolean("last_reload_failed", status.LastFailure is not null);
                json.WriteBoolean("reviews_failing", handover?.IsFailing ?? false);
                json.WriteBoolean("drifting", alarms.Count > 0);
                if (showsAll)
                {
                    json.WriteString("constitution", status.Constitution);
                    json.WriteString("since", status.Since);
                    json.WriteNumber("reloads", status.Reloads);
                    json.WriteNumber("failed_reloads", status.FailedReloads);
                    json.WriteString("last_failure", status.LastFailure);
                    json.WriteStartArray("drift");
                    foreach (var alarm in alarms)
                    {
                        json.WriteStartObject();
                        json.WriteString("detector", alarm.Detector);
                        json.WriteString("hazard", alarm.Hazard);
                        json.WriteString("language", alarm.Language);
                        json.WriteNumber("texts", alarm.Seen);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }
        );
    }

    private List<DriftStatus> Alarms()
    {
        using var lease = services.Guards.Lease();
        return [.. lease.Guard.Drift.Where(one => one.IsAlarmed)];
    }
}
