using System.Text;
using System.Text.Json;
using CsCheck;

namespace Plumbline.Gateway.Tests;

/// <summary>What must not pass is in no byte that a client receives.</summary>
public sealed class NoLeakTests
{
    private static readonly string[] Words = ["the ", "gate ", "🚪", "zor", "blax", "sec", "ret7", "ünd ", WordGuard.Private, "\n"];

    // Texts that often hold what must not pass, cut anywhere.
    private static readonly Gen<(string[] Pieces, string Field)> Streams =
        from words in Gen.OneOf(Words).Array[1, 30]
        from bad in Gen.Frequency((1, string.Empty), (2, WordGuard.Bad))
        from at in Gen.Int[0, words.Length]
        from cuts in Gen.Int[1, 6].Array[1, 200]
        from field in Gen.OneOf("content", "reasoning_content", "refusal", "arguments")
        select (Cut(string.Concat(words[..at]) + bad + string.Concat(words[at..]), cuts), field);

    [Fact]
    public async Task Blocked_text_is_in_no_byte_of_a_stream()
    {
        var current = (Pieces: Array.Empty<string>(), Field: string.Empty);
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                var isFirst = true;
                foreach (var piece in current.Pieces)
                {
                    var begin = isFirst ? """ "id":"c","type":"function", """ : string.Empty;
                    var name = isFirst ? """ "name":"weather", """ : string.Empty;
                    isFirst = false;
                    await context.EventAsync(
                        Answer.Chunk(
                            current.Field == "arguments"
                                ? $$$"""{"tool_calls":[{"index":0,{{{begin}}}"function":{ {{{name}}}"arguments":{{{Answer.Quoted(piece)}}} } }]}"""
                                : $$"""{ "{{current.Field}}":{{Answer.Quoted(piece)}}}"""
                        )
                    );
                }

                await context.EventAsync(Answer.Chunk("{}", "stop"));
                await context.EventAsync("[DONE]");
            }
        );

        await Streams.SampleAsync(
            async stream =>
            {
                current = stream;
                var bytes = await gateway.RawAsync(
                    TestGateway.RawRequest("/v1/chat/completions", TestGateway.ChatJson("Hi", stream: true))
                );

                var whole = string.Concat(stream.Pieces);
                var body = Encoding.UTF8.GetString(Dechunked(bytes));
                var events = Reading.Events(body);
                var text = TextOf(events, stream.Field);
                // Neither in any byte nor put together of what came.
                foreach (var received in (string[])[Encoding.UTF8.GetString(bytes), body])
                {
                    Assert.DoesNotContain(WordGuard.Bad, received, StringComparison.OrdinalIgnoreCase);
                    Assert.DoesNotContain(WordGuard.Private, received, StringComparison.OrdinalIgnoreCase);
                }

                Assert.DoesNotContain(WordGuard.Bad, text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(WordGuard.Private, text, StringComparison.OrdinalIgnoreCase);
                Assert.Equal("[DONE]", events[^1]);
                if (whole.Contains(WordGuard.Bad, StringComparison.OrdinalIgnoreCase))
                {
                    Assert.Contains("\"finish_reason\":\"content_filter\"", events[^2]);
                    Assert.Contains("\"outcome\":\"refuse\"", events[^2]);
                }
                else
                {
                    Assert.Equal(whole.Replace(WordGuard.Private, "*******", StringComparison.Ordinal), text);
                }
            },
            iter: 150,
            threads: 1
        );
    }

    [Fact]
    public async Task A_stream_that_is_stopped_says_why_and_what_to_retract_and_the_server_is_told_to_stop()
    {
        var cancelled = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"This is long enough to leave. "}"""));
                await context.EventAsync(Answer.Chunk("""{"content":"zorb"}"""));
                await context.EventAsync(Answer.Chunk("""{"content":"lax"}"""));
                await using var watch = context.RequestAborted.Register(cancelled.SetResult);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var events = await response.EventsAsync();

        var last = JsonDocument.Parse(events[^2]).RootElement;
        var guard = last.GetProperty("guard");
        Assert.Equal("content_filter", last.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(
            ("chatcmpl-1", "tiny", 17),
            (last.GetProperty("id").GetString(), last.GetProperty("model").GetString(), last.GetProperty("created").GetInt32())
        );
        Assert.Equal("refuse", guard.GetProperty("outcome").GetString());
        Assert.Equal("no-violence", guard.GetProperty("clause").GetString());
        Assert.True(guard.GetProperty("retract").GetBoolean());
        Assert.True(gateway.Guard.Decisions.ContainsKey(guard.GetProperty("decision").GetString()!));
        Assert.StartsWith("This is long", events.Text());
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_stream_that_is_stopped_before_anything_left_shows_the_explanation()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.StreamAsync("quen", "dle"));
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var events = await response.EventsAsync();

        Assert.Equal("The clause no-violence says no. A person will decide about this (decision d2).", events.Text());
        var guard = JsonDocument.Parse(events[^2]).RootElement.GetProperty("guard");
        Assert.Equal("escalate", guard.GetProperty("outcome").GetString());
        Assert.False(guard.TryGetProperty("retract", out _));
    }

    [Fact]
    public async Task An_answer_that_does_not_pass_is_replaced_whole()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("A tale of Zorblax and more"));
        using var response = await gateway.ChatAsync("Hi");

        var body = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("zorblax", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("tale", body);
        var choice = JsonDocument.Parse(body).RootElement.GetProperty("choices")[0];
        Assert.Equal("content_filter", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("refuse", choice.GetProperty("guard").GetProperty("outcome").GetString());
        Assert.Equal("refuse", response.Headers.GetValues("x-guard-outcome").Single());
        Assert.Equal("d2,d1", response.Headers.GetValues("x-guard-decision").Single());
    }

    [Fact]
    public async Task Only_fields_that_are_checked_leave()
    {
        const string Hidden =
            """{"id":"1","created":1,"model":"tiny","prompt_logprobs":["zorblax"],"choices":[{"index":0,"finish_reason":"stop","stop_reason":"zorblax","token_ids":[1],"logprobs":{"content":[{"token":"zorblax"}]},"message":{"role":"zorblax","content":"fine","audio":{"transcript":"zorblax"},"annotations":[{"text":"zorblax"}]}}],"usage":{"total_tokens":1,"note":"zorblax","details":{"cached":2}}}""";
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.JsonAsync(Hidden),
            options => options with { Checks = options.Checks with { PassLogProbabilities = false } }
        );
        using var response = await gateway.ChatAsync("Hi");

        var body = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("zorblax", body);
        Assert.Contains("\"content\":\"fine\"", body);
        Assert.Contains("\"cached\":2", body);
    }

    [Fact]
    public async Task Log_probabilities_pass_where_the_options_say_so_and_the_text_is_unchanged()
    {
        const string Whole =
            """{"id":"1","created":1,"model":"tiny","choices":[{"index":0,"finish_reason":"stop","logprobs":{"content":[{"token":"fine","logprob":-0.5}]},"message":{"content":"TEXT"}}]}""";
        var text = "fine";
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.JsonAsync(Whole.Replace("TEXT", text, StringComparison.Ordinal)),
            options => options with { Checks = options.Checks with { PassLogProbabilities = true } }
        );

        using var passes = await gateway.ChatAsync("Hi");
        text = "secret7";
        using var changed = await gateway.ChatAsync("Hi");

        Assert.Contains("-0.5", await passes.Content.ReadAsStringAsync());
        Assert.DoesNotContain("logprob", await changed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Each_choice_is_judged_by_itself()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                foreach (var piece in (string[])["one zor", "blax two"])
                {
                    await context.EventAsync(Answer.Chunk($$"""{"content":{{Answer.Quoted(piece)}}}""", index: 0));
                    await context.EventAsync(Answer.Chunk("""{"content":"good words "}""", index: 1));
                }

                await context.EventAsync(Answer.Chunk("{}", "length", index: 1));
                await context.EventAsync("[DONE]");
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true, more: ""","n":2""");

        var events = await response.EventsAsync();

        Assert.Equal("o", events.Text(index: 0));
        Assert.Equal("good words good words ", events.Text(index: 1));
        Assert.Contains(events, data => data.Contains("\"finish_reason\":\"length\"", StringComparison.Ordinal));
        Assert.Contains(events, data => data.Contains("\"finish_reason\":\"content_filter\"", StringComparison.Ordinal));
        Assert.Equal("[DONE]", events[^1]);
    }

    [Fact]
    public async Task A_tool_that_nobody_declared_is_the_models_words()
    {
        const string Call = """{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"zorblax","arguments":"{}"}}]}""";
        await using var gateway = await TestGateway.StartAsync(
            async (context, request) =>
            {
                if (request.Json.GetProperty("stream").GetBoolean())
                {
                    context.BeginEvents();
                    await context.EventAsync(Answer.Chunk(Call));
                    await context.EventAsync(Answer.Chunk("{}", "tool_calls"));
                    await context.EventAsync("[DONE]");
                }
                else
                {
                    await context.JsonAsync($$"""{"choices":[{"index":0,"message":{{Call}},"finish_reason":"tool_calls"}]}""");
                }
            }
        );

        foreach (var stream in (bool[])[true, false])
        {
            using var response = await gateway.ChatAsync("Hi", stream);
            var body = await response.Content.ReadAsStringAsync();
            Assert.DoesNotContain("zorblax", body);
            Assert.Contains("content_filter", body);
        }
    }

    [Fact]
    public async Task Legacy_completions_are_guarded_whole_and_in_pieces()
    {
        string[] pieces = ["to be ", "or sec", "ret7 ", "zorb", "lax"];
        await using var gateway = await TestGateway.StartAsync(
            async (context, request) =>
            {
                string Choice(string text, string finish) =>
                    $$"""{"id":"cmpl-9","object":"text_completion","created":3,"model":"tiny","choices":[{"index":0,"text":{{Answer.Quoted(text)}},"logprobs":{"tokens":["zorblax"]},"finish_reason":{{finish}}}]}""";
                if (request.Json.TryGetProperty("stream", out _))
                {
                    context.BeginEvents();
                    foreach (var piece in pieces)
                    {
                        await context.EventAsync(Choice(piece, "null"));
                    }

                    await context.EventAsync(Choice(string.Empty, "\"stop\""));
                    await context.EventAsync("[DONE]");
                }
                else
                {
                    await context.JsonAsync(Choice("to be secret7", "\"stop\""));
                }
            }
        );

        using var whole = await gateway.PostAsync("/v1/completions", """{"model":"tiny","prompt":"Say it"}""");
        using var streamed = await gateway.PostAsync("/v1/completions", """{"model":"tiny","prompt":["Say it"],"stream":true}""");
        using var refused = await gateway.PostAsync("/v1/completions", """{"model":"tiny","prompt":["fine","zorblax"]}""");

        var answer = await whole.JsonAsync();
        Assert.Equal("to be *******", answer.GetProperty("choices")[0].GetProperty("text").GetString());
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        var events = await streamed.EventsAsync();
        Assert.StartsWith("to be or ***", events.Text("text"));
        Assert.DoesNotContain("zor", string.Concat(events));
        Assert.Contains("content_filter", events[^2]);
        Assert.Equal(
            "The clause no-violence says no.",
            (await refused.JsonAsync()).GetProperty("choices")[0].GetProperty("text").GetString()
        );
        Assert.Equal(2, gateway.Upstream.Requests.Count);
    }

    private static string[] Cut(string text, int[] lengths)
    {
        var pieces = new List<string>();
        for (var (at, i) = (0, 0); at < text.Length; i++)
        {
            var end = Math.Min(text.Length, at + lengths[i % lengths.Length]);
            // JSON cannot carry half a character.
            end = end < text.Length && char.IsHighSurrogate(text[end - 1]) ? end + 1 : end;
            pieces.Add(text[at..end]);
            at = end;
        }

        return [.. pieces];
    }

    // The body of an answer in chunks (RFC 9112 section 7.1).
    private static byte[] Dechunked(byte[] received)
    {
        using var body = new MemoryStream();
        var at = received.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        while (true)
        {
            var size = received.AsSpan(at).IndexOf("\r\n"u8);
            var length = Convert.ToInt32(Encoding.ASCII.GetString(received, at, size), 16);
            if (length == 0)
            {
                return body.ToArray();
            }

            body.Write(received, at + size + 2, length);
            at += size + 2 + length + 2;
        }
    }

    private static string TextOf(List<string> events, string field) =>
        field != "arguments"
            ? events.Text(field)
            : string.Concat(
                events
                    .Where(data => data != "[DONE]")
                    .SelectMany(data => JsonDocument.Parse(data).RootElement.GetProperty("choices").EnumerateArray())
                    .Where(choice => choice.GetProperty("delta").TryGetProperty("tool_calls", out _))
                    .SelectMany(choice => choice.GetProperty("delta").GetProperty("tool_calls").EnumerateArray())
                    .Select(call => call.GetProperty("function").GetProperty("arguments").GetString())
            );
}
