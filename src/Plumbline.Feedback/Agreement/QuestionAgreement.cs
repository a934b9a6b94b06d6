using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.Agreement;

/// <summary>How far the raters of one question agree on the order of its answers.</summary>
/// <param name="SameSide">The mean over pairs of raters of <see cref="RankPairs.SameSide"/>; null where there is no pair.</param>
/// <param name="SameSideOfDecided">The mean of <see cref="RankPairs.SameSideOfDecided"/> over the pairs of raters that have it; null where none has.</param>
/// <param name="TauB">The mean of <see cref="RankPairs.TauB"/> over the pairs of raters that have it; null where none has.</param>
/// <param name="W">Kendall's W (<see cref="KendallConcordance"/>); null where it is not defined.</param>
/// <param name="Opinions">What α of opinions about pairs of answers needs.</param>
public sealed record QuestionAgreement(double? SameSide, double? SameSideOfDecided, double? TauB, double? W, PairOpinionSums Opinions)
{
    /// <summary>Compares the rankings of a question: each with each, in O(m² k log k + m k²) for m rankings of k answers.</summary>
    /// <param name="rankings">The rank of each answer, in the order of the answers; only the order counts, equal ranks are ties.</param>
    /// <exception cref="ArgumentException">Two rankings are of different length.</exception>
    public static QuestionAgreement Of(IReadOnlyList<IReadOnlyList<int>> rankings)
    {
        int[][] ranks = [.. rankings.Select(ranking => ranking.ToArray())];
        var sides = new Mean();
        var decided = new Mean();
        var taus = new Mean();
        for (var one = 0; one < ranks.Length; one++)
        {
            for (var other = one + 1; other < ranks.Length; other++)
            {
                var pairs = RankPairs.Between(ranks[one], ranks[other]);
                sides.Add(pairs.SameSide);
                decided.Add(pairs.SameSideOfDecided);
                taus.Add(pairs.TauB);
            }
        }

        return new QuestionAgreement(sides.Value, decided.Value, taus.Value, KendallConcordance.Of(rankings), PairOpinions(ranks));
    }

    // An opinion about a pair is 1 where the first answer is preferred, 0 where the second is, and a half for neither.
    private static PairOpinionSums PairOpinions(int[][] ranks)
    {
        var sums = default(PairOpinionSums);
        for (var first = 0; ranks.Length > 1 && first < ranks[0].Length; first++)
        {
            for (var second = first + 1; second < ranks[0].Length; second++)
            {
                var (sum, squares) = (0.0, 0.0);
                foreach (var ranking in ranks)
                {
                    var opinion = (1 + Math.Sign(ranking[second] - (long)ranking[first])) / 2.0;
                    sum += opinion;
                    squares += opinion * opinion;
                }

                sums += PairOpinionSums.Of(ranks.Length, sum, squares);
            }
        }

        return sums;
    }

    private sealed class Mean
    {
        private double sum;
        private int count;

        public double? Value => count == 0 ? null : sum / count;

        public void Add(double? value)
        {
            sum += value ?? 0;
            count += value is null ? 0 : 1;
        }
    }
}
