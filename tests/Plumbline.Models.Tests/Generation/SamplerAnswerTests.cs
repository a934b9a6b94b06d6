using Plumbline.Models.Generation;
using Plumbline.Randomness;
using Plumbline.Tokenization;
using Plumbline.Tokenization.Tests;

namespace Plumbline.Models.Tests.Generation;

public sealed class SamplerAnswerTests
{
    private static readonly Tokenizer Tokenizer = SampleTokenizers.Trained(300);

    [Fact]
    public void Any_of_several_end_tokens_ends_an_answer_and_is_named()
    {
        using var engine = Scripted([5, 9, 6, 7]);
        SampledAnswer Answer(params int[] ends) => Greedy(engine, new SamplingOptions { EndTokens = ends, MaxNewTokens = 4 });

        var ended = Answer(6, 9);
        var cut = Answer(8);

        Assert.Equal((FinishReason.EndToken, 9, false), (ended.FinishReason, ended.EndToken, ended.IsTruncated));
        Assert.Equal([5, 9], ended.Ids);
        Assert.Equal([5], ended.ContentIds.ToArray());
        Assert.Equal((FinishReason.Length, null, true), (cut.FinishReason, cut.EndToken, cut.IsTruncated));
        Assert.Equal([5, 9, 6, 7], cut.ContentIds.ToArray());
        Assert.Equal(4, cut.LogProbabilities.Length);
        Assert.Equal(FinishReason.EndToken, Answer(7).FinishReason);
    }

    [Fact]
    public void End_tokens_wait_for_the_least_number_of_tokens()
    {
        // Without the end token the next best is drawn: all others weigh the same, so the lowest id.
        using var engine = Scripted([9, 9, 9, 9]);

        var answer = Greedy(
            engine,
            new SamplingOptions
            {
                EndTokens = [9],
                MinNewTokens = 2,
                MaxNewTokens = 10,
            }
        );

        Assert.Equal([0, 0, 9], answer.Ids);
    }

    [Theory]
    [InlineData("the cat and 日本語 it", "日本語", "the cat and ")]
    [InlineData("the cat and 日本語 it", "t and 日", "the ca")]
    [InlineData("a 😀 b", "😀 b", "a ")]
    [InlineData("naïve größer", "ß", "naïve grö")]
    [InlineData("one\n\nUser: x", "\n\nUser:", "one")]
    public void A_stop_string_ends_the_text_before_it_wherever_its_tokens_begin(string text, string stop, string expected)
    {
        var script = Tokenizer.Encode(text);
        using var engine = Scripted(script, Tokenizer.VocabularySize);
        var options = new SamplingOptions { StopStrings = ["no such", stop], MaxNewTokens = script.Length };

        var answer = Greedy(engine, options, Tokenizer);

        Assert.Equal((FinishReason.StopString, stop, false), (answer.FinishReason, answer.StopString, answer.IsTruncated));
        Assert.Equal(expected, answer.Text(Tokenizer));
        Assert.Equal(expected.Length, answer.StopTextPosition);
        // Its tokens are reported, up to the one that completed it.
        Assert.Equal(script[..answer.Ids.Length], answer.Ids);
        Assert.Contains(stop, Tokenizer.Decode(answer.Ids), StringComparison.Ordinal);
        Assert.DoesNotContain(stop, Tokenizer.Decode(answer.Ids.AsSpan(0, answer.Ids.Length - 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_strings_are_looked_for_behind_the_least_number_of_tokens()
    {
        var script = Tokenizer.Encode("x;y;z");
        using var engine = Scripted(script, Tokenizer.VocabularySize);

        var answer = Greedy(
            engine,
            new SamplingOptions
            {
                StopStrings = [";"],
                MinNewTokens = 2,
                MaxNewTokens = script.Length,
            },
            Tokenizer
        );

        Assert.Equal("x;y", answer.Text(Tokenizer));
        Assert.Equal(3, answer.StopTextPosition);
    }

    [Fact]
    public void Log_probabilities_of_an_answer_are_those_of_a_full_sort_at_every_token()
    {
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 60);
        using var again = new PagedTestEngine(slots: 1, sequenceCapacity: 60);
        var options = new SamplingOptions
        {
            MaxNewTokens = 20,
            Temperature = 0.8,
            TopK = 12,
            TopP = 0.9,
            MinP = 0.02,
            RepetitionPenalty = 1.5,
            PresencePenalty = 0.25,
            FrequencyPenalty = 0.5,
            LogitBias = [new TokenBias(4, 2)],
            BannedTokens = [5],
            EndTokens = [6],
            MinNewTokens = 20,
        };
        int[] prompt = [1, 2, 3, 3];
        var request = new SamplingRequest
        {
            Prompt = prompt,
            Options = options,
            Seed = new Seed(3),
            Answers = 3,
        };

        foreach (var answer in new Sampler(engine).Generate([request]))
        {
            for (var at = 0; at < answer.Ids.Length; at++)
            {
                var logits = again.Append(0, (int[])[.. prompt, .. answer.Ids[..at]]).ToArray();
                again.Release(0);
                var expected = ReferenceDistribution.Of(logits, options, prompt, answer.Ids[..at])[answer.Ids[at]];
                Assert.Equal(Math.Log(expected), answer.LogProbabilities[at], 1e-6);
                Assert.Equal(ReferenceDistribution.LogSoftmax(logits, answer.Ids[at]), answer.UnfilteredLogProbabilities[at], 1e-12);
            }
        }
    }

    [Fact]
    public void Steps_report_each_token_once_and_the_answer_with_its_last()
    {
        using var engine = new PagedTestEngine(slots: 2, sequenceCapacity: 60);
        var sampler = new Sampler(engine);
        var request = SamplerSchedulingTests.Request([1, 2], 6, 1, answers: 3);
        sampler.Add(request);
        var drawn = new List<SampledToken>();
        while (sampler.HasWork)
        {
            drawn.AddRange(sampler.Step());
        }

        foreach (var answer in drawn.GroupBy(token => token.Answer))
        {
            var finished = answer.Last().Finished!;
            Assert.Equal(finished.Ids, answer.Select(token => token.Id));
            Assert.Equal(finished.LogProbabilities, answer.Select(token => token.LogProbability));
            Assert.Equal(finished.UnfilteredLogProbabilities, answer.Select(token => token.UnfilteredLogProbability));
            Assert.All(answer.SkipLast(1), token => Assert.Equal((null, null), (token.FinishReason, token.Finished)));
            Assert.Equal(FinishReason.Length, answer.Last().FinishReason);
            Assert.All(answer, token => Assert.Same(request, token.Request));
        }

        Assert.Equal(18, drawn.Count);
        Assert.Empty(sampler.Step());
    }

    [Fact]
    public void Scores_that_are_no_numbers_end_the_run_with_a_clear_error_and_an_empty_engine()
    {
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 60)
        {
            Model = (sequence, logits) => logits[3] = sequence.Count == 7 ? float.NaN : 1,
        };
        var sampler = new Sampler(engine);

        var refused = Assert.Throws<InvalidInputException>(() =>
            sampler.Generate([SamplerSchedulingTests.Request([1], 20, 1, answers: 6), SamplerSchedulingTests.Request([1, 2], 20, 1)])
        );

        Assert.Contains("scores are not numbers", refused.Message);
        Assert.Equal((false, 0), (sampler.HasWork, engine.InUse));
        Assert.Single(sampler.Generate([SamplerSchedulingTests.Request([1], 3, 1)]));
    }

    [Fact]
    public void Requests_that_cannot_be_sampled_are_refused_before_anything_runs()
    {
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 20) { TokenCapacity = 16 };
        var sampler = new Sampler(engine);
        string Refusal(int[] prompt, SamplingOptions options, int answers = 1) =>
            Assert
                .ThrowsAny<InvalidInputException>(() =>
                    sampler.Add(SamplerSchedulingTests.Request(prompt, options.MaxNewTokens, 1, options, answers))
                )
                .Message;
        var few = new SamplingOptions { MaxNewTokens = 4 };

        Assert.Contains("no tokens", Refusal([], few));
        Assert.Contains("A prompt of 21 tokens is longer than the 20", Refusal(new int[21], few));
        Assert.Contains("A prompt of 18 tokens and 4 new ones", Refusal(new int[18], few));
        Assert.Contains("does not fit into a cache of 16", Refusal(new int[14], few));
        Assert.Contains("32 of the prompt", Refusal([1, 32], few));
        Assert.Contains("-1 of the prompt", Refusal([-1], few));
        Assert.Contains("40 of the sampling options", Refusal([1], few with { BannedTokens = [40] }));
        Assert.Contains("41 of the sampling options", Refusal([1], few with { EndTokens = [41] }));
        Assert.Contains("top_p", Refusal([1], few with { TopP = 0 }));
        Assert.Contains("0 answers", Refusal([1], few, answers: 0));
        Assert.Contains(
            "prefill_chunk",
            Assert.Throws<InvalidInputException>(() => new Sampler(engine, new SamplerOptions { PrefillChunk = 0 })).Message
        );
        Assert.Throws<InvalidOperationException>(() =>
            sampler.Add(SamplerSchedulingTests.Request([1], 4, 1, new SamplingOptions { StopStrings = ["x"] }))
        );
        Assert.False(sampler.HasWork);
        var request = SamplerSchedulingTests.Request([1], 4, 1);
        sampler.Add(request);
        Assert.Throws<InvalidOperationException>(() => sampler.Add(request));
        Assert.Throws<InvalidOperationException>(() => sampler.Generate([SamplerSchedulingTests.Request([1], 4, 1)]));
        Assert.Equal(0, engine.Steps + engine.Chunks.Count);
    }

    [Fact]
    public void The_plan_states_what_is_held_before_anything_runs()
    {
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 20);

        var plan = new Sampler(engine).Plan;

        // Five floats for each of 32 tokens and each thread, beside the engine's 1000 bytes.
        Assert.Equal(new SamplerPlan(4, 20, 80, 1000 + (32 * 20 * TorchSharp.torch.get_num_threads())), plan);
        Assert.Equal("4 sequences of at most 20 tokens at a time, 80 tokens in all: 0.0 MiB beside the model", plan.ToString());
    }

    private static SampledAnswer Greedy(IDecodeEngine engine, SamplingOptions options, Tokenizer? tokenizer = null) =>
        new Sampler(engine, null, tokenizer)
            .Generate([SamplerSchedulingTests.Request([1], options.MaxNewTokens, 1, options with { Temperature = 0 })])
            .Single();

    // The most likely token after a prompt of one token is the script's next.
    private static PagedTestEngine Scripted(int[] script, int vocabulary = 32) =>
        new(slots: 2, sequenceCapacity: 100, vocabulary)
        {
            Model = (sequence, logits) => logits[script[Math.Min(sequence.Count, script.Length) - 1]] = 5,
        };
}
