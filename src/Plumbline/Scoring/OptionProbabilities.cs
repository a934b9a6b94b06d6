namespace Plumbline.Scoring;

/// <summary>Log-probabilities of options as probabilities among them.</summary>
public static class OptionProbabilities
{
    /// <summary>exp(l) / Σ exp(l), computed without overflow.</summary>
    /// <param name="logProbabilities">In nats, at least one, one of which is finite. [options]</param>
    public static double[] Of(IReadOnlyList<double> logProbabilities)
    {
        var most = logProbabilities.Max();
        var weights = logProbabilities.Select(score => Math.Exp(score - most)).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    /// <summary>log Σ exp(l): the log-probability of any of several, computed without overflow.</summary>
    /// <param name="logProbabilities">In nats, at least one.</param>
    public static double LogSum(IReadOnlyList<double> logProbabilities)
    {
        var most = logProbabilities.Max();
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(logProbabilities.Sum(score => Math.Exp(score - most)));
    }
}
