using System.Numerics;

namespace Plumbline.Models.Probes.Training;

/// <summary>
/// Logistic regression with an intercept: minimises Σ w·ln(1 + e^(−y·(x·β + b))) / Σ w + λ/2·|β|² in float64 by L-BFGS (Liu and Nocedal 1989), halving a step that does not go down enough. On one
/// thread; the same rows give the same bits.
/// </summary>
internal sealed class LogisticRegression
{
    private const int Memory = 10;
    private const int MostSteps = 1000;
    private const int MostHalvings = 50;
    private const double Tolerance = 1e-7;
    private const double Armijo = 1e-4;

    private readonly IReadOnlyList<double[]> rows;
    private readonly IReadOnlyList<bool> holds;
    private readonly IReadOnlyList<double> weights;
    private readonly double total;
    private readonly double penalty;
    private readonly int columns;

    private LogisticRegression(IReadOnlyList<double[]> rows, IReadOnlyList<bool> holds, IReadOnlyList<double> weights, double penalty)
    {
        (this.rows, this.holds, this.weights, this.penalty) = (rows, holds, weights, penalty);
        total = weights.Sum();
        columns = rows[0].Length;
    }

    /// <summary>Fits weights and, behind them, the intercept, which λ does not touch.</summary>
    /// <param name="rows">The features, at least one row, all of one length.</param>
    /// <param name="holds">What each row is.</param>
    /// <param name="weights">How much it counts, above 0.</param>
    /// <param name="penalty">λ, above 0: it makes the optimum unique, also where a feature tells all rows apart.</param>
    /// <param name="start">Where to begin; null for 0. The optimum does not depend on it.</param>
    internal static double[] Fit(
        IReadOnlyList<double[]> rows,
        IReadOnlyList<bool> holds,
        IReadOnlyList<double> weights,
        double penalty,
        double[]? start = null
    ) => new LogisticRegression(rows, holds, weights, penalty).Minimise(start ?? new double[rows[0].Length + 1]);

    /// <summary>ln(1 + e^(−margin)), without overflow.</summary>
    internal static double Loss(double margin) => margin > 0 ? Math.Log(1 + Math.Exp(-margin)) : Math.Log(1 + Math.Exp(margin)) - margin;

    /// <summary>The slope of what is minimised, which is 0 at the optimum.</summary>
    internal static double[] Gradient(
        IReadOnlyList<double[]> rows,
        IReadOnlyList<bool> holds,
        IReadOnlyList<double> weights,
        double penalty,
        double[] at
    )
    {
        var gradient = new double[at.Length];
        new LogisticRegression(rows, holds, weights, penalty).Derive(at, gradient);
        return gradient;
    }

    private double[] Minimise(double[] at)
    {
        var gradient = new double[at.Length];
        var value = Derive(at, gradient);
        var history = new List<(double[] Step, double[] Change, double Curvature)>();
        for (var step = 0; step < MostSteps && gradient.Any(slope => Math.Abs(slope) > Tolerance); step++)
        {
            var direction = Direction(gradient, history);
            var descent = Dot(direction, gradient);
            // The first step knows nothing of the curvature.
            var size = history.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(-descent)) : 1;
            var (next, nextGradient) = (new double[at.Length], new double[at.Length]);
            double nextValue;
            for (var halvings = 0; ; halvings++, size /= 2)
            {
                if (halvings > MostHalvings)
                {
                    // Rounding: nothing goes down any more.
                    return at;
                }

                at.CopyTo(next, 0);
                AddScaled(next, direction, size);
                nextValue = Derive(next, nextGradient);
                if (nextValue <= value + (Armijo * size * descent))
                {
                    break;
                }
            }

            Remember(history, Difference(next, at), Difference(nextGradient, gradient));
            (at, gradient, value) = (next, nextGradient, nextValue);
        }

        return at;
    }

    private static void Remember(List<(double[] Step, double[] Change, double Curvature)> history, double[] step, double[] change)
    {
        var curvature = Dot(step, change);
        if (curvature > 0)
        {
            history.Add((step, change, curvature));
            history.RemoveRange(0, Math.Max(0, history.Count - Memory));
        }
    }

    // −H·gradient by the two loops over what the last steps showed.
    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Curvature)> history)
    {
        var direction = Array.ConvertAll(gradient, slope => -slope);
        var shares = new double[history.Count];
        for (var i = history.Count - 1; i >= 0; i--)
        {
            shares[i] = Dot(history[i].Step, direction) / history[i].Curvature;
            AddScaled(direction, history[i].Change, -shares[i]);
        }

        if (history.Count > 0)
        {
            var (_, change, curvature) = history[^1];
            var scale = curvature / Dot(change, change);
            for (var i = 0; i < direction.Length; i++)
            {
                direction[i] *= scale;
            }
        }

        for (var i = 0; i < history.Count; i++)
        {
            AddScaled(direction, history[i].Step, shares[i] - (Dot(history[i].Change, direction) / history[i].Curvature));
        }

        return direction;
    }

    private double Derive(double[] at, double[] gradient)
    {
        var coefficients = at.AsSpan(0, columns);
        var slopes = gradient.AsSpan(0, columns);
        var value = penalty / 2 * Dot(coefficients, coefficients);
        slopes.Clear();
        AddScaled(slopes, coefficients, penalty);
        var intercept = 0.0;
        for (var row = 0; row < rows.Count; row++)
        {
            var sign = holds[row] ? 1 : -1;
            var margin = sign * (Dot(rows[row], coefficients) + at[columns]);
            var weight = weights[row] / total;
            value += weight * Loss(margin);
            var pull = -sign * weight / (1 + Math.Exp(margin));
            AddScaled(slopes, rows[row], pull);
            intercept += pull;
        }

        gradient[columns] = intercept;
        return value;
    }

    private static double[] Difference(double[] left, double[] right)
    {
        var difference = (double[])left.Clone();
        AddScaled(difference, right, -1);
        return difference;
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var (sum, i) = (Vector<double>.Zero, 0);
        for (; i <= left.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            sum += new Vector<double>(left[i..]) * new Vector<double>(right[i..]);
        }

        var rest = Vector.Sum(sum);
        for (; i < left.Length; i++)
        {
            rest += left[i] * right[i];
        }

        return rest;
    }

    private static void AddScaled(Span<double> target, ReadOnlySpan<double> added, double factor)
    {
        var i = 0;
        for (; i <= target.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(target[i..]) + (new Vector<double>(added[i..]) * factor)).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] += added[i] * factor;
        }
    }
}
