using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Plumbline.Testing;

/// <summary>An endpoint on this machine that answers as a test scripts it, and remembers what it was asked.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Lock gate = new();
    private readonly List<Received> requests = [];
    private readonly List<Task> answers = [];
    private readonly Func<Received, Reply> answer;
    private readonly Task loop;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int active;

    /// <summary>Starts a server that answers each request by its number, from 0, and content.</summary>
    public ModelServer(Func<Received, Reply> answer)
    {
        this.answer = answer;
        Port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        loop = Run();
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>What was asked.</summary>
    public IReadOnlyList<Received> Requests
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>The most requests that were open at a time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The address up to the version.</summary>
    public string Endpoint => $"http://127.0.0.1:{Port}/v1";

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        stopped.SetResult();
        // A listener that is stopped while an answer is being written closes it from a second thread.
        await Task.WhenAll(Begun());
        listener.Stop();
        await loop;
        listener.Close();
    }

    private Task[] Begun()
    {
        lock (gate)
        {
            return [.. answers];
        }
    }

    private async Task Run()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
            {
                break;
            }

            lock (gate)
            {
                answers.Add(Answer(context));
            }
        }

        await Task.WhenAll(Begun());
    }

    private async Task Answer(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        Received received;
        lock (gate)
        {
            received = new Received(requests.Count, context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], body);
            requests.Add(received);
            active++;
            MostAtOnce = Math.Max(MostAtOnce, active);
        }

        try
        {
            var reply = Scripted(received);
            await Task.WhenAny(reply.Before, stopped.Task);
            lock (gate)
            {
                active--;
            }

            await Write(context.Response, reply);
        }
        catch (Exception failure)
            when (failure is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The client went away, which some tests want.
        }
    }

    // A script that fails is told to the client, which would wait for it otherwise.
    private Reply Scripted(Received received)
    {
        try
        {
            return answer(received);
        }
        catch (Exception failure)
        {
            return Reply.Refusal(400, $"The test's server failed: {failure.Message}");
        }
    }

    private async Task Write(HttpListenerResponse response, Reply reply)
    {
        response.StatusCode = reply.Status;
        response.KeepAlive = !reply.Closes;
        response.ContentType = reply.Pieces is null ? "application/json" : "text/event-stream";
        if (reply.RetryAfter is { } wait)
        {
            response.Headers["Retry-After"] = wait;
        }

        if (reply.Pieces is null)
        {
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(reply.Body));
        }

        foreach (var piece in reply.Pieces ?? [])
        {
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"data: {piece}\n\n"));
            await response.OutputStream.FlushAsync();
        }

        await Task.WhenAny(reply.BeforeEnd, stopped.Task);
        if (reply.CutsOff)
        {
            response.Abort();
            return;
        }

        response.Close();
    }
}

/// <summary>A request.</summary>
public sealed record Received(int Number, string Path, string? Authorization, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>An answer.</summary>
public sealed record Reply(string Body, int Status = 200)
{
    /// <summary>Server-sent events instead of a body.</summary>
    public IReadOnlyList<string>? Pieces { get; init; }

    /// <summary>The header Retry-After.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>What to wait for before anything is sent.</summary>
    public Task Before { get; init; } = Task.CompletedTask;

    /// <summary>What to wait for before the end is sent.</summary>
    public Task BeforeEnd { get; init; } = Task.CompletedTask;

    /// <summary>Whether the connection ends with it: this server closes idle ones after some seconds, which a client may only notice by using one.</summary>
    public bool Closes { get; init; }

    /// <summary>Whether the connection breaks instead of ending.</summary>
    public bool CutsOff { get; init; }

    /// <summary>A chat completion.</summary>
    public static Reply Chat(string text) =>
        new(
            $$$"""{"id":"1","object":"chat.completion","created":1,"model":"tiny","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}}}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"""
        );

    /// <summary>A streamed chat completion.</summary>
    public static Reply Stream(params string[] texts) =>
        new(string.Empty)
        {
            Pieces =
            [
                .. texts.Select(text =>
                    $$$"""{"id":"1","object":"chat.completion.chunk","created":1,"model":"tiny","choices":[{"index":0,"delta":{"content":{{{JsonSerializer.Serialize(text)}}}}}]}"""
                ),
                """{"id":"1","object":"chat.completion.chunk","created":1,"model":"tiny","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
                """{"id":"1","object":"chat.completion.chunk","created":1,"model":"tiny","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""",
                "[DONE]",
            ],
        };

    /// <summary>A refusal.</summary>
    public static Reply Refusal(int status, string message, string? retryAfter = null) =>
        new($$$"""{"error":{"message":{{{JsonSerializer.Serialize(message)}}},"type":"x"}}""", status) { RetryAfter = retryAfter };
}
