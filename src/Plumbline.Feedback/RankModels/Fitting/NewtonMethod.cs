namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Finds the maximum of a concave log-likelihood, with a normal prior on strengths or without: Newton's method with damped steps.</summary>
/// <remarks>
/// Full steps may leap to where curvatures vanish, one group's unseen among thousands. The third derivatives of these likelihoods are at most the second ones times the spread of the direction, for which steps
/// shortened to log(1 + β)/β, β the spread, always come nearer (Sun and Tran-Dinh, Generalized self-concordant functions, Mathematical Programming 178, 2019). Groups that share nothing are shortened each
/// by its own; a halving until the value rises (Armijo 1966) is left for rounding.
/// </remarks>
internal sealed class NewtonMethod
{
    private const int MostSteps = 100;
    private const double SmallStep = 1e-8;
    private const double SmallGain = 1e-18;

    private readonly IStrengthLikelihood likelihood;
    private readonly int items;
    private readonly double precision;
    private readonly int[] groupOf;
    private readonly double[] at;
    private readonly double[] gradient;
    private readonly Curvature curvature;

    private NewtonMethod(IStrengthLikelihood likelihood, ReadOnlySpan<double> start, int[] groupOf, double precision)
    {
        (this.likelihood, this.groupOf, items, this.precision) = (likelihood, groupOf, groupOf.Length, precision);
        (at, gradient) = (start.ToArray(), new double[start.Length]);
        curvature = new Curvature(items, likelihood.Pairs, likelihood.TieSizes.Count, groupOf) { Ridge = precision };
    }

    private double Penalty
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < items; i++)
            {
                sum += at[i] * at[i];
            }

            return precision / 2 * sum;
        }
    }

    /// <summary>The maximum.</summary>
    /// <param name="likelihood">What is maximised.</param>
    /// <param name="start">[items + shared]: where to start; it is not changed.</param>
    /// <param name="groupOf">The group of each item.</param>
    /// <param name="precision">1/σ² of the prior on strengths; 0 for none.</param>
    /// <returns>The maximum; <see cref="Maximum.IsFound"/> is false where the steps did not come to an end, as happens where there is none.</returns>
    public static Maximum Maximise(IStrengthLikelihood likelihood, ReadOnlySpan<double> start, int[] groupOf, double precision) =>
        new NewtonMethod(likelihood, start, groupOf, precision).Run();

    private Maximum Run()
    {
        var (value, isFound) = (Evaluate(), false);
        for (var step = 0; step < MostSteps && !isFound; step++)
        {
            var move = ConjugateGradients.Solve(curvature, gradient);
            Damp(move);
            var (gain, largest) = (0.0, 0.0);
            for (var i = 0; i < move.Length; i++)
            {
                gain += move[i] * gradient[i];
                largest = Math.Max(largest, Math.Abs(move[i]));
            }

            value = Step(move, value, gain);
            // The error after a step is of the order of the step's square. Large steps without gain are no end: the likelihood rises for ever.
            isFound = largest < SmallStep || (gain < SmallGain && largest < 1e-3);
        }

        return new Maximum(at, value + Penalty, curvature, isFound);
    }

    private double Evaluate()
    {
        var value = likelihood.Evaluate(at, gradient, curvature);
        for (var i = 0; i < items; i++)
        {
            gradient[i] -= precision * at[i];
        }

        return value - Penalty;
    }

    private void Damp(double[] move)
    {
        var shared = move.Length > items;
        var groups = shared || items == 0 ? 1 : groupOf.Max() + 1;
        var (least, most) = (new double[groups], new double[groups]);
        for (var i = 0; i < move.Length; i++)
        {
            var group = shared ? 0 : groupOf[i];
            (least[group], most[group]) = (Math.Min(least[group], move[i]), Math.Max(most[group], move[i]));
        }

        for (var i = 0; i < move.Length; i++)
        {
            var group = shared ? 0 : groupOf[i];
            var spread = most[group] - least[group];
            move[i] *= spread > 1e-12 ? Math.Log(1 + spread) / spread : 1;
        }
    }

    private double Step(double[] move, double before, double gain)
    {
        var origin = at.ToArray();
        var slack = 1e-12 * (1 + Math.Abs(before));
        for (var length = 1.0; ; length /= 2)
        {
            for (var i = 0; i < at.Length; i++)
            {
                at[i] = origin[i] + (length * move[i]);
            }

            var after = Evaluate();
            if (after >= before + (1e-4 * length * gain) - slack || length < 1e-10)
            {
                return after;
            }
        }
    }
}

/// <summary>Where a log-likelihood is largest.</summary>
/// <param name="At">[items + shared].</param>
/// <param name="LogLikelihood">The log-likelihood there, without the prior.</param>
/// <param name="Curvature">The curvature there, the prior's included.</param>
/// <param name="IsFound">Whether the search came to an end.</param>
internal sealed record Maximum(double[] At, double LogLikelihood, Curvature Curvature, bool IsFound);
