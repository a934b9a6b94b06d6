namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>How well coefficients that never saw a pair's prompt foretell its choice.</summary>
internal static class CrossValidation
{
    /// <summary>What is tried for λ, from heavy to light. The curvature of a standardised feature is at most 1/4, so 1 shrinks it to a fifth, and 0.0001 leaves it alone.</summary>
    public static IReadOnlyList<double> Penalties { get; } = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0001];

    /// <summary>The λ of each part, chosen on the other parts alone.</summary>
    /// <remarks>For parts f and g the model without both is tested on g for f's choice and on f for g's.</remarks>
    public static double[] PenaltyByFold(PairDifferences pairs, GroupFolds folds, CancellationToken cancellation)
    {
        var likelihood = new double[folds.Count, Penalties.Count];
        for (var f = 0; f < folds.Count; f++)
        {
            for (var g = f + 1; g < folds.Count; g++)
            {
                var weights = folds.Outside(f, g);
                double[]? coefficients = null;
                for (var i = 0; i < Penalties.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    coefficients = PairLogistic.Fit(pairs, Penalties[i], weights, coefficients);
                    likelihood[f, i] += LogLikelihood(pairs, folds, g, coefficients);
                    likelihood[g, i] += LogLikelihood(pairs, folds, f, coefficients);
                }
            }
        }

        return
        [
            .. Enumerable
                .Range(0, folds.Count)
                .Select(fold => Penalties[Best([.. Enumerable.Range(0, Penalties.Count).Select(i => likelihood[fold, i])])]),
        ];
    }

    /// <summary>The λ for all pairs.</summary>
    public static double Penalty(PairDifferences pairs, GroupFolds folds, CancellationToken cancellation)
    {
        var likelihood = new double[Penalties.Count];
        for (var fold = 0; fold < folds.Count; fold++)
        {
            var weights = folds.Outside(fold);
            double[]? coefficients = null;
            for (var i = 0; i < Penalties.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                coefficients = PairLogistic.Fit(pairs, Penalties[i], weights, coefficients);
                likelihood[i] += LogLikelihood(pairs, folds, fold, coefficients);
            }
        }

        return Penalties[Best(likelihood)];
    }

    /// <summary>The log-odds of each pair's choice under the coefficients of the other parts.</summary>
    /// <param name="pairs">The differences.</param>
    /// <param name="folds">The parts.</param>
    /// <param name="penalties">λ of each part.</param>
    /// <param name="cancellation">Ends it.</param>
    public static double[] HeldOutLeads(PairDifferences pairs, GroupFolds folds, double[] penalties, CancellationToken cancellation)
    {
        var leads = new double[pairs.Pairs];
        double[]? coefficients = null;
        for (var fold = 0; fold < folds.Count; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            coefficients = PairLogistic.Fit(pairs, penalties[fold], folds.Outside(fold), coefficients);
            for (var pair = 0; pair < leads.Length; pair++)
            {
                leads[pair] = folds[pair] == fold ? pairs.Lead(pair, coefficients) : leads[pair];
            }
        }

        return leads;
    }

    // The first of equals is the heaviest.
    private static int Best(double[] likelihoods) => Array.IndexOf(likelihoods, likelihoods.Max());

    private static double LogLikelihood(PairDifferences pairs, GroupFolds folds, int fold, double[] coefficients)
    {
        var sum = 0.0;
        for (var pair = 0; pair < pairs.Pairs; pair++)
        {
            sum += folds[pair] == fold ? PairLogistic.LogLikelihood(pairs.Lead(pair, coefficients)) : 0;
        }

        return sum;
    }
}
