namespace Plumbline.Feedback.Annotators;

/// <summary>Probabilities and their log-odds.</summary>
internal static class Odds
{
    /// <summary>1 / (1 + e^(−x)).</summary>
    public static double Probability(double logOdds) => 1 / (1 + Math.Exp(-logOdds));

    /// <summary>log(1 / (1 + e^(−x))) without overflow.</summary>
    public static double LogProbability(double logOdds) =>
        logOdds < 0 ? logOdds - double.LogP1(Math.Exp(logOdds)) : -double.LogP1(Math.Exp(-logOdds));

    /// <summary>The probability whose log-odds lie a shift from those of another; 0 and 1 stay where they are.</summary>
    public static double Shift(double probability, double shift)
    {
        var odds = probability * Math.Exp(shift);
        return odds / (odds + 1 - probability);
    }
}
