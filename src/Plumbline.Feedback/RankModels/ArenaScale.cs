using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.RankModels;

/// <summary>The scale on which Chatbot Arena shows strengths, after Elo's: 400 points are odds of ten to one, and 1,000 is where log-strengths are 0. For display only.</summary>
public static class ArenaScale
{
    private const double Origin = 1_000;
    private const double PointsOfTenfoldOdds = 400;

    /// <summary>1000 + 400·θ/ln 10, and the same of the interval.</summary>
    /// <param name="logStrength">A log-strength, as in <see cref="StrengthFit.LogStrengths"/>.</param>
    public static Estimate Rating(Estimate logStrength) =>
        new(
            Points(logStrength.Value),
            logStrength.Interval is { } interval ? new Interval(Points(interval.Low), Points(interval.High), interval.Confidence) : null
        );

    private static double Points(double logStrength) => Origin + (logStrength * PointsOfTenfoldOdds / Math.Log(10));
}
