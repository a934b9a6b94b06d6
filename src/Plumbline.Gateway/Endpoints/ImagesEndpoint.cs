using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plumbline.Findings;
using Plumbline.Gateway.Answers;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Upstream;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Endpoints;

/// <summary>
/// Images: the prompt is checked before, each image after. An image that the model's server only names is fetched, from that server alone, and sent as the bytes that were checked: what lies at an
/// address may change after the check.
/// </summary>
internal sealed class ImagesEndpoint(GatewayServices services)
{
    private static readonly FieldNames RootNames = new("prompt", "model", "n", "stream", "response_format");

    internal async Task GenerateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, services.Options.Limits);
        RootNames.Check(body.Root, string.Empty);
        var asked = AskedFor.Of(body, services.Options.Checks, prompts: 1);
        if (asked.Streams)
        {
            throw ApiException.BadRequest("'stream' must be false: parts of images cannot be checked.", "stream");
        }

        var prompt = JsonFields.Text(body.Root, "prompt") ?? throw JsonFields.Wrong(string.Empty, "prompt", "a string");
        using var session = services.Begin(context);
        var checker = new RequestChecker(body, session, services.Options.Checks, context.RequestAborted);
        await checker.CheckAsync(body.Root["prompt"]!, prompt, GuardedPart.ImagePrompt);
        if (checker.Stopped is { } stopped)
        {
            throw ApiException.Refused(stopped, "prompt");
        }

        using var answer = await services.Upstream.SendAsync("/images/generations", body.ToSend(), context.Request, context.RequestAborted);
        if (!answer.Succeeded)
        {
            throw await UpstreamErrors.OfAsync(answer, session, services.Upstream, context.RequestAborted);
        }

        using var whole = await answer.ReadJsonAsync(services.Options.Limits.MaxJsonDepth);
        await WriteAsync(context, session, AnswerReading.Root(whole), asked.Choices);
    }

    private async Task WriteAsync(HttpContext context, GuardSession session, JsonElement root, int most)
    {
        var images = new List<(byte[] Image, string? Prompt)>();
        foreach (var item in AnswerReading.Items(root, "data"))
        {
            if (images.Count == most)
            {
                throw AnswerReading.Malformed("more images than were asked for");
            }

            images.Add(await CheckedAsync(session, item, context.RequestAborted));
        }

        await JsonResponse.WriteAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("created", services.Time.GetUtcNow().ToUnixTimeSeconds());
                json.WriteStartArray("data");
                foreach (var (image, prompt) in images)
                {
                    json.WriteStartObject();
                    json.WriteBase64String("b64_json", image);
                    if (prompt is not null)
                    {
                        json.WriteString("revised_prompt", prompt);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
                AnswerHead.WriteUsage(json, root);
                json.WriteEndObject();
            }
        );
    }

    private async Task<(byte[] Image, string? Prompt)> CheckedAsync(GuardSession session, JsonElement item, CancellationToken cancellation)
    {
        var image = AnswerReading.Text(item, "b64_json") is { } text ? Decoded(text) : await FetchedAsync(item, cancellation);
        var decision = await session.CheckImageAsync(image, cancellation);
        if (!decision.Passes)
        {
            throw ApiException.Refused(decision, "data");
        }

        if (AnswerReading.Text(item, "revised_prompt") is not { Length: > 0 } revised)
        {
            return (image, null);
        }

        var said = await session.CheckAsync(GuardedPart.Answer, revised, cancellation);
        return (image, said.Passes ? said.Text ?? revised : GuardJson.Explanation(said));
    }

    private static byte[] Decoded(string text)
    {
        try
        {
            return DataUrl.Base64(text, "b64_json");
        }
        catch (ApiException)
        {
            throw AnswerReading.Malformed("an image that is not base64");
        }
    }

    private async Task<byte[]> FetchedAsync(JsonElement item, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(AnswerReading.Text(item, "url"), UriKind.Absolute, out var address))
        {
            throw AnswerReading.Malformed("an image without content");
        }

        using var file = await services.Upstream.FetchAsync(address, cancellation);
        if (!file.Succeeded || !file.IsImage)
        {
            throw ApiException.BadGateway("upstream_wrong_type", "The model's server named an image that it does not have.");
        }

        return (await file.ReadAllAsync()).ToArray();
    }
}
