using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Answers;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Upstream;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Endpoints;

/// <summary>Chat and legacy completions, whole and in pieces: the prompt is checked before the model's server sees it, the answer before the client does.</summary>
internal sealed class AnswerEndpoint(GatewayServices services)
{
    internal async Task ChatAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, services.Options.Limits);
        var request = ChatRequest.Of(body, services.Options.Checks);
        using var session = services.Begin(context);
        var stopped = await request.CheckAsync(session, context.RequestAborted);
        await AnswerAsync(context, AnswerShape.Chat, session, request.Asked, body, stopped);
    }

    internal async Task CompleteAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, services.Options.Limits);
        var request = CompletionRequest.Of(body, services.Options.Checks);
        using var session = services.Begin(context);
        var stopped = await request.CheckAsync(session, context.RequestAborted);
        await AnswerAsync(context, AnswerShape.Completion, session, request.Asked, body, stopped);
    }

    private async Task AnswerAsync(
        HttpContext context,
        AnswerShape shape,
        GuardSession session,
        AskedFor asked,
        RequestBody body,
        GuardDecision? stopped
    )
    {
        if (stopped is not null)
        {
            if (services.Options.Checks.RefusedPrompts == RefusalShape.Error)
            {
                throw ApiException.Refused(stopped, shape.IsChat ? "messages" : "prompt");
            }

            await Refusals.WriteAsync(context, shape, asked, stopped, services.Time.GetUtcNow());
            return;
        }

        using var answer = await services.Upstream.SendAsync(shape.Path, body.ToSend(), context.Request, context.RequestAborted);
        if (!answer.Succeeded)
        {
            throw await UpstreamErrors.OfAsync(answer, session, services.Upstream, context.RequestAborted);
        }

        if (asked.Streams)
        {
            await StreamAsync(context, shape, session, asked, answer);
            return;
        }

        using var whole = await answer.ReadJsonAsync(services.Options.Limits.MaxJsonDepth);
        var check = new WholeAnswer(shape, session, asked, services.Options, context.RequestAborted);
        await JsonResponse.WriteAsync(context, await check.CheckAsync(whole));
    }

    private async Task StreamAsync(HttpContext context, AnswerShape shape, GuardSession session, AskedFor asked, UpstreamAnswer answer)
    {
        answer.Expect("text/event-stream");
        services.Metrics.CountStreams(1);
        try
        {
            var events = new EventReader(answer, services.Options.Upstream.MaxEventBytes);
            using var stream = new StreamedAnswer(
                shape,
                session,
                asked,
                services.Options,
                events,
                new EventWriter(context),
                context.RequestAborted
            );
            await stream.RunAsync();
        }
        finally
        {
            services.Metrics.CountStreams(-1);
        }
    }
}
