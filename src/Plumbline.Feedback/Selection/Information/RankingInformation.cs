using Plumbline.Feedback.Selection.Rewards;

namespace Plumbline.Feedback.Selection.Information;

/// <summary>What a ranking of three to nine answers is expected to tell about the reward. Allocates nothing once made; not thread-safe.</summary>
/// <remarks>
/// I(ranking; θ) = H(E p) − E H(p) as in <see cref="PairInformation"/>, p Plackett and Luce's distribution over all rankings, expectations over draws of the utilities. Up to five
/// answers all rankings are summed up. For more, one ranking is drawn for each draw s and the mean of log p(ranking_s | s) − log mean_t p(ranking_s | t) is taken, the
/// prior contrastive estimate (Foster et al., arXiv 1911.00294). Both are lower bounds in expectation over independent draws, and neither passes the log of their number.
/// </remarks>
public sealed class RankingInformation
{
    /// <summary>Rankings of more answers are drawn instead of summed up.</summary>
    public const int MostEnumerated = 5;

    /// <summary>The fewest draws.</summary>
    public const int FewestSamples = 32;

    private readonly int count;
    private readonly UtilitySamples samples;
    private readonly RankingSubsets? subsets;
    private readonly int[] left = [];
    private readonly double[] chances = [];
    private readonly double[] noise = [];
    private readonly double[] weights = [];
    private readonly int[] ranking;

    /// <summary>For tasks of a number of answers.</summary>
    /// <param name="answers">3 to 9.</param>
    /// <param name="samples">How many draws: an even number, 32 to 4096.</param>
    public RankingInformation(int answers, int samples = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(answers, ObservedRanking.MostAnswers);
        if (samples is < FewestSamples or > 4096 || samples % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(samples), samples, "The number of draws is even and lies between 32 and 4096.");
        }

        count = answers;
        this.samples = new UtilitySamples(answers, samples);
        ranking = new int[answers];
        if (answers <= MostEnumerated)
        {
            subsets = new RankingSubsets(answers);
            left = LeftAtEachChoice(answers);
            chances = new double[left.Length / answers];
        }
        else
        {
            noise = Gumbel(samples, answers);
            weights = new double[samples * answers];
        }
    }

    /// <summary>The expected information in nats, in [0, min(ln answers!, ln samples)].</summary>
    /// <param name="means">The expected utilities [answers].</param>
    /// <param name="covariance">Their covariance [answers, answers], row by row, symmetric and positive semidefinite.</param>
    /// <param name="skill">The rater's inverse temperature, above 0.</param>
    /// <exception cref="ArgumentException">Numbers do not fit.</exception>
    public double Of(ReadOnlySpan<double> means, ReadOnlySpan<double> covariance, double skill = 1)
    {
        if (means.Length != count || covariance.Length != count * count)
        {
            throw new ArgumentException(
                $"{means.Length} means and {covariance.Length} covariances do not fit {count} answers.",
                nameof(means)
            );
        }

        ObservedRanking.CheckSkill(skill);
        samples.Draw(means, covariance, skill);
        return Math.Max(0, subsets is null ? Contrastive() : Enumerated(subsets));
    }

    private double Enumerated(RankingSubsets distribution)
    {
        Array.Clear(chances);
        var entropy = 0.0;
        for (var sample = 0; sample < samples.Samples; sample++)
        {
            distribution.Load(samples.Utilities.AsSpan(sample * count, count));
            entropy += distribution.Entropy();
            var inverses = distribution.Inverses;
            var product = distribution.WeightProduct;
            for (int i = 0, at = 0; i < chances.Length; i++)
            {
                var chance = product;
                for (var end = at + count; at < end; at++)
                {
                    chance *= inverses[left[at]];
                }

                chances[i] += chance;
            }
        }

        var mixed = 0.0;
        foreach (var sum in chances)
        {
            var chance = sum / samples.Samples;
            mixed -= chance > 0 ? chance * Math.Log(chance) : 0;
        }

        return mixed - (entropy / samples.Samples);
    }

    private double Contrastive()
    {
        for (var sample = 0; sample < samples.Samples; sample++)
        {
            var own = weights.AsSpan(sample * count, count);
            ChoiceWeights.Logs(samples.Utilities.AsSpan(sample * count, count), own);
            foreach (ref var weight in own)
            {
                weight = Math.Exp(weight);
            }
        }

        var sum = 0.0;
        for (var sample = 0; sample < samples.Samples; sample++)
        {
            Rank(sample);
            var mean = 0.0;
            for (var other = 0; other < samples.Samples; other++)
            {
                mean += Chance(weights.AsSpan(other * count, count)) / samples.Samples;
            }

            sum += Math.Log(Chance(weights.AsSpan(sample * count, count)) / mean);
        }

        return sum / samples.Samples;
    }

    // The chance of the ranking that was drawn, from its last place to its first.
    private double Chance(ReadOnlySpan<double> weight)
    {
        var (rest, chance) = (0.0, 1.0);
        for (var place = count - 1; place >= 0; place--)
        {
            rest += weight[ranking[place]];
            chance *= weight[ranking[place]] / rest;
        }

        return chance;
    }

    // Utilities with Gumbel's noise, sorted, are a draw of Plackett and Luce's (Yellott 1977).
    private void Rank(int sample)
    {
        for (var i = 0; i < count; i++)
        {
            var value = samples.Utilities[(sample * count) + i] + noise[(sample * count) + i];
            var at = i;
            for (
                ;
                at > 0 && value > samples.Utilities[(sample * count) + ranking[at - 1]] + noise[(sample * count) + ranking[at - 1]];
                at--
            )
            {
                ranking[at] = ranking[at - 1];
            }

            ranking[at] = i;
        }
    }

    private static double[] Gumbel(int samples, int answers)
    {
        var random = new Randomness.Seed(0).Derive("gumbel").Source();
        return [.. Enumerable.Range(0, samples * answers).Select(_ => -Math.Log(-Math.Log(1 - random.NextDouble())))];
    }

    /// <summary>For every ranking the subsets left at its first, second, … choice.</summary>
    private static int[] LeftAtEachChoice(int answers)
    {
        IEnumerable<int[]> Rankings(int subset) =>
            subset == 0
                ?
                [
                    [],
                ]
                : Enumerable
                    .Range(0, answers)
                    .Where(answer => (subset & (1 << answer)) != 0)
                    .SelectMany(answer => Rankings(subset & ~(1 << answer)).Select(rest => (int[])[subset, .. rest]));
        return [.. Rankings((1 << answers) - 1).SelectMany(subsets => subsets)];
    }
}
