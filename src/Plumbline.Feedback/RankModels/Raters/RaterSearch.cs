using Plumbline.Feedback.RankModels.Fitting;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>
/// Maximises the marginal likelihood: Newton's steps on fixed nodes, halved until they help, after each of which the nodes move. Where the likelihood is not concave the step is the EM algorithm's, to first
/// order.
/// </summary>
internal sealed class RaterSearch
{
    private const int MostSteps = 200;

    // The square of the distance to the maximum in standard errors.
    private const double SmallGain = 1e-8;

    // Within a standard error Newton's step is taken unseen: looking costs as much as the next step.
    private const double NearGain = 1;

    private readonly MarginalLikelihood likelihood;
    private readonly RaterModelOptions options;
    private readonly double[] shares;
    private readonly double sensitivityPrecision;
    private readonly double biasPrecision;

    public RaterSearch(IReadOnlyList<StrengthPosterior> prompts, int[] judgements, RaterModelOptions options)
    {
        (likelihood, this.options) = (new MarginalLikelihood(prompts), options);
        sensitivityPrecision = 1 / (options.SensitivityDeviation * options.SensitivityDeviation);
        biasPrecision = 1 / (options.SideBiasDeviation * options.SideBiasDeviation);
        var all = Math.Max(1, judgements.Sum());
        shares = new double[2 * judgements.Length];
        for (var rater = 0; rater < judgements.Length; rater++)
        {
            shares[2 * rater] = (double)judgements[rater] / all;
        }
    }

    /// <summary>The maximum.</summary>
    public RaterMaximum Run()
    {
        var parameters = new double[shares.Length];
        for (var i = 0; i < parameters.Length; i += 2)
        {
            parameters[i] = options.StrengthDeviation ?? 1;
        }

        for (var step = 0; step < MostSteps; step++)
        {
            likelihood.Place(parameters);
            var information = new RaterInformation(parameters.Length / 2);
            var before = likelihood.Evaluate(parameters, information) + LogPrior(parameters);
            information.AddPrior(parameters, sensitivityPrecision, biasPrecision);
            var observed = information.Observed();
            var move = Constrained(observed ?? information.Complete(), information.Gradient);
            var gain = move.Zip(information.Gradient, (a, b) => a * b).Sum();
            if (gain < SmallGain)
            {
                return Maximum(parameters, before - LogPrior(parameters), observed);
            }

            Move(parameters, move, before, gain, isTrusted: observed is not null && gain < NearGain);
        }

        return new RaterMaximum(parameters, null, shares, likelihood.Evaluate(parameters, null), likelihood);
    }

    private void Move(double[] parameters, double[] move, double before, double gain, bool isTrusted)
    {
        var origin = parameters.ToArray();
        for (var length = 1.0; length > 1e-8; length /= 2)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i] = origin[i] + (length * move[i]);
            }

            if (isTrusted || likelihood.Evaluate(parameters, null) + LogPrior(parameters) >= before + (1e-4 * length * gain))
            {
                break;
            }
        }
    }

    // With a known τ the mean sensitivity stays what it is: the step is corrected along the information's inverse.
    private double[] Constrained(CholeskyFactor information, double[] gradient)
    {
        var move = information.Solve(gradient);
        if (options.StrengthDeviation is not null)
        {
            var along = information.Solve(shares);
            var factor = Dot(shares, move) / Math.Max(Dot(shares, along), double.Epsilon);
            for (var i = 0; i < move.Length; i++)
            {
                move[i] -= factor * along[i];
            }
        }

        return move;
    }

    private RaterMaximum Maximum(double[] parameters, double value, CholeskyFactor? observed)
    {
        if (observed is null)
        {
            return new RaterMaximum(parameters, null, shares, value, likelihood);
        }

        var covariance = observed.Inverse();
        if (options.StrengthDeviation is not null)
        {
            var along = observed.Solve(shares);
            var size = Math.Max(Dot(shares, along), double.Epsilon);
            for (var i = 0; i < along.Length; i++)
            {
                for (var j = 0; j < along.Length; j++)
                {
                    covariance[i][j] -= along[i] * along[j] / size;
                }
            }
        }

        return new RaterMaximum(parameters, covariance, shares, value, likelihood);
    }

    private double LogPrior(double[] parameters)
    {
        var sum = 0.0;
        for (var i = 0; i < parameters.Length; i++)
        {
            sum -= parameters[i] * parameters[i] * (i % 2 == 0 ? sensitivityPrecision : biasPrecision) / 2;
        }

        return sum;
    }

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}

/// <summary>Where the marginal likelihood is largest.</summary>
/// <param name="Parameters">Sensitivity and side bias of each rater.</param>
/// <param name="Covariance">[2 · raters][2 · raters]; null where the search did not come to an end, or at no peak.</param>
/// <param name="Shares">At each sensitivity the rater's share of the judgements, 0 at biases.</param>
/// <param name="LogLikelihood">The marginal log-likelihood, without priors on raters.</param>
/// <param name="Likelihood">What was maximised, its nodes placed.</param>
internal sealed record RaterMaximum(
    double[] Parameters,
    double[][]? Covariance,
    double[] Shares,
    double LogLikelihood,
    MarginalLikelihood Likelihood
);
