using System.ClientModel;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenAI;
using Plumbline.Gateway.Telemetry;

namespace Plumbline.Gateway.Tests;

/// <summary>A gateway in front of a scripted server, both on ports of their own.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestGateway(WebApplication app, ScriptedUpstream upstream, GuardSource source, WordGuard guard)
    {
        this.app = app;
        Upstream = upstream;
        Source = source;
        Guard = guard;
        Address = new Uri(app.Urls.First());
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    internal ScriptedUpstream Upstream { get; }

    internal GuardSource Source { get; }

    internal WordGuard Guard { get; }

    internal Uri Address { get; }

    internal HttpClient Http { get; }

    internal IServiceProvider Services => app.Services;

    /// <summary>The official client, which knows of no guard.</summary>
    internal OpenAIClient OpenAI(string key = "client-key") =>
        new(
            new ApiKeyCredential(key),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(Address, "v1"),
                RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0),
            }
        );

    internal static async Task<TestGateway> StartAsync(
        Func<HttpContext, UpstreamRequest, Task> answer,
        Func<GatewayOptions, GatewayOptions>? change = null,
        WordGuard? guard = null,
        Func<CancellationToken, Task<Moderation.IGuard>>? load = null,
        TimeProvider? time = null,
        IReviewDesk? reviews = null,
        Action<string>? warn = null
    )
    {
        var upstream = await ScriptedUpstream.StartAsync(answer);
        guard ??= new WordGuard();
        var source = new GuardSource(
            guard,
            load ?? (_ => Task.FromResult<Moderation.IGuard>(new WordGuard("constitution-2"))),
            TimeProvider.System
        );
        var options = new GatewayOptions
        {
            Port = 0,
            Upstream = new UpstreamOptions { Endpoint = upstream.Endpoint },
        };
        var web = GatewayHost.Create(
            change?.Invoke(options) ?? options,
            source,
            time ?? TimeProvider.System,
            reviews,
            warn is null ? null : logging => logging.AddProvider(new LineLoggerProvider(warn))
        );
        await web.StartAsync();
        return new TestGateway(web, upstream, source, guard);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        await Upstream.DisposeAsync();
        Source.Dispose();
    }

    internal async Task<HttpResponseMessage> PostAsync(string path, string json, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await Http.SendAsync(request);
    }

    internal Task<HttpResponseMessage> ChatAsync(string text, bool stream = false, string more = "") =>
        PostAsync("/v1/chat/completions", ChatJson(text, stream, more));

    internal static string ChatJson(string text, bool stream = false, string more = "") =>
        $$"""{"model":"tiny","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":{{Answer.Quoted(text)}}}]{{more}}}""";

    /// <summary>Sends bytes as they are, and reads whatever comes until the connection ends.</summary>
    internal async Task<byte[]> RawAsync(string request, TimeSpan? patience = null)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        return await ReadAllAsync(socket, patience ?? TimeSpan.FromSeconds(20));
    }

    internal async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Address.Host, Address.Port);
        return socket;
    }

    internal static async Task<byte[]> ReadAllAsync(Socket socket, TimeSpan patience)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        using var end = new CancellationTokenSource(patience);
        try
        {
            while (await socket.ReceiveAsync(buffer, end.Token) is var read and > 0)
            {
                bytes.Write(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }

        return bytes.ToArray();
    }

    /// <summary>A request as bytes on a wire, whose connection ends with the answer.</summary>
    internal static string RawRequest(string path, string json, string headers = "") =>
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\nConnection: close\r\n{headers}\r\n{json}";
}

/// <summary>Reads answers.</summary>
internal static class Reading
{
    internal static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;

    internal static async Task<List<string>> EventsAsync(this HttpResponseMessage response) =>
        Events(await response.Content.ReadAsStringAsync());

    internal static List<string> Events(string body) =>
        [.. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(part => part["data: ".Length..])];

    internal static string Text(this IEnumerable<string> events, string field = "content", int index = 0)
    {
        var text = new StringBuilder();
        foreach (var data in events.Where(data => data != "[DONE]"))
        {
            foreach (var choice in JsonDocument.Parse(data).RootElement.GetProperty("choices").EnumerateArray())
            {
                var holder = choice.TryGetProperty("delta", out var delta) ? delta : choice;
                if (choice.GetProperty("index").GetInt32() == index && holder.TryGetProperty(field, out var piece))
                {
                    text.Append(piece.GetString());
                }
            }
        }

        return text.ToString();
    }
}
