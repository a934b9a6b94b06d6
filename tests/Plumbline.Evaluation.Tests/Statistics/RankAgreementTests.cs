using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class RankAgreementTests
{
    [Fact]
    public void Tau_b_with_ties_is_that_of_SciPy()
    {
        // The example in the documentation of scipy.stats.kendalltau.
        var pairs = RankPairs.Between([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]);

        Assert.Equal(-0.47140452079103173, pairs.TauB!.Value, 1e-14);
    }

    [Fact]
    public void Tau_b_of_equal_orders_is_1_of_reversed_ones_minus_1_and_of_all_ties_nothing()
    {
        Assert.Equal(1.0, RankPairs.Between([1, 2, 2, 4], [1, 5, 5, 9]).TauB!.Value, 1e-15);
        Assert.Equal(-1.0, RankPairs.Between([1, 2, 3], [3, 2, 1]).TauB);
        Assert.Null(RankPairs.Between([1, 1, 1], [1, 2, 3]).TauB);
        Assert.Null(RankPairs.Between([1], [1]).TauB);
        Assert.Throws<ArgumentException>(() => RankPairs.Between([1], [1, 2]));
    }

    [Fact]
    public void A_tie_against_a_preference_is_no_agreement_unless_ties_are_left_out()
    {
        // Pairs: 1-2 both prefer the first; 1-3 likewise; 2-3 only the second rater decides.
        var pairs = RankPairs.Between([1, 2, 2], [1, 2, 3]);

        Assert.Equal(new RankPairs(2, 0, 1, 0, 0), pairs);
        Assert.Equal(2 / 3.0, pairs.SameSide!.Value, 1e-15);
        Assert.Equal(1.0, pairs.SameSideOfDecided);
        Assert.Equal(1.0, RankPairs.Between([1, 1], [4, 4]).SameSide);
        Assert.Null(RankPairs.Between([1, 1], [4, 4]).SameSideOfDecided);
        Assert.Null(RankPairs.Between([], []).SameSide);
    }

    [Fact]
    public void Counting_by_sorting_is_counting_pair_by_pair()
    {
        for (var trial = 0; trial < 200; trial++)
        {
            var random = new Seed(3).Derive("ranks", trial).Source();
            var length = random.NextInt(40);
            int[] first = [.. Enumerable.Range(0, length).Select(_ => random.NextInt(8))],
                second = [.. Enumerable.Range(0, length).Select(_ => random.NextInt(8))];

            Assert.Equal(OneByOne(first, second), RankPairs.Between(first, second));
        }
    }

    [Fact]
    public void W_of_rankings_with_ties_is_that_worked_by_hand()
    {
        // Ranks 1 2 3 and 1.5 1.5 3: sums 2.5 3.5 6; (12·54.5 − 3·4·3·16) / (4·3·8 − 2·6).
        Assert.Equal(
            78 / 84.0,
            KendallConcordance
                .Of([
                    [1, 2, 3],
                    [1, 1, 2],
                ])!
                .Value,
            1e-15
        );
    }

    [Fact]
    public void W_is_1_for_one_order_and_0_where_every_answer_has_the_same_sum()
    {
        Assert.Equal(
            1.0,
            KendallConcordance.Of([
                [1, 2, 2, 4],
                [1, 2, 2, 3],
                [10, 20, 20, 40],
            ])
        );
        Assert.Equal(
            0.0,
            KendallConcordance.Of([
                [1, 2, 3],
                [2, 3, 1],
                [3, 1, 2],
            ])
        );
        Assert.Null(
            KendallConcordance.Of([
                [1, 2],
            ])
        );
        Assert.Null(
            KendallConcordance.Of([
                [1, 1],
                [2, 2],
            ])
        );
        Assert.Throws<ArgumentException>(() =>
            KendallConcordance.Of([
                [1, 2],
                [1, 2, 3],
            ])
        );
    }

    [Fact]
    public void W_without_ties_is_the_mean_rank_correlation_of_all_pairs()
    {
        var random = new Seed(5).Source();
        int[][] rankings =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(_ =>
                {
                    int[] ranks = [1, 2, 3, 4, 5, 6, 7];
                    random.Shuffle<int>(ranks);
                    return ranks;
                }),
        ];
        var correlations =
            from one in Enumerable.Range(0, 5)
            from other in Enumerable.Range(one + 1, 4 - one)
            select 1 - (6.0 * rankings[one].Zip(rankings[other], (x, y) => (x - y) * (x - y)).Sum() / (7 * 48));

        // r̄ = (m·W − 1) / (m − 1), Kendall, Rank Correlation Methods, chapter 6.
        Assert.Equal(correlations.Average(), ((5 * KendallConcordance.Of(rankings)!.Value) - 1) / 4, 1e-12);
    }

    private static RankPairs OneByOne(int[] first, int[] second)
    {
        var counts = new RankPairs();
        for (var i = 0; i < first.Length; i++)
        {
            for (var j = i + 1; j < first.Length; j++)
            {
                counts = (first[i].CompareTo(first[j]), second[i].CompareTo(second[j])) switch
                {
                    (0, 0) => counts with { TiedBoth = counts.TiedBoth + 1 },
                    (0, _) => counts with { TiedFirst = counts.TiedFirst + 1 },
                    (_, 0) => counts with { TiedSecond = counts.TiedSecond + 1 },
                    var (one, other) when one == other => counts with { Concordant = counts.Concordant + 1 },
                    _ => counts with { Discordant = counts.Discordant + 1 },
                };
            }
        }

        return counts;
    }
}
