using Plumbline.Models.Probes.Training;
using Plumbline.Randomness;

namespace Plumbline.Models.Tests.Probes;

public sealed class LogisticRegressionTests
{
    [Fact]
    public void The_intercept_alone_is_the_log_odds_of_the_weighted_share()
    {
        double[][] rows =
        [
            [0],
            [0],
            [0],
        ];

        var fit = LogisticRegression.Fit(rows, [true, false, false], [2, 1, 0.5], 0.1);

        Assert.Equal(0, fit[0], 1e-9);
        Assert.Equal(Math.Log(2 / 1.5), fit[1], 1e-5);
    }

    [Fact]
    public void At_the_optimum_the_gradient_is_0_and_finite_differences_of_the_loss_agree_with_it()
    {
        var (rows, holds, weights) = Noise(count: 80, columns: 11);
        double[] anywhere = [.. Enumerable.Range(0, 12).Select(i => 0.3 - (0.05 * i))];

        var optimum = LogisticRegression.Fit(rows, holds, weights, 0.05);
        var gradient = LogisticRegression.Gradient(rows, holds, weights, 0.05, anywhere);

        Assert.All(LogisticRegression.Gradient(rows, holds, weights, 0.05, optimum), slope => Assert.Equal(0, slope, 2e-7));
        for (var i = 0; i < anywhere.Length; i++)
        {
            const double step = 1e-5;
            double At(double moved) =>
                WrittenOut(rows, holds, weights, 0.05, [.. anywhere.Select((value, j) => i == j ? value + moved : value)]);
            Assert.Equal((At(step) - At(-step)) / (2 * step), gradient[i], 1e-8);
        }
    }

    [Fact]
    public void The_optimum_does_not_depend_on_where_the_fit_begins_and_a_whole_weight_is_a_row_twice()
    {
        var (rows, holds, _) = Noise(count: 40, columns: 6);
        double[] weights = [.. rows.Select((_, i) => i < 5 ? 2.0 : 1.0)];

        var once = LogisticRegression.Fit(rows, holds, weights, 0.01);
        var elsewhere = LogisticRegression.Fit(rows, holds, weights, 0.01, [3, -2, 1, 0, 4, -1, 2]);
        var twice = LogisticRegression.Fit([.. rows, .. rows[..5]], [.. holds, .. holds[..5]], [.. Enumerable.Repeat(1.0, 45)], 0.01);

        Assert.Equal(once, elsewhere, (left, right) => Math.Abs(left - right) < 1e-4);
        Assert.Equal(once, twice, (left, right) => Math.Abs(left - right) < 1e-4);
    }

    [Fact]
    public void Rows_that_a_feature_tells_apart_have_a_finite_optimum_and_loss_never_overflows()
    {
        double[][] rows =
        [
            [-1],
            [-2],
            [1],
            [2],
        ];

        var fit = LogisticRegression.Fit(rows, [false, false, true, true], [1, 1, 1, 1], 0.001);

        Assert.InRange(fit[0], 3, 30);
        Assert.Equal(800, LogisticRegression.Loss(-800));
        Assert.Equal(0, LogisticRegression.Loss(800));
    }

    private static (double[][] Rows, bool[] Holds, double[] Weights) Noise(int count, int columns)
    {
        var random = new Seed(9).Source();
        double[][] rows =
        [
            .. Enumerable.Range(0, count).Select(_ => (double[])[.. Enumerable.Range(0, columns).Select(_ => random.NextDouble() - 0.5)]),
        ];
        return (rows, [.. rows.Select(row => row[0] + random.NextDouble() - 0.5 > 0)], [.. rows.Select(_ => 0.5 + random.NextDouble())]);
    }

    private static double WrittenOut(double[][] rows, bool[] holds, double[] weights, double penalty, double[] at)
    {
        var sum = 0.0;
        for (var row = 0; row < rows.Length; row++)
        {
            var logOdds = at[^1] + rows[row].Zip(at, (x, w) => x * w).Sum();
            sum -= weights[row] * Math.Log(1 / (1 + Math.Exp(holds[row] ? -logOdds : logOdds)));
        }

        return (sum / weights.Sum()) + (penalty / 2 * at[..^1].Sum(value => value * value));
    }
}
