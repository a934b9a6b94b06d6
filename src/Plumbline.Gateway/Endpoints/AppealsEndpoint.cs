using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Reviews;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Endpoints;

/// <summary>Appeals: whoever got a decision that does not pass has people look at it, and asks how that stands. Nobody is told whether decisions of others exist.</summary>
internal sealed class AppealsEndpoint(GatewayServices services, RecentDecisions recent, ReviewHandover handover)
{
    private const int LongestReason = 10_000;
    private static readonly string[] RootFields = ["decision", "reason"];

    internal async Task AppealAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, services.Options.Limits);
        JsonFields.CheckKnown(body.Root, RootFields, string.Empty);
        var id =
            JsonFields.Text(body.Root, "decision") is { Length: > 0 } named && Identifier.Is(named)
                ? named
                : throw JsonFields.Wrong(string.Empty, "decision", "the id of a decision");
        var reason = JsonFields.Text(body.Root, "reason");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason)
        {
            throw JsonFields.Wrong(string.Empty, "reason", $"a text of 1 to {LongestReason} characters");
        }

        var decision = Own(context, id);
        switch (await handover.AppealAsync(decision, reason, context.RequestAborted))
        {
            case AppealReply.Undecided:
                throw new ApiException(
                    409,
                    "appeal_too_early",
                    "People have not decided about this yet; what they decide can be appealed."
                );
            case AppealReply.AppealedBefore:
                throw new ApiException(409, "appealed_before", "This was appealed before; a decision is appealed once.");
            case AppealReply.Erased:
                throw new ApiException(409, "appeal_too_late", "The texts were erased, so nobody could look at it again.");
        }

        await AnswerAsync(context, id, status: 201);
    }

    internal Task FindAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["decision"]!;
        _ = Own(context, id);
        return AnswerAsync(context, id, status: 200);
    }

    private ReviewedDecision Own(HttpContext context, string id) =>
        recent.Find(id, GatewayServices.ClientOf(context))
        ?? throw new ApiException(
            404,
            "unknown_decision",
            $"There is no decision of that id that was made for you, did not pass, and is at most {services.Options.Reviews.AppealHours} hours old."
        );

    private async Task AnswerAsync(HttpContext context, string id, int status)
    {
        var standing = await handover.FindAsync(id, context.RequestAborted);
        await JsonResponse.WriteAsync(context, json => Write(json, id, standing), status);
    }

    private static void Write(Utf8JsonWriter json, string id, ReviewStanding? standing)
    {
        json.WriteStartObject();
        json.WriteString("decision", id);
        json.WriteString(
            "state",
            standing switch
            {
                null => "none",
                { Outcome: null } => "open",
                _ => "decided",
            }
        );
        json.WriteString("outcome", standing?.Outcome is { } outcome ? WireNames.Of(outcome) : null);
        json.WriteBoolean("appealed", standing?.IsAppealed ?? false);
        json.WriteBoolean("final", standing?.IsFinal ?? false);
        json.WriteEndObject();
    }
}
