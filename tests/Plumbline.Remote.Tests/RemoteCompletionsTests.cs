using System.Text;
using Plumbline.Randomness;
using Plumbline.Remote.Completions;
using Plumbline.Testing;

namespace Plumbline.Remote.Tests;

public sealed class RemoteCompletionsTests
{
    private static readonly Uri Endpoint = new("http://localhost/v1/completions");

    [Fact]
    public async Task A_request_holds_what_was_set_and_nothing_else()
    {
        await using var server = new ModelServer(_ => new Reply("""{"choices":[{"index":0,"text":"x","finish_reason":"stop"}]}"""));
        using var connection = new RemoteConnection(server.Options);
        var completions = new RemoteCompletions(connection);
        await completions.CompleteAsync("hé", new CompletionOptions(), TestContext.Current.CancellationToken);
        Assert.Equal("/v1/completions", server.Requests[0].Path);
        Assert.Equal("""{"model":"tiny","prompt":"h\u00E9","max_tokens":128,"temperature":1,"top_p":1}""", server.Requests[0].Body);
        var full = new CompletionOptions
        {
            MaxTokens = 4,
            Choices = 1,
            Temperature = 0.5,
            TopP = 0.9,
            TopK = 5,
            MinP = 0.1,
            PresencePenalty = 0.2,
            FrequencyPenalty = 0.3,
            RepetitionPenalty = 1.1,
            Seed = long.MaxValue,
            StopStrings = ["\n"],
            StopTokenIds = [7],
            LogProbabilities = true,
            TokenIds = true,
            Echo = true,
            PromptLogProbabilities = true,
        };
        await completions.CompleteAsync(new[] { 1, 2 }, full, TestContext.Current.CancellationToken);
        Assert.Equal(
            """{"model":"tiny","prompt":[1,2],"max_tokens":4,"temperature":0.5,"top_p":0.9,"top_k":5,"min_p":0.1,"presence_penalty":0.2,"frequency_penalty":0.3,"repetition_penalty":1.1,"seed":9223372036854775807,"logprobs":1,"prompt_logprobs":0,"echo":true,"return_tokens_as_token_ids":true,"return_token_ids":true,"stop":["\n"],"stop_token_ids":[7]}""",
            server.Requests[1].Body
        );
        Assert.Equal((2, 2), (connection.Meter.Totals.Answers, connection.Meter.Totals.AnswersWithoutUsage));
    }

    [Fact]
    public void Ids_and_log_probabilities_are_read_the_newer_and_the_older_way()
    {
        var options = new CompletionOptions { Choices = 2 };
        var result = Read(
            """
            {"choices":[
              {"index":1,"text":"b","finish_reason":"length","logprobs":{"tokens":["token_id:5","token_id:6"],"token_logprobs":[-1,-0.5],"text_offset":[0,1],"top_logprobs":null}},
              {"index":0,"text":"a","stop_reason":2,"token_ids":[3],"prompt_token_ids":[9],"logprobs":{"tokens":["a"],"token_logprobs":[-2.5]}}],
             "usage":{"prompt_tokens":1,"completion_tokens":3}}
            """,
            null,
            options
        );
        Assert.Equal(["a", "b"], result.Choices.Select(choice => choice.Text));
        Assert.Equal([3], result.Choices[0].RequireIds());
        Assert.Equal([9], result.Choices[0].PromptIds);
        Assert.Equal([-2.5], result.Choices[0].RequireLogProbabilities());
        Assert.Equal([5, 6], result.Choices[1].RequireIds());
        Assert.Equal([0, 1], result.Choices[1].Offsets);
        Assert.Equal("length", result.Choices[1].FinishReason);
        Assert.Equal((1, 3), (result.PromptTokens, result.CompletionTokens));
    }

    [Fact]
    public void Log_probabilities_of_the_prompt_are_those_of_its_own_tokens()
    {
        const string Answer = """
            {"choices":[{"text":"","prompt_logprobs":[null,{"8":{"logprob":-0.1,"rank":1},"4":{"logprob":-3.5,"rank":9}}]}]}
            """;
        var byIds = Read(Answer, [1, 4]);
        Assert.Equal([null, -3.5], byIds.Choices[0].PromptLogProbabilities!);
        // Of two entries nobody can say which is the text's.
        var failure = Assert.Throws<RemoteModelException>(() => Read(Answer));
        Assert.Contains("prompt_logprobs", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_server_does_not_give_is_named_when_it_is_needed()
    {
        var choice = Read("""{"choices":[{"text":"x"}]}""").Choices[0];
        Assert.Contains("no token ids", Assert.Throws<RemoteModelException>(() => choice.RequireIds()).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no log-probabilities",
            Assert.Throws<RemoteModelException>(() => choice.RequireLogProbabilities()).Message,
            StringComparison.Ordinal
        );
        // Names of tokens are no ids.
        var named = Read("""{"choices":[{"text":"x","logprobs":{"tokens":["x"],"token_logprobs":[-1]}}]}""");
        Assert.Null(named.Choices[0].Ids);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"choices":{}}""")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[7]}""")]
    [InlineData("""{"choices":[{}]}""")]
    [InlineData("""{"choices":[{"text":7}]}""")]
    [InlineData("""{"choices":[{"text":"\ud800"}]}""")]
    [InlineData("""{"choices":[{"text":"a","token_ids":[-1]}]}""")]
    [InlineData("""{"choices":[{"text":"a","logprobs":{"token_logprobs":["x"]}}]}""")]
    [InlineData("""{"choices":[{"text":"a","logprobs":{"token_logprobs":[-1],"text_offset":[0,1]}}]}""")]
    [InlineData("""{"choices":[{"text":"a","token_ids":[1,2],"logprobs":{"token_logprobs":[-1]}}]}""")]
    [InlineData("""{"choices":[{"text":"a","logprobs":{"tokens":["token_id:1","token_id:2"],"token_logprobs":[-1]}}]}""")]
    public void An_answer_of_another_shape_is_refused(string body)
    {
        var failure = Assert.Throws<RemoteModelException>(() => Read(body));
        Assert.Contains(Endpoint.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_answers_are_read_or_refused()
    {
        string[] good =
        [
            """{"choices":[{"index":0,"text":"ab","finish_reason":"stop","token_ids":[1,2],"prompt_token_ids":[3],"logprobs":{"tokens":["a","b"],"token_logprobs":[null,-1.5],"text_offset":[0,1]},"prompt_logprobs":[null,{"4":{"logprob":-1}}]}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""",
            """{"choices":[{"text":"a","logprobs":{"tokens":["token_id:7"],"token_logprobs":[-0.25]}}]}""",
        ];
        var options = new CompletionOptions { Echo = true };
        ByteFuzzer.Run(
            [.. good.Select(Encoding.UTF8.GetBytes)],
            4000,
            new Seed(31),
            bytes =>
            {
                try
                {
                    new CompletionReader(Endpoint, [3, 4], options).Read(bytes);
                }
                catch (RemoteModelException)
                {
                    // Refused with a message.
                }
            }
        );
    }

    [Fact]
    public async Task A_request_out_of_range_is_refused_before_it_is_sent()
    {
        using var connection = new RemoteConnection(new RemoteOptions { Endpoint = "http://127.0.0.1:1/v1", Model = "m" });
        var wrong = new CompletionOptions
        {
            MaxTokens = -1,
            Choices = 0,
            Temperature = -1,
            TopP = 0,
            TopK = 0,
            MinP = 2,
            RepetitionPenalty = 0,
        };
        var failure = await Assert.ThrowsAsync<InvalidInputException>(() =>
            new RemoteCompletions(connection).CompleteAsync("p", wrong, TestContext.Current.CancellationToken)
        );
        string[] names = ["max_tokens", "choices", "temperature", "top_p", "top_k", "min_p", "repetition_penalty"];
        Assert.All(names, name => Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal));
        await Assert.ThrowsAsync<InvalidInputException>(() =>
            new RemoteCompletions(connection).CompleteAsync("", new CompletionOptions(), TestContext.Current.CancellationToken)
        );
    }

    private static CompletionResult Read(string body, IReadOnlyList<int>? promptIds = null, CompletionOptions? options = null) =>
        new CompletionReader(Endpoint, promptIds, options ?? new CompletionOptions()).Read(Encoding.UTF8.GetBytes(body));
}
