using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Plumbline.Gateway.Tests;

/// <summary>A model's server on this machine that answers as a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication app;

    private ScriptedUpstream(WebApplication app) => this.app = app;

    internal List<UpstreamRequest> Requests { get; } = [];

    internal Uri Root => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    internal string Endpoint => $"{Root}v1";

    internal static async Task<ScriptedUpstream> StartAsync(Func<HttpContext, UpstreamRequest, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        var upstream = new ScriptedUpstream(web);
        web.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var request = new UpstreamRequest(
                context.Request.Path,
                context.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                await reader.ReadToEndAsync()
            );
            lock (upstream.Requests)
            {
                upstream.Requests.Add(request);
            }

            try
            {
                await answer(context, request);
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException)
            {
                // The gateway went away, which some tests want.
            }
        });
        await web.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}

/// <summary>What a model's server was asked.</summary>
internal sealed record UpstreamRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    internal JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>Answers of a model's server.</summary>
internal static class Answer
{
    internal static async Task JsonAsync(this HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    internal static Task ChatAsync(this HttpContext context, string text) =>
        context.JsonAsync(
            $$$"""{"id":"chatcmpl-1","object":"chat.completion","created":17,"model":"tiny","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":{{{Quoted(text)}}}}}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"""
        );

    /// <summary>A streamed chat answer in these pieces.</summary>
    internal static async Task StreamAsync(this HttpContext context, params IEnumerable<string> pieces)
    {
        context.BeginEvents();
        await context.EventAsync(Chunk("""{"role":"assistant","content":""}"""));
        foreach (var piece in pieces)
        {
            await context.EventAsync(Chunk($$"""{"content":{{Quoted(piece)}}}"""));
        }

        await context.EventAsync(Chunk("{}", "stop"));
        await context.EventAsync(
            """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":17,"model":"tiny","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"""
        );
        await context.EventAsync("[DONE]");
    }

    internal static void BeginEvents(this HttpContext context) => context.Response.ContentType = "text/event-stream";

    internal static async Task EventAsync(this HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    internal static string Chunk(string delta, string? finish = null, int index = 0) =>
        $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":17,"model":"tiny","choices":[{"index":{{index}},"delta":{{delta}},"finish_reason":{{(
            finish is null ? "null" : Quoted(finish)
        )}}}]}""";

    internal static string Quoted(string text) => JsonSerializer.Serialize(text);
}
