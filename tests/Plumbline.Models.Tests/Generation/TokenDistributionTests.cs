using Plumbline.Models.Generation;
using Plumbline.Randomness;

namespace Plumbline.Models.Tests.Generation;

public sealed class TokenDistributionTests
{
    private static readonly float[] Logits = [.. new[] { 0.4, 0.05, 0.3, 0.05, 0.2 }.Select(p => (float)Math.Log(p))];

    [Fact]
    public void All_filters_together_give_the_probabilities_of_a_full_sort_in_float64()
    {
        for (var trial = 0UL; trial < 400; trial++)
        {
            var random = new Seed(trial).Derive("distribution").Source();
            var logits = RandomLogits(random);
            var (prompt, answer) = (RandomTokens(random, logits.Length), RandomTokens(random, logits.Length));
            var options = RandomOptions(random, logits.Length);
            var processor = new LogitProcessor(options, prompt);
            Array.ForEach(answer, processor.Accept);
            var distribution = new TokenDistribution(logits.Length);

            distribution.Set(logits, options, processor);

            var expected = ReferenceDistribution.Of(logits, options, prompt, answer);
            for (var id = 0; id < logits.Length; id++)
            {
                // The reference multiplies penalties in float64, the processor in float32 as transformers does: 1e-6 of scores below 10.
                var actual = distribution.LogProbability(id);
                Assert.True(
                    expected[id] == 0 ? actual < -700 : Math.Abs(Math.Log(expected[id]) - actual) < 2e-5,
                    $"trial {trial}, token {id}: {Math.Log(expected[id])} expected, {actual} found, {options}"
                );
                Assert.Equal(ReferenceDistribution.LogSoftmax(logits, id), distribution.UnfilteredLogProbability(id), 1e-12);
            }

            Assert.Equal(expected.Count(probability => probability > 0), distribution.Count);
        }
    }

    [Fact]
    public void Without_penalties_the_log_probabilities_are_exact_to_float64()
    {
        for (var trial = 0UL; trial < 200; trial++)
        {
            var random = new Seed(trial).Derive("exact").Source();
            var logits = RandomLogits(random);
            var options = RandomOptions(random, logits.Length) with
            {
                RepetitionPenalty = 1,
                PresencePenalty = 0,
                FrequencyPenalty = 0,
                LogitBias = [],
            };
            var distribution = new TokenDistribution(logits.Length);
            distribution.Set(logits, options, new LogitProcessor(options, [1]));

            var expected = ReferenceDistribution.Of(logits, options, [1], []);

            for (var id = 0; id < logits.Length; id++)
            {
                Assert.True(
                    expected[id] == 0
                        ? distribution.LogProbability(id) < -700
                        : Math.Abs(Math.Log(expected[id]) - distribution.LogProbability(id)) < 1e-10,
                    $"trial {trial}, token {id}"
                );
            }
        }
    }

    [Theory]
    [InlineData(0, 1.0, 0.0, new[] { 0.4, 0.05, 0.3, 0.05, 0.2 })]
    [InlineData(2, 1.0, 0.0, new[] { 4 / 7.0, 0, 3 / 7.0, 0, 0 })]
    [InlineData(4, 1.0, 0.0, new[] { 0.4 / 0.95, 0.05 / 0.95, 0.3 / 0.95, 0, 0.2 / 0.95 })]
    [InlineData(0, 0.65, 0.0, new[] { 4 / 7.0, 0, 3 / 7.0, 0, 0 })]
    [InlineData(0, 0.75, 0.0, new[] { 4 / 9.0, 0, 3 / 9.0, 0, 2 / 9.0 })]
    [InlineData(3, 0.7, 0.0, new[] { 4 / 7.0, 0, 3 / 7.0, 0, 0 })]
    [InlineData(0, 1e-6, 0.0, new[] { 1.0, 0, 0, 0, 0 })]
    [InlineData(0, 1.0, 0.6, new[] { 4 / 7.0, 0, 3 / 7.0, 0, 0 })]
    [InlineData(3, 0.99, 0.2, new[] { 4 / 9.0, 0, 3 / 9.0, 0, 2 / 9.0 })]
    public void Draws_pass_a_chi_square_test_against_the_renormalised_probabilities(int topK, double topP, double minP, double[] expected)
    {
        const int Draws = 40_000;
        var distribution = new TokenDistribution(Logits.Length);
        var random = new Seed(1).Source();
        var counts = new int[Logits.Length];
        var options = new SamplingOptions
        {
            TopK = topK,
            TopP = topP,
            MinP = minP,
        };

        distribution.Set(Logits, options);
        for (var i = 0; i < Draws; i++)
        {
            counts[distribution.Draw(random)]++;
        }

        var statistic = 0.0;
        for (var id = 0; id < counts.Length; id++)
        {
            Assert.True(expected[id] > 0 || counts[id] == 0);
            Assert.Equal(expected[id], Math.Exp(distribution.LogProbability(id)), 1e-7);
            statistic += expected[id] > 0 ? Math.Pow(counts[id] - (Draws * expected[id]), 2) / (Draws * expected[id]) : 0;
        }

        // χ² with 4 degrees of freedom (fewer where tokens are cut) exceeds 18.47 once in a thousand times.
        Assert.InRange(statistic, 0, 18.47);
    }

    [Fact]
    public void Temperature_sharpens_and_zero_takes_the_most_likely_of_the_lower_id()
    {
        var distribution = new TokenDistribution(5);

        distribution.Set(Logits, new SamplingOptions { Temperature = 0.5 });
        // p² renormalised: .16 / (.16 + .0025 + .09 + .0025 + .04)
        Assert.Equal(Math.Log(0.16 / 0.295), distribution.LogProbability(0), 1e-7);
        Assert.Equal(Math.Log(0.4), distribution.UnfilteredLogProbability(0), 1e-7);

        distribution.Set([1, 3, 2, 3, 0], new SamplingOptions { Temperature = 0 });
        Assert.Equal(1, distribution.Draw(new Seed(1).Source()));
        Assert.Equal(0, distribution.LogProbability(1));
        Assert.Equal(double.NegativeInfinity, distribution.LogProbability(3));

        distribution.Set([1, 3, 2, 3, 0], new SamplingOptions { Temperature = 1e-300 });
        Assert.Equal(Math.Log(0.5), distribution.LogProbability(3), 1e-12);
        Assert.Contains(distribution.Draw(new Seed(1).Source()), new[] { 1, 3 });
    }

    [Fact]
    public void Ties_at_the_edge_of_a_filter_go_to_the_lower_ids()
    {
        var distribution = new TokenDistribution(6);
        int[] Kept(SamplingOptions options)
        {
            distribution.Set([0, 1, 1, 1, 1, 0], options);
            return [.. Enumerable.Range(0, 6).Where(id => double.IsFinite(distribution.LogProbability(id)))];
        }

        Assert.Equal([1, 2, 3], Kept(new SamplingOptions { TopK = 3 }));
        // Each of the four weighs 1 of 4 + 2/e = 4.74: .5 of it is 2.37, so three are needed.
        Assert.Equal([1, 2, 3], Kept(new SamplingOptions { TopP = 0.5 }));
        Assert.Equal([1, 2, 3, 4], Kept(new SamplingOptions { MinP = 0.5 }));
    }

    [Fact]
    public void A_large_flat_row_is_cut_at_the_same_token_as_by_counting()
    {
        var distribution = new TokenDistribution(100_000);

        distribution.Set(new float[100_000], new SamplingOptions { TopP = 0.25 });

        Assert.Equal(25_000, distribution.Count);
        Assert.Equal(-Math.Log(25_000), distribution.LogProbability(24_999), 1e-12);
        Assert.Equal(double.NegativeInfinity, distribution.LogProbability(25_000));
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, 17)]
    [InlineData(float.PositiveInfinity, 3)]
    public void Scores_that_are_no_numbers_are_refused(float score, int place)
    {
        var logits = new float[18];
        logits[place] = score;

        var refused = Assert.Throws<InvalidInputException>(() =>
            new TokenDistribution(18).Set(logits, new SamplingOptions { Temperature = 0 })
        );

        Assert.Contains("not numbers", refused.Message);
    }

    [Fact]
    public void A_row_without_any_token_left_is_refused()
    {
        var options = new SamplingOptions { BannedTokens = [0, 1] };

        var refused = Assert.Throws<InvalidInputException>(() =>
            new TokenDistribution(2).Set([1, 2], options, new LogitProcessor(options, [0]))
        );

        Assert.Contains("banned", refused.Message);
        Assert.Throws<InvalidInputException>(() =>
            new TokenDistribution(2).Set([float.NegativeInfinity, float.NegativeInfinity], new SamplingOptions())
        );
    }

    private static float[] RandomLogits(RandomSource random)
    {
        // Sizes beside the vector width, ties, and now and then a token that the model rules out.
        var logits = new float[2 + random.NextInt(70)];
        for (var id = 0; id < logits.Length; id++)
        {
            logits[id] =
                random.NextBool(0.3) ? MathF.Round((float)random.NextNormal())
                : random.NextBool(0.05) && id > 0 ? float.NegativeInfinity
                : 3 * (float)random.NextNormal();
        }

        return logits;
    }

    private static int[] RandomTokens(RandomSource random, int vocabulary) =>
        [.. Enumerable.Range(0, 1 + random.NextInt(8)).Select(_ => random.NextInt(vocabulary))];

    private static SamplingOptions RandomOptions(RandomSource random, int vocabulary)
    {
        double Maybe(double value, double otherwise) => random.NextBool(0.5) ? value : otherwise;
        return new SamplingOptions
        {
            Temperature = random.NextBool(0.1) ? 0 : Maybe(0.2 + random.NextDouble(), 1),
            TopK = (int)Maybe(1 + random.NextInt(vocabulary + 3), 0),
            TopP = Maybe(0.05 + (0.94 * random.NextDouble()), 1),
            MinP = Maybe(random.NextDouble() / 3, 0),
            RepetitionPenalty = Maybe(0.5 + random.NextDouble(), 1),
            PresencePenalty = Maybe(random.NextDouble(), 0),
            FrequencyPenalty = Maybe(random.NextDouble(), 0),
            LogitBias = random.NextBool(0.5) ? [new TokenBias(random.NextInt(vocabulary), 3)] : [],
            BannedTokens = random.NextBool(0.5) ? [vocabulary - 1] : [],
            EndTokens = [vocabulary / 2],
            MinNewTokens = random.NextInt(8),
        };
    }
}
