using System.Net;
using Microsoft.Extensions.AI;
using Plumbline.Remote.Completions;
using Plumbline.Scoring;
using Plumbline.Testing;

namespace Plumbline.Remote.Tests;

public sealed class RemoteOptionScorerTests
{
    [Fact]
    public async Task Every_token_that_writes_an_option_counts_for_it()
    {
        await using var server = new ModelServer(_ =>
            Top(
                """{"token":"The","logprob":-0.5},{"token":"A","logprob":-2},{"token":" A","logprob":-3},{"token":"b","logprob":-1},{"token":" B","logprob":-4}"""
            )
        );
        using var connection = new RemoteConnection(server.Options);

        var scores = await Ask(connection);

        Assert.Equal(Math.Log(Math.Exp(-2) + Math.Exp(-3)), scores![0], 12);
        Assert.Equal(-4, scores[1], 12);
        var asked = Assert.Single(server.Requests);
        Assert.Equal("/v1/chat/completions", asked.Path);
        Assert.Equal(20, asked.Json.GetProperty("top_logprobs").GetInt32());
        Assert.Equal(
            ["user", "assistant", "user"],
            asked.Json.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString())
        );
        Assert.Equal(9, connection.Meter.Totals.PromptTokens);
    }

    [Fact]
    public async Task An_option_that_is_not_named_is_no_likelier_than_the_least_likely_token()
    {
        await using var server = new ModelServer(_ => Top("""{"token":"A","logprob":-0.1},{"token":"x","logprob":-7}"""));
        using var connection = new RemoteConnection(server.Options);

        Assert.Equal([-0.1, -7], (await Ask(connection))!.Select(score => Math.Round(score, 12)));
    }

    [Theory]
    [InlineData("""{"token":"Hm","logprob":-0.1}""")]
    [InlineData("")]
    public async Task Where_no_option_is_named_there_is_no_score(string top)
    {
        await using var server = new ModelServer(_ => Top(top));
        using var connection = new RemoteConnection(server.Options);

        Assert.Null(await Ask(connection));
    }

    [Fact]
    public async Task An_answer_without_tokens_is_no_score()
    {
        await using var server = new ModelServer(_ => new Reply("""{"choices":[{"logprobs":{"content":[]}}]}"""));
        using var connection = new RemoteConnection(server.Options);

        Assert.Null(await Ask(connection));
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"A"}}]}""", "names no log-probabilities")]
    [InlineData("""{"choices":[{"logprobs":null}]}""", "names no log-probabilities")]
    [InlineData("""{"choices":[]}""", "not what the protocol says")]
    [InlineData("""[]""", "not what the protocol says")]
    [InlineData("""{"choices":[{"logprobs":{"content":[{"top_logprobs":[{"token":7,"logprob":-1}]}]}}]}""", "not what the protocol says")]
    [InlineData("""{"choices":[{"logprobs":{"content":[{"top_logprobs":[{"token":"A"}]}]}}]}""", "not what the protocol says")]
    [InlineData("""{"choices":[{"logprobs":{"content":[{}]}}]}""", "not what the protocol says")]
    [InlineData("""{"choices":[{"lo""", "not what the protocol says")]
    public async Task What_cannot_be_used_is_refused_with_the_mend(string body, string named)
    {
        await using var server = new ModelServer(_ => new Reply(body));
        using var connection = new RemoteConnection(server.Options);

        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(connection));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<ModelFailureException>(failure);
    }

    [Fact]
    public async Task A_refusal_is_told_as_one()
    {
        await using var server = new ModelServer(_ => Reply.Refusal(400, "top_logprobs is too high"));
        using var connection = new RemoteConnection(server.Options);

        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(connection));

        Assert.Equal(HttpStatusCode.BadRequest, failure.Status);
        Assert.Contains("top_logprobs is too high", failure.Message, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<double>?> Ask(RemoteConnection connection) =>
        new RemoteOptionScorer(connection).ScoreOptionsAsync(
            new OptionQuestion(
                [
                    new ChatMessage(ChatRole.User, "Which?"),
                    new ChatMessage(ChatRole.Assistant, "Hm."),
                    new ChatMessage(ChatRole.User, "So?"),
                ],
                ["A", "B"]
            ),
            TestContext.Current.CancellationToken
        );

    private static Reply Top(string entries) =>
        new(
            $$$"""{"choices":[{"logprobs":{"content":[{"token":"x","logprob":0,"top_logprobs":[{{{entries}}}]}]}}],"usage":{"prompt_tokens":9,"completion_tokens":1}}"""
        );
}
