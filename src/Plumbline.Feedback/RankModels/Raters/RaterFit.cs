using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>How a rater ranks.</summary>
/// <param name="Skill">The skill, 1 for the average judgement; null where raters do not agree beyond chance, so that there is nothing to measure it by (<see cref="RaterFit.Undetermined"/>).</param>
/// <param name="SideBias">The log-odds that what is shown first has over what is shown last; null where it is not known how this rater's answers were shown.</param>
/// <param name="Judgements">How many rankings the rater gave that say something.</param>
public sealed record RaterEstimate(Estimate? Skill, Estimate? SideBias, int Judgements);

/// <summary>Skills and side biases of raters, and strengths of what they ranked.</summary>
public sealed class RaterFit
{
    private readonly double z;
    private readonly double confidence;

    internal RaterFit(
        RaterMaximum maximum,
        IReadOnlyList<StrengthPosterior> prompts,
        int[] judgements,
        bool[] placed,
        int items,
        RaterModelOptions options
    )
    {
        confidence = options.Confidence;
        z = NormalDistribution.TwoSidedQuantile(confidence);
        MarginalLogLikelihood = maximum.LogLikelihood;
        var deviation = Deviation(maximum, options);
        StrengthDeviation = deviation;
        Undetermined =
            prompts.Count == 0 ? "Nobody ranked anything."
            : maximum.Covariance is null
                ? "The search for the maximum did not come to an end, or ended where the likelihood is flat: the rankings do not tell these raters apart."
            : options.StrengthDeviation is null && deviation.Interval!.Value.Low <= 0
                ? "Raters do not agree beyond chance, or no two ranked the same answers: skills have nothing to be measured by."
            : null;
        Raters = [.. judgements.Select((count, rater) => count == 0 ? null : Rater(maximum, rater, deviation.Value, count, placed[rater]))];
        var strengths = new Estimate?[items];
        foreach (var prompt in prompts)
        {
            var weights = maximum.Likelihood.Weights(prompt, maximum.Parameters);
            AddStrengths(prompt, weights, deviation.Value, strengths);
        }

        LogStrengths = strengths;
    }

    /// <summary>Each rater's estimates; null for raters without a ranking that says something.</summary>
    public IReadOnlyList<RaterEstimate?> Raters { get; }

    /// <summary>
    /// Each answer's log-strength for the average judgement, measured from the mean of its prompt, with the interval of its posterior (skills and biases taken as known); null where it was not ranked
    /// against another, or there is no scale (<see cref="Undetermined"/>).
    /// </summary>
    public IReadOnlyList<Estimate?> LogStrengths { get; }

    /// <summary>τ: the standard deviation of log-strengths, with its interval; without one where it was given.</summary>
    public Estimate StrengthDeviation { get; }

    /// <summary>The log-likelihood of all rankings with strengths integrated out.</summary>
    public double MarginalLogLikelihood { get; }

    /// <summary>Why skills could not be estimated; null where they could.</summary>
    public string? Undetermined { get; }

    private Estimate Deviation(RaterMaximum maximum, RaterModelOptions options)
    {
        if (options.StrengthDeviation is { } known)
        {
            return new Estimate(known);
        }

        var value = maximum.Parameters.Zip(maximum.Shares, (a, b) => a * b).Sum();
        return maximum.Covariance is { } covariance
            ? Normal(value, Quadratic(covariance, maximum.Shares, maximum.Shares))
            : new Estimate(value);
    }

    private RaterEstimate Rater(RaterMaximum maximum, int rater, double deviation, int judgements, bool isPlaced)
    {
        if (maximum.Covariance is not { } covariance)
        {
            return new RaterEstimate(null, null, judgements);
        }

        var bias = isPlaced ? Normal(maximum.Parameters[(2 * rater) + 1], covariance[(2 * rater) + 1][(2 * rater) + 1]) : (Estimate?)null;
        if (Undetermined is not null)
        {
            return new RaterEstimate(null, bias, judgements);
        }

        // s = v/τ with τ = Σ c·v: ∂s/∂v = (e − s·c)/τ (delta method). A given τ has no variance, and the covariance none along c.
        var skill = maximum.Parameters[2 * rater] / deviation;
        var cross = 0.0;
        for (var i = 0; i < maximum.Shares.Length; i++)
        {
            cross += covariance[2 * rater][i] * maximum.Shares[i];
        }

        var spread = StrengthDeviation.Interval is { } interval ? (interval.High - interval.Low) / (2 * z) : 0;
        var variance = covariance[2 * rater][2 * rater] - (2 * skill * cross) + (skill * skill * spread * spread);
        return new RaterEstimate(Normal(skill, variance / (deviation * deviation)), bias, judgements);
    }

    private void AddStrengths(StrengthPosterior prompt, double[] weights, double deviation, Estimate?[] strengths)
    {
        for (var at = 0; at < prompt.Items.Count && Undetermined is null; at++)
        {
            var (mean, square) = (0.0, 0.0);
            for (var node = 0; node < weights.Length; node++)
            {
                mean += weights[node] * prompt.Strengths[node][at];
                square += weights[node] * prompt.Strengths[node][at] * prompt.Strengths[node][at];
            }

            strengths[prompt.Items[at]] = Normal(deviation * mean, deviation * deviation * (square - (mean * mean)));
        }
    }

    private Estimate Normal(double value, double variance)
    {
        var reach = z * Math.Sqrt(Math.Max(variance, 0));
        return new Estimate(value, new Interval(value - reach, value + reach, confidence));
    }

    private static double Quadratic(double[][] matrix, double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = 0; j < right.Length && left[i] != 0; j++)
            {
                sum += left[i] * matrix[i][j] * right[j];
            }
        }

        return sum;
    }
}
