using Plumbline.Feedback.RankModels.Fitting;
using Plumbline.Randomness;

namespace Plumbline.Feedback.RankModels;

/// <summary>
/// Strengths from rankings: P(ranking) = Π_i w_i / Σ_{j not above i} w_j, w = e^θ. Plackett, Applied Statistics 24 (1975) 193-202; Luce, Individual Choice Behavior (1959). Rankings may hold some of the
/// items only, and ties, whose meaning is <see cref="StrengthOptions.Ties"/>. Rankings of two give Bradley and Terry's model. The log-likelihood is concave, with ties of either kind as well, and is
/// maximised by Newton's method.
/// </summary>
public static class PlackettLuce
{
    /// <summary>Estimates strengths with intervals from the curvature.</summary>
    /// <param name="rankings">The rankings. Their order does not matter.</param>
    /// <param name="items">How many items there are: rankings name them by numbers below this.</param>
    /// <param name="options">Prior, ties and confidence; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A ranking names an item that is not there, has more than 12 items tied above others (<see cref="TieModel.UnknownOrder"/>), or is a choice among more than 20,000 sets
    /// (<see cref="TieModel.DavidsonLuce"/>).
    /// </exception>
    public static StrengthFit Fit(IReadOnlyList<Ranking> rankings, int items, StrengthOptions? options = null) =>
        StrengthResampling.Fit(Data(rankings, items, options), options ?? new StrengthOptions());

    /// <summary>Estimates strengths with percentile intervals over rankings, or units of rankings, drawn with replacement.</summary>
    /// <param name="rankings">The rankings.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="options">Prior, ties and confidence; null for the defaults.</param>
    /// <param name="resamples">How many samples are drawn, at least 100.</param>
    /// <param name="units">The unit of each ranking (a rater, a prompt), any number; null where every ranking is its own unit.</param>
    /// <exception cref="ArgumentException">As <see cref="Fit"/>, or there are not as many units as rankings.</exception>
    public static ResampledStrengths Resample(
        IReadOnlyList<Ranking> rankings,
        int items,
        Seed seed,
        StrengthOptions? options = null,
        int resamples = 1_000,
        IReadOnlyList<int>? units = null
    ) => StrengthResampling.Resample(Data(rankings, items, options), options ?? new StrengthOptions(), seed, resamples, units);

    /// <summary>The log-probability of a ranking.</summary>
    /// <param name="ranking">The ranking, of items that <paramref name="logStrengths"/> has.</param>
    /// <param name="logStrengths">The log-strength of each item.</param>
    /// <param name="tiePrevalences">The prevalence δ of each size of tie, for <see cref="TieModel.DavidsonLuce"/>; null for <see cref="TieModel.UnknownOrder"/>.</param>
    /// <returns>At most 0; negative infinity for a tie of a size without a prevalence.</returns>
    public static double LogProbability(
        Ranking ranking,
        IReadOnlyList<double> logStrengths,
        IReadOnlyDictionary<int, double>? tiePrevalences = null
    )
    {
        double[] utilities = [.. ranking.Items.Select(item => logStrengths[item])];
        if (tiePrevalences is null)
        {
            RankingData.CheckTies(ranking, TieModel.UnknownOrder);
            return new UnknownOrderProbability().Evaluate(ranking, utilities, [], null);
        }

        int[] sizes = [.. tiePrevalences.Where(tie => tie.Key > 1 && tie.Value > 0).Select(tie => tie.Key).Order()];
        return !DavidsonLuceProbability.CanChoose(utilities.Length, sizes)
                ? throw new ArgumentException($"The choice is among more than {DavidsonLuceProbability.MostSets} sets.", nameof(ranking))
            : RankingData.TiesOf(ranking).Except(sizes).Any() ? double.NegativeInfinity
            : new DavidsonLuceProbability(sizes).Evaluate(
                ranking,
                utilities,
                [.. sizes.Select(size => Math.Log(tiePrevalences[size]))],
                null
            );
    }

    private static RankingData Data(IReadOnlyList<Ranking> rankings, int items, StrengthOptions? options) =>
        new(rankings, items, (options ?? new StrengthOptions()).Ties);
}
