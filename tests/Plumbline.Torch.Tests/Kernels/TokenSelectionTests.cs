using Plumbline.Randomness;
using Plumbline.Torch.Kernels.Decoding;

namespace Plumbline.Torch.Tests.Kernels;

public sealed class TokenSelectionTests
{
    [Theory]
    [InlineData(1.0, 0, 0.95, 0.0)]
    [InlineData(0.7, 0, 0.3, 0.0)]
    [InlineData(2.5, 7, 1.0, 0.0)]
    [InlineData(1.0, 20, 0.8, 0.0)]
    [InlineData(1.3, 0, 1.0, 0.2)]
    [InlineData(0.9, 40, 0.9, 0.05)]
    [InlineData(1.0, 0, 1.0, 0.0)]
    [InlineData(1.0, 0, 1e-9, 0.0)]
    public void Kept_tokens_and_log_probabilities_equal_those_of_sorting(double temperature, int topK, double topP, double minP)
    {
        var filter = new TokenFilter(temperature, topK, topP, minP);
        foreach (var count in new[] { 1, 15, 16, 17, 333, 4099 })
        {
            foreach (var spread in new[] { 0.1, 1, 8 })
            {
                var logits = Logits((ulong)count, count, spread);
                var weights = new float[count];

                var filtered = Filter(logits, filter, weights);

                var expected = SortedReference(logits, filter);
                Assert.Equal(expected.Kept.Order(), Enumerable.Range(0, count).Where(id => weights[id] > 0));
                Assert.Equal(expected.Kept.Count, filtered.Kept);
                Assert.Equal(expected.LogKeptMass, filtered.LogKeptMass, 1e-5);
                var normaliser = Math.Log(logits.Sum(logit => Math.Exp(logit)));
                Assert.All(expected.Kept, id => Assert.Equal(expected.LogProbability[id], filtered.LogProbability(logits[id]), 1e-5));
                Assert.All(expected.Kept, id => Assert.Equal(logits[id] - normaliser, filtered.UnfilteredLogProbability(logits[id]), 1e-5));
                Assert.Equal(normaliser, TokenSelection.LogNormaliser(logits), 1e-5);
            }
        }
    }

    [Fact]
    public void Among_equal_logits_the_lower_ids_stay()
    {
        float[] logits = [0, 1, 1, 0, 1, 1, -1, 0];
        var weights = new float[8];

        Filter(logits, new TokenFilter(1, TopK: 3), weights);
        Assert.Equal([0, 1, 1, 0, 1, 0, 0, 0], weights);

        // Four tokens hold e / (4e + 3 + 1/e) = 0.191 each and three 0.070 each: 0.8 takes the four and the first of the three.
        Filter(logits, new TokenFilter(1, TopP: 0.8), weights);
        Assert.Equal([true, true, true, false, true, true, false, false], weights.Select(weight => weight > 0));

        // Minus zero and zero are equal.
        Filter([0f, -0f, 0f, -3f], new TokenFilter(1, TopK: 2), weights);
        Assert.Equal([1, 1, 0, 0], weights[..4]);
    }

    [Fact]
    public void Temperature_zero_keeps_the_first_of_the_largest()
    {
        var weights = new float[4];
        float[] logits = [0, 3, 3, 1];

        var filtered = Filter(logits, new TokenFilter(0, TopP: 0.9), weights);

        Assert.Equal([0, 1, 0, 0], weights);
        Assert.Equal((1, 1, 0.0), (filtered.Top, filtered.Kept, filtered.LogProbability(3)));
        Assert.Equal(1, TokenSelection.Draw(weights, filtered, 0.999));
    }

    [Fact]
    public void Draws_follow_the_renormalised_probabilities()
    {
        var logits = Logits(3, 300, 2);
        var filter = new TokenFilter(0.8, TopP: 0.9);
        var weights = new float[300];
        var filtered = Filter(logits, filter, weights);
        var random = new Seed(5).Source();
        const int draws = 400_000;
        var counts = new int[300];
        for (var i = 0; i < draws; i++)
        {
            counts[TokenSelection.Draw(weights, filtered, random.NextDouble())]++;
        }

        var expected = SortedReference(logits, filter);
        Assert.Equal(draws, expected.Kept.Sum(id => counts[id]));
        var chiSquare = expected.Kept.Sum(id =>
        {
            var mean = draws * Math.Exp(expected.LogProbability[id]);
            return (counts[id] - mean) * (counts[id] - mean) / mean;
        });

        // Mean of χ² is its degrees of freedom, variance twice that: five deviations.
        var freedom = expected.Kept.Count - 1;
        Assert.InRange(chiSquare, freedom - (5 * Math.Sqrt(2.0 * freedom)), freedom + (5 * Math.Sqrt(2.0 * freedom)));
    }

    [Fact]
    public void Draws_reach_the_first_and_the_last_kept_token_and_never_a_dropped_one()
    {
        var logits = Logits(4, 100, 1);
        var weights = new float[100];
        var filtered = Filter(logits, new TokenFilter(1, TopK: 10), weights);
        int[] kept = [.. Enumerable.Range(0, 100).Where(id => weights[id] > 0)];

        Assert.Equal(kept[0], TokenSelection.Draw(weights, filtered, 0));
        Assert.Equal(kept[^1], TokenSelection.Draw(weights, filtered, Math.BitDecrement(1.0)));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Contains(TokenSelection.Draw(weights, filtered, i / 1000.0), kept));
    }

    [Fact]
    public void Masked_tokens_are_never_kept_and_scores_that_are_no_numbers_are_refused()
    {
        var weights = new float[3];
        Assert.Equal(1, Filter([float.NegativeInfinity, 2, float.NegativeInfinity], new TokenFilter(1, TopK: 3), weights).Kept);
        Assert.Equal([0, 1, 0], weights);

        foreach (var bad in new[] { float.NaN, float.PositiveInfinity })
        {
            Assert.Throws<InvalidOperationException>(() => Filter([1, bad, 2], new TokenFilter(1), weights));
            Assert.Throws<InvalidOperationException>(() =>
                Filter(Logits(1, 40, 1).Append(bad).ToArray(), new TokenFilter(1), new float[41])
            );
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Filter([1, 2], new TokenFilter(1, TopP: 0), weights));
        Assert.Throws<ArgumentException>(() => TokenSelection.Filter([1, 2], new TokenFilter(1), weights, []));
    }

    private static FilteredTokens Filter(float[] logits, TokenFilter filter, float[] weights) =>
        TokenSelection.Filter(logits, filter, weights, new float[TokenSelection.ScratchLength(logits.Length)]);

    // Every fifth logit repeats an earlier one: ties.
    private static float[] Logits(ulong seed, int count, double spread)
    {
        var random = new Seed(seed).Source();
        var logits = new float[count];
        for (var i = 0; i < count; i++)
        {
            logits[i] = i % 5 == 4 ? logits[i / 2] : (float)(random.NextNormal() * spread);
        }

        return logits;
    }

    // The textbook way, in double precision.
    private static (List<int> Kept, double[] LogProbability, double LogKeptMass) SortedReference(float[] logits, TokenFilter filter)
    {
        var maximum = (double)logits.Max();
        var weights = Array.ConvertAll(logits, logit => Math.Exp((logit - maximum) / filter.Temperature));
        int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id)];
        order = filter.TopK > 0 ? order[..Math.Min(filter.TopK, order.Length)] : order;
        var reach = filter.TopP * order.Sum(id => weights[id]);
        var kept = new List<int>();
        var mass = 0.0;
        foreach (var id in order)
        {
            if (kept.Count > 0 && filter.TopP < 1 && mass >= reach)
            {
                break;
            }

            kept.Add(id);
            mass += weights[id];
        }

        kept.RemoveAll(id => weights[id] < filter.MinP);
        mass = kept.Sum(id => weights[id]);
        var logProbability = Array.ConvertAll(weights, weight => Math.Log(weight / mass));
        return (kept, logProbability, Math.Log(mass / weights.Sum()));
    }
}
