using System.Text.Json;
using Plumbline.Remote.Completions;
using Plumbline.Scoring;

namespace Plumbline.Remote.Tests;

public sealed class RemoteScorerTests
{
    [Fact]
    public async Task Token_continuations_get_the_echoed_log_probabilities()
    {
        // The server gives token number i the log-probability -i/10, and writes one token more, as it was asked to.
        await using var server = new ModelServer(request =>
        {
            var prompt = request.Json.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            return Echo("text", [.. prompt, 99], offsets: null);
        });
        using var connection = new RemoteConnection(server.Options);
        var scorer = new RemoteScorer(new RemoteCompletions(connection));
        var scores = await scorer.ScoreAsync(
            [new ScoringRequest(new[] { 5, 6 }, new[] { 7, 8, 9 }), new ScoringRequest(new[] { 5 }, new[] { 7 })],
            TestContext.Current.CancellationToken
        );
        Assert.Equal([-0.2, -0.3, -0.4], scores[0].LogProbabilities);
        Assert.Equal([7, 8, 9], scores[0].Ids);
        Assert.Equal(-0.9, scores[0].Total, 12);
        Assert.Equal([-0.1], scores[1].LogProbabilities);
        Assert.All(
            server.Requests,
            request =>
            {
                Assert.True(request.Json.GetProperty("echo").GetBoolean());
                Assert.Equal(1, request.Json.GetProperty("max_tokens").GetInt32());
            }
        );
    }

    [Theory]
    // Offsets of the echoed tokens in code points; the last is the token that was written.
    [InlineData("ab", "cd", new[] { 0, 1, 2, 3, 4 }, 2, 2)]
    // A token across the border counts.
    [InlineData("ab", "cd", new[] { 0, 1, 3, 4 }, 1, 2)]
    [InlineData("ab", "cd", new[] { 0, 4 }, 0, 1)]
    // 😀 is one code point, here of three tokens.
    [InlineData("é😀", "😀!", new[] { 0, 1, 2, 2, 2, 3, 4 }, 2, 4)]
    [InlineData("é😀", "😀!", new[] { 0, 1, 1, 3, 4 }, 1, 3)]
    public async Task Text_continuations_are_found_by_their_offsets(string prompt, string continuation, int[] offsets, int first, int count)
    {
        await using var server = new ModelServer(_ =>
            Echo(prompt + continuation + "X", [.. Enumerable.Range(10, offsets.Length)], offsets, firstIsNull: first > 0)
        );
        using var connection = new RemoteConnection(server.Options);
        var scores = await new RemoteScorer(new RemoteCompletions(connection)).ScoreAsync(
            [new ScoringRequest(prompt, continuation)],
            TestContext.Current.CancellationToken
        );
        Assert.Equal(Enumerable.Range(first, count).Select(i => -i / 10.0), scores[0].LogProbabilities);
        Assert.Equal(Enumerable.Range(10 + first, count), scores[0].Ids!);
    }

    [Theory]
    [InlineData("""{"choices":[{"text":"ab"}]}""", "no log-probabilities")]
    [InlineData("""{"choices":[{"text":"b","logprobs":{"token_logprobs":[-1]}}]}""", "1 log-probabilities came back for 2 tokens")]
    [InlineData("""{"choices":[{"text":"ab","logprobs":{"token_logprobs":[null,null,-1]}}]}""", "token 1 of the prompt")]
    [InlineData(
        """{"choices":[{"text":"ab","token_ids":[1,3,4],"logprobs":{"token_logprobs":[null,-1,-1]}}]}""",
        "not those that were sent"
    )]
    public async Task A_server_that_does_not_echo_is_named(string body, string part)
    {
        await using var server = new ModelServer(_ => new Reply(body));
        using var connection = new RemoteConnection(server.Options);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() =>
            new RemoteScorer(new RemoteCompletions(connection)).ScoreAsync(
                [new ScoringRequest(new[] { 1 }, new[] { 2 })],
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_without_offsets_or_with_another_beginning_is_named()
    {
        await using var server = new ModelServer(request =>
            request.Number == 0 ? Echo("ab", [1, 2], offsets: null) : Echo("zz", [1, 2], [0, 1])
        );
        using var connection = new RemoteConnection(server.Options);
        var scorer = new RemoteScorer(new RemoteCompletions(connection));
        ScoringRequest[] requests = [new("a", "b")];
        var first = await Assert.ThrowsAsync<RemoteModelException>(() =>
            scorer.ScoreAsync(requests, TestContext.Current.CancellationToken)
        );
        Assert.Contains("text_offset", first.Message, StringComparison.Ordinal);
        var second = await Assert.ThrowsAsync<RemoteModelException>(() =>
            scorer.ScoreAsync(requests, TestContext.Current.CancellationToken)
        );
        Assert.Contains("does not begin", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_cannot_be_scored_are_refused_before_they_are_sent()
    {
        using var connection = new RemoteConnection(new RemoteOptions { Endpoint = "http://127.0.0.1:1/v1", Model = "m" });
        var scorer = new RemoteScorer(new RemoteCompletions(connection));
        ScoringRequest[] wrong = [new("a", ""), new("a", new[] { 1 }), new("", "a")];
        foreach (var request in wrong)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => scorer.ScoreAsync([request], TestContext.Current.CancellationToken));
        }
    }

    private static Reply Echo(string text, int[] ids, int[]? offsets, bool firstIsNull = true)
    {
        var values = ids.Select((_, i) => i == 0 && firstIsNull ? null : (double?)(-i / 10.0));
        var logprobs = new Dictionary<string, object?>
        {
            ["tokens"] = ids.Select(id => $"token_id:{id}"),
            ["token_logprobs"] = values,
            ["text_offset"] = offsets,
        };
        return new Reply(
            JsonSerializer.Serialize(
                new
                {
                    choices = new[]
                    {
                        new
                        {
                            index = 0,
                            text,
                            logprobs,
                        },
                    },
                }
            )
        );
    }
}
