using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Plumbline.Findings;
using Plumbline.Moderation;
using Plumbline.Moderation.Decisions;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>The gateway in a process of its own under load from another one.</summary>
public sealed class GuardLoadTests
{
    private const int Clients = 24;
    private const int Requests = 240;
    private const int MoreRounds = 3;
    private const string Constitution = """
        name: privacy-only
        clauses:
          privacy: { text: Keep private data private., framework: duties, hazards: [S7], enforcement: { action: refuse } }
        """;

    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly string Fine = string.Concat(Enumerable.Repeat("Mint grows well on a balcony that gets little sun. ", 60));

    [Fact]
    public async Task No_byte_of_blocked_text_leaves_each_request_has_its_two_decisions_and_memory_stays_flat()
    {
        using var folder = new TemporaryFolder();
        await using var model = new ModelServer(Answered);
        var decisions = folder.File("decisions");
        using var server = await StartedServer.Of(
            folder.Write(
                "guard.yaml",
                $$"""
                guard: { constitution: '{{folder.Write("c.yaml", Constitution)}}', decisions: '{{decisions}}' }
                gateway: { port: 0, upstream: { endpoint: '{{model.Endpoint}}' } }
                """
            )
        );
        using var client = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromMinutes(5) };

        await Round(client, 0);
        var before = ResidentBytes(server);
        for (var round = 1; round <= MoreRounds; round++)
        {
            await Round(client, round);
        }

        var after = ResidentBytes(server);
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} bytes after the first round, {after} after all");
        Assert.Equal(0, await server.Stop());

        // Three rounds carried some 2 million characters of answers, which are held as text several times on their way: what stays may be pools, and no texts.
        Assert.True(after - before < 64 << 20, $"{before} bytes after the first round, {after} after all");
        Assert.Null(DecisionLog.Verify(decisions).Fault);
        var records = DecisionLog.Read(decisions).Select(record => record.Decision).ToList();
        Assert.Equal(2 * Requests * (1 + MoreRounds), records.Count);
        Assert.Equal(records.Count, records.Select(decision => decision.Id).Distinct().Count());
        foreach (var exchange in records.GroupBy(decision => decision.Exchange))
        {
            Assert.Equal([GuardedPart.Prompt, GuardedPart.Answer], exchange.Select(decision => decision.Part));
            Assert.Equal(
                [GuardOutcome.Allow, IsBlocked(Number(exchange.Key!)) ? GuardOutcome.Refuse : GuardOutcome.Allow],
                exchange.Select(decision => decision.Outcome)
            );
        }
    }

    private static async Task Round(HttpClient client, int round)
    {
        var next = -1;
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    while (Interlocked.Increment(ref next) is var number && number < Requests)
                    {
                        await Ask(client, round, number);
                    }
                })
        );
    }

    private static async Task Ask(HttpClient client, int round, int number)
    {
        var streams = number % 2 == 0;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(
                    new
                    {
                        model = "tiny",
                        stream = streams,
                        messages = new[]
                        {
                            new { role = "user", content = $"Which herbs can I grow on a balcony? This is question {number}." },
                        },
                    }
                ),
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Add("x-request-id", $"r{round}-{number}");
        using var response = await client.SendAsync(request, None);
        var body = await response.Content.ReadAsStringAsync(None);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);

        var said = streams
            ? Streamed(body)
            : JsonDocument.Parse(body).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        // With a blank inside, as no id has.
        Assert.DoesNotContain("4111 1", body, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", said, StringComparison.Ordinal);
        if (!IsBlocked(number))
        {
            Assert.Equal(Fine, said);
        }
        else
        {
            Assert.Contains("\"content_filter\"", body, StringComparison.Ordinal);
            Assert.Contains("\"outcome\":\"refuse\"", body, StringComparison.Ordinal);
        }
    }

    private static string Streamed(string body)
    {
        var events = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).ToList();
        Assert.Equal("[DONE]", events[^1]);
        var said = new StringBuilder();
        foreach (var data in events.SkipLast(1))
        {
            foreach (var choice in JsonDocument.Parse(data).RootElement.GetProperty("choices").EnumerateArray())
            {
                if (choice.GetProperty("delta").TryGetProperty("content", out var piece))
                {
                    said.Append(piece.GetString());
                }
            }
        }

        return said.ToString();
    }

    private static Reply Answered(Received request)
    {
        var question = request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var number = int.Parse(question.Split(' ')[^1].TrimEnd('.'), CultureInfo.InvariantCulture);
        var pieces = IsBlocked(number)
            ? [Fine[..1500], "Pay with 41", "11 1111 ", "1111 11", "11 now. ", Fine]
            : Fine.Chunk(300).Select(piece => new string(piece));
        return request.Json.GetProperty("stream").GetBoolean() ? Reply.Stream([.. pieces]) : Reply.Chat(string.Concat(pieces));
    }

    private static bool IsBlocked(int number) => number % 3 == 0;

    private static int Number(string exchange) => int.Parse(exchange.Split('-')[1], CultureInfo.InvariantCulture);

    // Where the system does not tell, nothing is measured.
    private static long ResidentBytes(StartedServer server)
    {
        server.Process.Refresh();
        return server.Process.WorkingSet64;
    }
}
