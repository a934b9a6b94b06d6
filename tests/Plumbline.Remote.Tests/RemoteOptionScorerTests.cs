using System.Net;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Remote.Completions;
using Plumbline.Rewards;
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
    public async Task Options_that_are_not_named_are_no_score_where_they_could_weigh_too_much()
    {
        await using var server = new ModelServer(_ => Top("""{"token":"A","logprob":-1},{"token":"x","logprob":-5}"""));
        using var connection = new RemoteConnection(server.Options);
        // B has at most e^-5 beside e^-1.
        var share = Math.Exp(-5) / (Math.Exp(-1) + Math.Exp(-5));

        Assert.Null(await Ask(connection, Question("A", "B") with { Tolerance = share * 0.999 }));
        Assert.NotNull(await Ask(connection, Question("A", "B") with { Tolerance = share * 1.001 }));
    }

    [Fact]
    public async Task Options_of_which_one_begins_another_are_refused_before_anybody_is_asked()
    {
        await using var server = new ModelServer(_ => Top("""{"token":"1","logprob":-0.1}"""));
        using var connection = new RemoteConnection(server.Options);

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Ask(connection, Question("1", "10") with { Whole = true }));

        Assert.Contains("digits 0 to 9", refused.Mend, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("1", "0", false)]
    [InlineData(" 1", "st", false)]
    [InlineData("1", "/", true)]
    [InlineData("1", "<|im_end|>", true)]
    [InlineData("1", "", true)]
    [InlineData("Rating", "1", true)]
    public async Task A_digit_that_the_likeliest_answer_goes_on_from_is_no_score(string first, string second, bool isScore)
    {
        await using var server = new ModelServer(_ => new Reply(
            $$$"""{"choices":[{"logprobs":{"content":[{"token":"{{{first}}}","logprob":-0.5,"top_logprobs":[{"token":"{{{first}}}","logprob":-0.5},{"token":"1","logprob":-1},{"token":"2","logprob":-2}]},{"token":"{{{second}}}","logprob":-0.1,"top_logprobs":[]}]}}]}"""
        ));
        using var connection = new RemoteConnection(server.Options);

        var whole = await Ask(connection, Question("1", "2") with { Whole = true });

        Assert.Equal(isScore, whole is not null);
        Assert.Equal(2, Assert.Single(server.Requests).Json.GetProperty("max_tokens").GetInt32());
        Assert.NotNull(await Ask(connection, Question("1", "2")));
    }

    [Fact]
    public async Task The_expected_rating_of_a_server_is_that_of_the_digits_it_names()
    {
        double[] likelihoods = [0.01, 0.02, 0.03, 0.05, 0.04, 0.1, 0.2, 0.3, 0.15, 0.05];
        var entries = likelihoods.Select(
            (likelihood, digit) =>
                FormattableString.Invariant(
                    $$"""{"token":"{{(digit % 2 == 0 ? " " : "")}}{{digit}}","logprob":{{Math.Log(likelihood):R}}}"""
                )
        );
        await using var server = new ModelServer(_ => Top(string.Join(',', entries)));
        using var connection = new RemoteConnection(server.Options);
        var reward = new ExpectedRating(new RemoteOptionScorer(connection), ["Be kind."], RatingScale.ZeroToNine, parallel: 2);

        var scores = await reward.ScoreAsync(
            [new AnswerToReward(Content.FromText("why?"), "because")],
            TestContext.Current.CancellationToken
        );

        var mean = likelihoods.Select((likelihood, digit) => digit * likelihood).Sum() / likelihoods.Sum();
        Assert.Equal(mean / 9, scores[0]!.Value, 1e-9);
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

    private static Task<IReadOnlyList<double>?> Ask(RemoteConnection connection, OptionQuestion? question = null) =>
        new RemoteOptionScorer(connection).ScoreOptionsAsync(question ?? Question("A", "B"), TestContext.Current.CancellationToken);

    private static OptionQuestion Question(params string[] options) =>
        new(
            [new ChatMessage(ChatRole.User, "Which?"), new ChatMessage(ChatRole.Assistant, "Hm."), new ChatMessage(ChatRole.User, "So?")],
            options
        );

    private static Reply Top(string entries) =>
        new(
            $$$"""{"choices":[{"logprobs":{"content":[{"token":"x","logprob":0,"top_logprobs":[{{{entries}}}]}]}}],"usage":{"prompt_tokens":9,"completion_tokens":1}}"""
        );
}
