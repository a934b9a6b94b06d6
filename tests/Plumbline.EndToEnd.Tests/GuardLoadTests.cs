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
    private const int Requests = 180;
    private const int WarmRounds = 3;
    private const int Rounds = 6;
    private const string Constitution = """
        name: privacy-only
        clauses:
          privacy: { text: Keep private data private., framework: duties, hazards: [S7], enforcement: { action: refuse } }
        """;

    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly string Fine = string.Concat(Enumerable.Repeat("Mint grows well on a balcony that gets little sun. ", 60));

    // Whole answers cost a fraction of a stream's checks, and are long enough for a leak to show.
    private static readonly string Long = string.Concat(Enumerable.Repeat(Fine, 13));

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
            ),
            // Young objects take 4 MB at most before they are collected: what the process holds says more of what it keeps.
            ("DOTNET_GCgen0size", "400000")
        );
        using var client = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromMinutes(5) };

        var before = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            before = round == WarmRounds ? ResidentBytes(server) : before;
            await Round(client, round);
        }

        var after = ResidentBytes(server);
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} bytes after the first rounds, {after} after all");
        Assert.Equal(0, await server.Stop());

        // What came in between carried over 16 million characters of answers, 32 MB as text: what stays may be pools, and no texts.
        Assert.True(after - before < 28 << 20, $"{before} bytes after the first rounds, {after} after all");
        Assert.Null(DecisionLog.Verify(decisions).Fault);
        var records = DecisionLog.Read(decisions).Select(record => record.Decision).ToList();
        Assert.Equal(2 * Requests * Rounds, records.Count);
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
        var streams = Streams(number);
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
            Assert.Equal(streams ? Fine : Long, said);
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
        var text = Streams(number) ? Fine : Long;
        IEnumerable<string> pieces = IsBlocked(number)
            ? [text[..1500], "Pay with 41", "11 1111 ", "1111 11", "11 now. ", text]
            : text.Chunk(300).Select(piece => new string(piece));
        var reply = Streams(number) ? Reply.Stream([.. pieces]) : Reply.Chat(string.Concat(pieces));
        return reply with { Closes = true };
    }

    private static bool Streams(int number) => number % 4 == 0;

    private static bool IsBlocked(int number) => number % 3 == 0;

    private static int Number(string exchange) => int.Parse(exchange.Split('-')[1], CultureInfo.InvariantCulture);

    // Where the system does not tell, nothing is measured.
    private static long ResidentBytes(StartedServer server)
    {
        server.Process.Refresh();
        return server.Process.WorkingSet64;
    }
}
