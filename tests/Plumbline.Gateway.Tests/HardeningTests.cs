using System.Text;

namespace Plumbline.Gateway.Tests;

/// <summary>Requests that are made to harm.</summary>
public sealed class HardeningTests
{
    private const string Path = "/v1/chat/completions";

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options => options with { Limits = options.Limits with { MaxBodyBytes = 2000 } }
        );

        using var declared = await gateway.ChatAsync(new string('x', 3000));
        var chunked = await gateway.RawAsync(
            $"POST {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n{new string(' ', 4096)}\r\n0\r\n\r\n"
        );

        Assert.Equal(413, (int)declared.StatusCode);
        Assert.Equal("request_too_large", (await declared.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith("HTTP/1.1 413 ", Encoding.ASCII.GetString(chunked));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"messages":[{"role":"user","content":"zorblax"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a","content":"zorblax"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a","c\u006fntent":"zorblax"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a","Content":"zorblax"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a","tool_callſ":"zorblax"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"Messages":[]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"x":{"y":1,"y":2}}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a\ud800"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":{"a":1}}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[1]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"YQ=="}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://169.254.169.254/a.png"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:text/html;base64,YQ=="}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,!!"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":7}]}]}""")]
    [InlineData("""{"messages":[{"role":"a role of many words","content":"a"}]}""")]
    [InlineData("""{"messages":[{"content":"a"}]}""")]
    [InlineData("""{"messages":["a"]}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"messages":7}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"stream":"true"}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"n":1000}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"chat_template":"{{ 'zorblax' }}"}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"tools":7}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]} {}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("")]
    public async Task A_body_that_two_readers_could_read_differently_is_refused(string json)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var response = await gateway.PostAsync(Path, json);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("invalid_request_error", (await response.JsonAsync()).GetProperty("error").GetProperty("type").GetString());
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Json_that_nests_too_deep_or_is_no_text_is_refused()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        var deep = $$"""{"messages":[{"role":"user","content":"a"}],"x":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""";

        using var nested = await gateway.PostAsync(Path, deep);
        using var bytes = new ByteArrayContent([.. """{"messages":[{"role":"user","content":"a"""u8, 0xC3, 0x28, .. "\"}]}"u8]);
        bytes.Headers.ContentType = new("application/json");
        using var invalid = await gateway.Http.PostAsync(Path, bytes);

        Assert.Equal(400, (int)nested.StatusCode);
        Assert.Equal(400, (int)invalid.StatusCode);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/json", "gzip")]
    public async Task A_body_of_another_type_is_refused(string type, string? encoding)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var content = new StringContent(TestGateway.ChatJson("Hi"), Encoding.UTF8, type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await gateway.Http.PostAsync(Path, content);

        Assert.Equal(415, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("Content-Length: 5\r\n")]
    [InlineData("content-length: 500\r\n")]
    [InlineData("Host: elsewhere\r\n")]
    [InlineData("Content-Type: text/plain\r\n")]
    [InlineData("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    [InlineData("X: a\nTransfer-Encoding: chunked\r\n")]
    [InlineData("X: a\r\n folded\r\n")]
    [InlineData(" X: a\r\n")]
    [InlineData("X\0: a\r\n")]
    public async Task Headers_that_two_servers_could_read_differently_are_refused_and_the_connection_ends(string headers)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        var request = TestGateway.RawRequest(Path, TestGateway.ChatJson("Hi"), headers).Replace("Connection: close\r\n", string.Empty);
        // What a smuggler would have the next server take for a request.
        var answer = Encoding.ASCII.GetString(await gateway.RawAsync(request + "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"));

        Assert.StartsWith("HTTP/1.1 4", answer);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("http://169.254.169.254/v1/models", "localhost", 400)]
    [InlineData("http://evil.example/v1/models", "evil.example", 421)]
    [InlineData("http://localhost/v1/models", "localhost", 200)]
    [InlineData("//evil.example/v1/models", "localhost", 404)]
    [InlineData("/v1/models/../../admin", "localhost", 404)]
    [InlineData("/v1/%2e%2e/models", "localhost", 404)]
    [InlineData("/v1/models", "evil.example", 421)]
    [InlineData("/v1/models", "127.0.0.1", 200)]
    [InlineData("/v1/models", "[::1]", 200)]
    public async Task No_target_decides_where_the_gateway_connects(string target, string host, int status)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.JsonAsync("""{"data":[]}"""));
        var answer = Encoding.ASCII.GetString(
            await gateway.RawAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        );

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.All(gateway.Upstream.Requests, request => Assert.Equal("/v1/models", request.Path));
    }

    [Fact]
    public async Task Too_many_or_too_long_headers_are_refused()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        var many = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: a\r\n"));
        var longOne = $"X: {new string('a', 40_000)}\r\n";
        foreach (var headers in (string[])[many, longOne])
        {
            var answer = await gateway.RawAsync($"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
            Assert.StartsWith("HTTP/1.1 431 ", Encoding.ASCII.GetString(answer));
        }

        var target = await gateway.RawAsync($"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 414 ", Encoding.ASCII.GetString(target));
    }

    [Fact]
    public async Task Slow_clients_are_cut_off()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options => options with { Limits = options.Limits with { HeadersTimeoutSeconds = 0.5, GraceSeconds = 1.01 } }
        );
        // Neither sends its last bytes.
        var headers = gateway.RawAsync($"POST {Path} HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        var body = gateway.RawAsync(
            $"POST {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{"
        );

        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(await headers));
        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(await body));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_client_that_does_not_read_slows_the_server_down_and_fills_no_memory()
    {
        var sent = 0L;
        var ended = new TaskCompletionSource();
        var piece = new string('x', 8000);
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                try
                {
                    while (true)
                    {
                        await context.EventAsync(Answer.Chunk($$"""{"content":"{{piece}}"}"""));
                        Interlocked.Add(ref sent, piece.Length);
                    }
                }
                finally
                {
                    ended.SetResult();
                }
            },
            options =>
                options with
                {
                    Limits = options.Limits with { ReadTimeoutSeconds = 1 },
                    Upstream = options.Upstream with { MaxAnswerBytes = 1 << 30 },
                }
        );
        using var socket = await gateway.ConnectAsync();
        socket.ReceiveBufferSize = 4096;
        await socket.SendAsync(Encoding.UTF8.GetBytes(TestGateway.RawRequest(Path, TestGateway.ChatJson("Hi", stream: true))));

        // The gateway gives the client up; the kernel's own buffers are all that was filled.
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.InRange(Interlocked.Read(ref sent), 1, 64 << 20);
    }

    [Fact]
    public async Task Only_known_headers_reach_the_server_and_the_key_is_the_gateways_own()
    {
        Environment.SetEnvironmentVariable("GATEWAY_TEST_KEY", "own-key");
        await using var gateway = await TestGateway.StartAsync(
            (context, request) =>
                request.Path == "/v1/models"
                    ? context.JsonAsync("""{"error":{"message":"bad key own-key"}}""", 400)
                    : context.ChatAsync("Hello"),
            options => options with { Upstream = options.Upstream with { ApiKeyVariable = "GATEWAY_TEST_KEY" } }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(TestGateway.ChatJson("Hi"), Encoding.UTF8, "application/json"),
        };
        foreach (
            var (name, value) in ((string, string)[])
                [
                    ("Authorization", "Bearer clients-key"),
                    ("Cookie", "a=b"),
                    ("X-Forwarded-For", "1.2.3.4"),
                    ("X-Request-Id", "request-7"),
                    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                    ("baggage", "a=b"),
                ]
        )
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await gateway.Http.SendAsync(request);
        using var models = await gateway.Http.GetAsync("/v1/models");

        var headers = gateway.Upstream.Requests[0].Headers;
        Assert.Equal("Bearer own-key", headers["Authorization"]);
        Assert.Equal("request-7", headers["X-Request-Id"]);
        Assert.Equal(
            ["authorization", "content-length", "content-type", "host", "x-request-id"],
            headers.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal)
        );
        Assert.Equal("request-7", gateway.Guard.Asked[0].Exchange);
        Assert.DoesNotContain("own-key", await models.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", 405)]
    [InlineData("POST", "/v1/models", 405)]
    [InlineData("POST", "/v1/embeddings", 404)]
    [InlineData("POST", "/v1/images/edits", 404)]
    [InlineData("DELETE", "/v1/models/tiny", 404)]
    [InlineData("GET", "/", 404)]
    public async Task Nothing_else_is_there(string method, string path, int status)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await gateway.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("unknown_url", (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(response.Headers.Contains("Server"));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Other_hosts_are_known_by_name()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("Hello"),
            options => options with { Hosts = ["guard.example"] }
        );
        foreach (var (host, status) in ((string, int)[])[("guard.example", 200), ("GUARD.example:8080", 200), ("localhost", 421)])
        {
            var answer = await gateway.RawAsync($"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            Assert.StartsWith($"HTTP/1.1 {status} ", Encoding.ASCII.GetString(answer));
        }
    }
}
