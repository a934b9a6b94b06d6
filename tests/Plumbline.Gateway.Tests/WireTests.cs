using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Plumbline.Gateway.Upstream;
using Plumbline.Gateway.Wire;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Gateway.Tests;

/// <summary>What reads bytes from outside.</summary>
public sealed class WireTests
{
    private static readonly UpstreamOptions Options = new() { Endpoint = "http://localhost/v1" };

    // Lines of every ending, comments, fields of other names, data in several lines.
    private static readonly Gen<string> Bodies =
        from lines in Gen.OneOf(
            "data: a",
            "data:b",
            "data",
            "data:  c",
            "datum: d",
            ": comment",
            "event: guard",
            "id: 1",
            "",
            "",
            "data: é🚪"
        ).Array[0, 30]
        from ends in Gen.OneOf("\n", "\r", "\r\n").Array[1, 5]
        select string.Concat(lines.Select((line, i) => line + ends[i % ends.Length]));

    [Fact]
    public void Events_are_the_same_however_they_are_cut() =>
        (from body in Bodies from cut in Gen.Int[1, 7] select (body, cut)).Sample(
            test =>
            {
                var events = Read(Encoding.UTF8.GetBytes(test.body), test.cut);
                Assert.Equal(Expected(test.body), events);
            },
            iter: 2000,
            threads: 1
        );

    [Theory]
    [InlineData("\uFEFFdata: a\n\n", "a")]
    [InlineData("data: a\ndata: b\n\ndata: c\n\n", "a\nb|c")]
    [InlineData("data: cut off", "")]
    [InlineData("data: cut off\n", "")]
    [InlineData("\n\n\n", "")]
    [InlineData("data\n\n", "")]
    public void Events_are_read_as_the_standard_says(string body, string expected) =>
        Assert.Equal(expected, string.Join('|', Read(Encoding.UTF8.GetBytes(body), cut: 3)));

    [Theory]
    [InlineData(7)]
    [InlineData(1000)]
    public void An_event_of_many_lines_is_bounded_too(int cut)
    {
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("data: 0123456789\n", 200)) + "\n");

        var failure = Assert.Throws<ApiException>(() => Read(body, cut, maxEventBytes: 1024));

        Assert.Equal("upstream_too_long", failure.Kind);
    }

    [Fact]
    public void Damaged_streams_are_read_or_refused() =>
        ByteFuzzer.Run(
            [Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data: {\"a\":\"b\"}\r\n\r\n: ping\n\ndata: x\rdata: y\n\n", 5)))],
            rounds: 3000,
            new Seed(1),
            bytes =>
            {
                foreach (var data in Read(bytes, cut: 100))
                {
                    Assert.DoesNotContain('\r', data);
                }
            }
        );

    [Fact]
    public void Every_string_of_strict_json_can_be_read() =>
        (
            from text in Gen.String
            from escape in Gen.OneOf("\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u0041", "")
            select (text, escape)
        ).Sample(
            test =>
            {
                var json = Encoding.UTF8.GetBytes($$"""{"a":{{JsonSerializer.Serialize(test.text)}},"b":"{{test.escape}}"}""");
                try
                {
                    using var document = StrictJson.Parse(json, 8);
                    _ = document.RootElement.GetProperty("a").GetString();
                    _ = document.RootElement.GetProperty("b").GetString();
                }
                catch (JsonException failure)
                {
                    Assert.Contains("surrogate", failure.Message);
                    Assert.True(test.escape is "\\ud800" or "\\udc00");
                }
            },
            iter: 500,
            threads: 1
        );

    private static List<string> Read(byte[] body, int cut, int maxEventBytes = 4096)
    {
        var content = new StreamContent(new Dribble(body, cut));
        using var answer = new UpstreamAnswer(
            new HttpResponseMessage(HttpStatusCode.OK) { Content = content },
            new Patience(TimeProvider.System, default),
            Options
        );
        var reader = new EventReader(answer, maxEventBytes);
        var events = new List<string>();
        // Nothing here waits: the bytes are there.
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is { } data)
        {
            events.Add(Encoding.UTF8.GetString(data.Span));
        }

        return events;
    }

    // The standard's rules once more, on a whole text.
    private static List<string> Expected(string body)
    {
        var lines = body.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n')[..^1];
        var (events, data) = (new List<string>(), new List<string>());
        foreach (var line in lines)
        {
            if (line.Length == 0)
            {
                if (data.Count > 0)
                {
                    events.Add(string.Join('\n', data));
                }

                data.Clear();
            }
            else if (line == "data" || line.StartsWith("data:", StringComparison.Ordinal))
            {
                var value = line.Length == 4 ? string.Empty : line[5..];
                data.Add(value.StartsWith(' ') ? value[1..] : value);
            }
        }

        return events;
    }

    private sealed class Dribble(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span[..Math.Min(most, buffer.Length)]));
    }
}
