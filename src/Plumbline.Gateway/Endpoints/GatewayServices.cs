using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Reviews;
using Plumbline.Gateway.Telemetry;
using Plumbline.Gateway.Upstream;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Endpoints;

/// <summary>What every endpoint needs.</summary>
internal sealed class GatewayServices(
    GatewayOptions options,
    IGuardSource guards,
    UpstreamClient upstream,
    GatewayMetrics metrics,
    TimeProvider time,
    DecisionKeeper? keeper = null
)
{
    private const int MostIdsInHeader = 16;
    private readonly SessionRules rules = SessionRules.Of(options);

    internal GatewayOptions Options => options;

    internal IGuardSource Guards => guards;

    internal UpstreamClient Upstream => upstream;

    internal GatewayMetrics Metrics => metrics;

    internal TimeProvider Time => time;

    /// <summary>Begins a request's session: what it decides stands in the response's headers, as far as it is decided before they leave.</summary>
    internal GuardSession Begin(HttpContext context)
    {
        var session = new GuardSession(guards.Lease(), rules, metrics, time, ExchangeOf(context), keeper, ClientOf(context));
        context.Items[typeof(GuardSession)] = session;
        context.Response.OnStarting(() =>
        {
            WriteHeaders(context.Response.Headers, session);
            return Task.CompletedTask;
        });
        return session;
    }

    /// <summary>The session of a request; null where it has none.</summary>
    internal static GuardSession? SessionOf(HttpContext context) => context.Items[typeof(GuardSession)] as GuardSession;

    /// <summary>Who asks: the client's name.</summary>
    internal static string ClientOf(HttpContext context) => context.Items["client"] as string ?? GuardSession.Nobody;

    /// <summary>What the client calls the exchange, or the server where it does not.</summary>
    private static string ExchangeOf(HttpContext context) =>
        context.Request.Headers["x-request-id"] is [{ Length: > 0 } given] && Identifier.Is(given) ? given : context.TraceIdentifier;

    private static void WriteHeaders(IHeaderDictionary headers, GuardSession session)
    {
        if (session.Outcome is { } outcome)
        {
            headers["x-guard-outcome"] = WireNames.Of(outcome);
            var ids = session
                .Decisions.OrderByDescending(decision => decision.Outcome)
                .Take(MostIdsInHeader)
                .Select(decision => decision.Id)
                .Where(Identifier.Is);
            headers["x-guard-decision"] = string.Join(',', ids);
        }
    }
}
