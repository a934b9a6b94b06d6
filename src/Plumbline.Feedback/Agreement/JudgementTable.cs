using Plumbline.Configuration;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Agreement;

/// <summary>
/// Judgements as they come in, and how far raters agree until now. A rater's later judgement of a unit takes the place of the earlier one. Not thread-safe: one writer, and nobody reads meanwhile.
/// </summary>
/// <remarks>
/// A judgement is taken in in O(m) for the m raters of its unit. Figures are computed anew from all judgements: O(n log n) for n of them and O(Σ m_u²) for the κ of pairs of raters, without
/// intervals; intervals take that times the number of samples. The figures depend on the judgements alone, bit for bit, and not on the order in which they came.
/// </remarks>
/// <param name="level">What the values mean; it decides which figures suit them.</param>
public sealed class JudgementTable(MeasurementLevel level)
{
    private readonly UnitTable<double> table = new();

    /// <summary>What the values mean.</summary>
    public MeasurementLevel Level => level;

    /// <summary>Takes a judgement in.</summary>
    /// <exception cref="ArgumentException">The value is no finite number, or a name is empty.</exception>
    public void Set(Judgement judgement)
    {
        if (!double.IsFinite(judgement.Value))
        {
            throw new ArgumentException($"The value {judgement.Value} is not finite.", nameof(judgement));
        }

        table.Set(judgement.Unit, judgement.Rater, judgement.Value);
    }

    /// <summary>Forgets what a rater said of a unit.</summary>
    /// <returns>Whether there was something to forget.</returns>
    public bool Remove(string unit, string rater) => table.Remove(unit, rater);

    /// <summary>
    /// All figures that suit the level: raw agreement and α always; Fleiss' and Cohen's κ of names; κ with linear and quadratic weights of places in an order; κ with quadratic weights of numbers.
    /// </summary>
    /// <param name="options">The numbers.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public AgreementFigures Figures(AgreementOptions options, Seed seed)
    {
        OptionsValidation.ThrowIfInvalid(options);
        var units = table.Units;
        var ratings = UnitRatings.Of(units.Select(unit => (IReadOnlyList<double>)[.. unit.Given.Select(given => given.Value)]));
        var pairs = RaterPairs.Of(Ratings(units));
        return new AgreementFigures(
            units.Count,
            ratings.PairableUnits,
            table.Raters,
            table.Judgements,
            [
                .. Measures(ratings, pairs, options)
                    .Select(each => (each.Measure, AgreementFigures.OverUnits(units.Count, each.Figure, options, seed))),
            ]
        );
    }

    private IEnumerable<(AgreementMeasure Measure, ResampledFigure Figure)> Measures(
        UnitRatings ratings,
        RaterPairs? pairs,
        AgreementOptions options
    )
    {
        yield return (AgreementMeasure.PercentAgreement, times => PercentAgreement.Of(ratings, times));
        yield return (AgreementMeasure.KrippendorffAlpha, times => KrippendorffAlpha.Of(ratings, level, times));
        if (level == MeasurementLevel.Nominal)
        {
            yield return (AgreementMeasure.FleissKappa, times => FleissKappa.Of(ratings, times));
            yield return (AgreementMeasure.CohenKappa, times => Kappa(KappaWeights.None, times));
        }
        else
        {
            if (level == MeasurementLevel.Ordinal)
            {
                yield return (AgreementMeasure.LinearKappa, times => Kappa(KappaWeights.Linear, times));
            }

            yield return (AgreementMeasure.QuadraticKappa, times => Kappa(KappaWeights.Quadratic, times));
        }

        Figure Kappa(KappaWeights weights, ReadOnlySpan<int> times) =>
            pairs?.MeanKappa(weights, options.LeastShared, times) ?? Figure.Without(UndefinedReason.TooManyPairs);
    }

    private List<Rating> Ratings(IReadOnlyList<UnitTable<double>.Unit> units)
    {
        var numbers = table.RaterNumbers();
        var ratings = new List<Rating>(table.Judgements);
        for (var unit = 0; unit < units.Count; unit++)
        {
            foreach (var (rater, value) in units[unit].Given)
            {
                ratings.Add(new Rating(unit, numbers[rater], value));
            }
        }

        return ratings;
    }
}
