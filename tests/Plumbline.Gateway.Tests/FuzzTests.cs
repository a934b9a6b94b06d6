using System.Text;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Gateway.Tests;

/// <summary>Damaged requests and answers, through the whole gateway: understood or refused, never a failure within.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 600;

    [Fact]
    public async Task Damaged_requests_are_answered_or_refused()
    {
        byte[][] good =
        [
            Encoding.UTF8.GetBytes(
                """{"model":"tiny","messages":[{"role":"user","content":[{"type":"text","text":"a\u00e9\ud83d\ude00"},{"type":"image_url","image_url":{"url":"data:image/png;base64,YWJj"}}]},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]}],"n":2,"tools":[{"type":"function","function":{"name":"f"}}]}"""
            ),
            Encoding.UTF8.GetBytes(TestGateway.ChatJson("my secret7 Grüße", stream: true)),
        ];
        await using var gateway = await TestGateway.StartAsync(
            (context, request) =>
                request.Body.Contains("\"stream\":true", StringComparison.Ordinal)
                    ? context.StreamAsync("Hello")
                    : context.ChatAsync("Hello")
        );

        foreach (var input in Damaged(good))
        {
            using var content = new ByteArrayContent(input);
            content.Headers.ContentType = new("application/json");
            using var response = await gateway.Http.PostAsync("/v1/chat/completions", content);
            // 502 where the damage changed what the answer should be.
            Assert.True((int)response.StatusCode is 200 or 400 or 502, Told(response, input));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Damaged_answers_are_checked_or_refused(bool stream)
    {
        var current = Array.Empty<byte>();
        byte[] whole = Encoding.UTF8.GetBytes(
            """{"id":"1","created":1,"model":"tiny","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"zorblax \u00e9","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}}],"usage":{"total_tokens":1}}"""
        );
        byte[] events = Encoding.UTF8.GetBytes(
            $"data: {Answer.Chunk("""{"role":"assistant","content":"some zor"}""")}\n\ndata: {Answer.Chunk("""{"content":"blax","tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}""")}\n\ndata: {Answer.Chunk("{}", "stop")}\n\ndata: [DONE]\n\n"
        );
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = stream ? "text/event-stream" : "application/json";
                await context.Response.Body.WriteAsync(current);
            }
        );

        foreach (var input in Damaged([stream ? events : whole]))
        {
            current = input;
            using var response = await gateway.ChatAsync("Hi", stream);
            var body = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode is 200 or 502, Told(response, input));
            Assert.DoesNotContain(WordGuard.Bad, body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("internal_error", body);
        }
    }

    private static List<byte[]> Damaged(byte[][] good)
    {
        var inputs = new List<byte[]>();
        ByteFuzzer.Run(good, Rounds, new Seed(7), inputs.Add);
        return inputs;
    }

    private static string Told(HttpResponseMessage response, byte[] input) => $"{response.StatusCode} on {Convert.ToBase64String(input)}";
}
