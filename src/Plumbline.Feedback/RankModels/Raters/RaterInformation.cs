using Plumbline.Feedback.RankModels.Fitting;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>
/// The derivatives of the marginal log-likelihood by the raters' parameters, rater r's sensitivity at 2r and side bias at 2r + 1. By Fisher's identity the gradient is the posterior mean of the gradient
/// that known strengths would give; by Louis' (1982) minus the second derivatives are the posterior mean of the same less the posterior covariance of that gradient.
/// </summary>
/// <param name="raters">How many raters there are.</param>
internal sealed class RaterInformation(int raters)
{
    private readonly double[][] observed = [.. Enumerable.Range(0, 2 * raters).Select(row => new double[2 * raters])];
    private readonly double[][] complete = [.. Enumerable.Range(0, raters).Select(_ => new double[3])];

    /// <summary>[2 · raters].</summary>
    public double[] Gradient { get; } = new double[2 * raters];

    /// <summary>Adds what known strengths would say of one rater.</summary>
    public void AddComplete(int rater, double skill, double both, double bias)
    {
        complete[rater][0] += skill;
        complete[rater][1] += both;
        complete[rater][2] += bias;
    }

    /// <summary>Takes off what is lost because strengths are not known: a covariance of two parameters.</summary>
    public void Lose(int parameter, int other, double covariance)
    {
        observed[parameter][other] -= covariance;
        if (parameter != other)
        {
            observed[other][parameter] -= covariance;
        }
    }

    /// <summary>Adds a prior.</summary>
    public void AddPrior(ReadOnlySpan<double> parameters, double sensitivityPrecision, double biasPrecision)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            Gradient[i] -= parameters[i] * (i % 2 == 0 ? sensitivityPrecision : biasPrecision);
        }

        for (var rater = 0; rater < raters; rater++)
        {
            AddComplete(rater, sensitivityPrecision, 0, biasPrecision);
        }
    }

    /// <summary>One entry of the information in the data.</summary>
    public double Entry(int parameter, int other) =>
        observed[parameter][other] + (parameter / 2 == other / 2 ? complete[parameter / 2][(parameter % 2) + (other % 2)] : 0);

    /// <summary>The information in the data, factored; null where the likelihood is not concave here.</summary>
    public CholeskyFactor? Observed() => CholeskyFactor.Of(Matrix(observed));

    /// <summary>What the information would be if strengths were known, factored: never indefinite. Steps by it are those of the EM algorithm to first order (Lange 1995).</summary>
    public CholeskyFactor Complete() =>
        CholeskyFactor.Of(Matrix(null)) ?? throw new InvalidOperationException("The complete information is not positive definite.");

    private double[][] Matrix(double[][]? lost)
    {
        double[][] matrix =
        [
            .. Enumerable.Range(0, 2 * raters).Select(row => lost is null ? new double[2 * raters] : (double[])lost[row].Clone()),
        ];
        for (var rater = 0; rater < raters; rater++)
        {
            var at = 2 * rater;
            matrix[at][at] += complete[rater][0];
            matrix[at][at + 1] += complete[rater][1];
            matrix[at + 1][at] += complete[rater][1];
            matrix[at + 1][at + 1] += complete[rater][2];
        }

        return matrix;
    }
}
