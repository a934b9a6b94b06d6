namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>
/// Logistic regression on pairs: P(chosen wins) = σ(β · x), x the difference of the two answers, without an intercept, so that which answer stands first says nothing. Minimises
/// Σ w·ln(1 + e^(−β·x)) / Σ w + λ/2·|β|² by Newton's method, halving a step that does not go down.
/// </summary>
internal sealed class PairLogistic
{
    private const int MostSteps = 100;
    private const int MostHalvings = 40;
    private const double Tolerance = 1e-9;

    private readonly SparseRows rows;
    private readonly double penalty;
    private readonly double[]? weights;
    private readonly double total;
    private readonly double[] gradient;
    private readonly double[,] hessian;

    private PairLogistic(PairDifferences pairs, double penalty, double[]? weights)
    {
        rows = pairs.Rows;
        this.penalty = penalty;
        this.weights = weights;
        total = weights?.Sum() ?? pairs.Pairs;
        gradient = new double[pairs.Columns];
        hessian = new double[pairs.Columns, pairs.Columns];
    }

    /// <summary>Fits the coefficients.</summary>
    /// <param name="pairs">The differences.</param>
    /// <param name="penalty">λ, above 0: it makes the optimum unique, also where a feature tells all pairs apart.</param>
    /// <param name="weights">How often each pair counts, 0 or more; null for once.</param>
    /// <param name="start">Where to begin; null for 0. The optimum does not depend on it.</param>
    public static double[] Fit(PairDifferences pairs, double penalty, double[]? weights = null, double[]? start = null) =>
        new PairLogistic(pairs, penalty, weights).Minimise(start ?? new double[pairs.Columns]);

    /// <summary>−ln(1 + e^(−lead)): the log-likelihood of the choice that was made.</summary>
    public static double LogLikelihood(double lead) => lead > 0 ? -Math.Log(1 + Math.Exp(-lead)) : lead - Math.Log(1 + Math.Exp(lead));

    /// <summary>The slope of what is minimised, which is 0 at the optimum.</summary>
    internal static double[] Gradient(PairDifferences pairs, double penalty, double[] coefficients)
    {
        var fit = new PairLogistic(pairs, penalty, weights: null);
        fit.Derive(coefficients);
        return fit.gradient;
    }

    private double[] Minimise(double[] coefficients)
    {
        var loss = Loss(coefficients);
        Derive(coefficients);
        for (var step = 0; step < MostSteps && gradient.Any(slope => Math.Abs(slope) > Tolerance); step++)
        {
            var direction = PositiveDefinite.Solve(hessian, gradient);
            var (size, halvings) = (1.0, 0);
            var next = Moved(coefficients, direction, size);
            var nextLoss = Loss(next);
            while (nextLoss > loss)
            {
                if (++halvings > MostHalvings)
                {
                    // Rounding: nothing goes down any more.
                    return coefficients;
                }

                size /= 2;
                next = Moved(coefficients, direction, size);
                nextLoss = Loss(next);
            }

            (coefficients, loss) = (next, nextLoss);
            Derive(coefficients);
        }

        return coefficients;
    }

    private static double[] Moved(double[] from, double[] direction, double size)
    {
        var moved = new double[from.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = from[i] - (size * direction[i]);
        }

        return moved;
    }

    private double Loss(double[] coefficients)
    {
        var loss = 0.0;
        for (var row = 0; row < rows.Count; row++)
        {
            var weight = weights?[row] ?? 1;
            loss -= weight == 0 ? 0 : weight * LogLikelihood(rows.Times(row, coefficients));
        }

        return (loss / total) + (penalty / 2 * coefficients.Sum(value => value * value));
    }

    // Gradient and the lower half of the Hessian.
    private void Derive(double[] coefficients)
    {
        Array.Clear(hessian);
        for (var column = 0; column < coefficients.Length; column++)
        {
            gradient[column] = penalty * coefficients[column];
            hessian[column, column] = penalty;
        }

        for (var row = 0; row < rows.Count; row++)
        {
            var weight = (weights?[row] ?? 1) / total;
            if (weight == 0)
            {
                continue;
            }

            var columns = rows.Columns(row);
            var values = rows.Values(row);
            var miss = 1 / (1 + Math.Exp(rows.Times(row, coefficients)));
            var curvature = weight * miss * (1 - miss);
            for (var i = 0; i < columns.Length; i++)
            {
                gradient[columns[i]] -= weight * miss * values[i];
                for (var j = 0; j <= i; j++)
                {
                    hessian[columns[i], columns[j]] += curvature * values[i] * values[j];
                }
            }
        }
    }
}
