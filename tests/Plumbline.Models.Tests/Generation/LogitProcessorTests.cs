using Plumbline.Models.Generation;

namespace Plumbline.Models.Tests.Generation;

public sealed class LogitProcessorTests
{
    [Fact]
    public void Repetition_divides_positive_and_multiplies_negative_scores_of_prompt_and_answer()
    {
        var processor = new LogitProcessor(new SamplingOptions { RepetitionPenalty = 2 }, [0, 1, 1]);
        processor.Accept(3);

        Assert.Equal([1f, -4f, 2f, -2f, -1f], Processed(processor, [2, -2, 2, -1, -1]));
    }

    [Fact]
    public void Presence_and_frequency_count_the_answer_alone()
    {
        var processor = new LogitProcessor(new SamplingOptions { PresencePenalty = 0.5, FrequencyPenalty = 0.25 }, [0]);
        processor.Accept(1);
        processor.Accept(2);
        processor.Accept(2);
        processor.Accept(2);

        // 1: 3 − .5 − .25; 2: 3 − .5 − 3 · .25.
        Assert.Equal([3f, 2.25f, 1.75f, 3f], Processed(processor, [3, 3, 3, 3]));
    }

    [Fact]
    public void Bias_comes_before_the_repetition_penalty_and_bans_come_last()
    {
        var options = new SamplingOptions
        {
            LogitBias = [new TokenBias(0, 1), new TokenBias(2, 100)],
            RepetitionPenalty = 2,
            BannedTokens = [2],
        };

        Assert.Equal([2f, 1f, float.NegativeInfinity], Processed(new LogitProcessor(options, [0]), [3, 1, 5]));
    }

    [Fact]
    public void End_tokens_are_banned_until_there_are_enough_others()
    {
        var processor = new LogitProcessor(new SamplingOptions { MinNewTokens = 2, EndTokens = [0, 2] }, [1]);

        Assert.Equal([float.NegativeInfinity, 1f, float.NegativeInfinity], Processed(processor, [1, 1, 1]));
        processor.Accept(1);
        Assert.True(processor.IsActive);
        processor.Accept(1);
        Assert.False(processor.IsActive);
        Assert.Equal([1f, 1f, 1f], Processed(processor, [1, 1, 1]));
    }

    [Fact]
    public void Copies_go_on_apart()
    {
        var first = new LogitProcessor(new SamplingOptions { PresencePenalty = 1 }, [0]);
        first.Accept(0);
        var second = first.Copy();

        second.Accept(1);

        Assert.Equal([0f, 1f], Processed(first, [1, 1]));
        Assert.Equal([0f, 0f], Processed(second, [1, 1]));
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        SamplingOptions[] wrong =
        [
            new() { MaxNewTokens = 0 },
            new() { MinNewTokens = 200 },
            new() { Temperature = -1 },
            new() { Temperature = double.NaN },
            new() { TopK = -1 },
            new() { TopP = 0 },
            new() { TopP = 1.01 },
            new() { MinP = 1.5 },
            new() { RepetitionPenalty = 0 },
            new() { PresencePenalty = 3 },
            new() { FrequencyPenalty = -3 },
            new() { LogitBias = [new TokenBias(1, double.NaN)] },
            new() { StopStrings = [""] },
        ];

        Assert.Equal(
            [
                "MaxNewTokens",
                "MinNewTokens",
                "Temperature",
                "Temperature",
                "TopK",
                "TopP",
                "TopP",
                "MinP",
                "RepetitionPenalty",
                "PresencePenalty",
                "FrequencyPenalty",
                "LogitBias",
                "StopStrings",
            ],
            wrong.Select(options => options.Problems().First().Option)
        );
        Assert.Empty(new SamplingOptions().Problems());
    }

    private static float[] Processed(LogitProcessor processor, float[] logits)
    {
        processor.Process(logits);
        return logits;
    }
}
