namespace Plumbline.Feedback.Annotators;

/// <summary>Fits a model with a hidden class of each item, beginning with the shares of votes.</summary>
/// <remarks>
/// Dempster, Laird and Rubin 1977. Every step finds parameters that are at least as likely, given the items' distributions, and then these distributions, given the parameters, so the objective never falls.
/// Beginning with the votes instead of at random settles which class is which, and that raters are rather right than wrong. Time is O(n·k) an iteration for n labels and k classes.
/// </remarks>
/// <param name="Posteriors">[items, classes].</param>
/// <param name="Objectives">After each iteration.</param>
/// <param name="LogLikelihood">At the end.</param>
/// <param name="Converged">Whether the end was not the cap.</param>
internal sealed record ExpectationMaximization(double[] Posteriors, IReadOnlyList<double> Objectives, double LogLikelihood, bool Converged)
{
    public static ExpectationMaximization Run(
        LabelTable labels,
        ILatentParameters parameters,
        AnnotatorOptions options,
        CancellationToken cancellation
    )
    {
        var posteriors = labels.VoteShares();
        var objectives = new List<double>();
        var likelihood = 0.0;
        // One class, or nothing at all, is known beforehand.
        var converged = labels.Classes.Count < 2;
        while (!converged && objectives.Count < options.MostIterations)
        {
            cancellation.ThrowIfCancellationRequested();
            parameters.Maximise(posteriors);
            likelihood = Expect(labels, parameters, posteriors);
            objectives.Add(likelihood + parameters.LogPrior);
            converged = objectives.Count > 1 && objectives[^1] - objectives[^2] <= options.Tolerance * labels.Count;
        }

        return new ExpectationMaximization(posteriors, objectives, likelihood, converged);
    }

    private static double Expect(LabelTable labels, ILatentParameters parameters, double[] posteriors)
    {
        var classes = labels.Classes.Count;
        var likelihood = 0.0;
        for (var item = 0; item < labels.Items.Count; item++)
        {
            var logs = posteriors.AsSpan(item * classes, classes);
            parameters.JointLogs(item, logs);
            var most = double.NegativeInfinity;
            foreach (var log in logs)
            {
                most = Math.Max(most, log);
            }

            var sum = 0.0;
            foreach (ref var log in logs)
            {
                log = Math.Exp(log - most);
                sum += log;
            }

            foreach (ref var share in logs)
            {
                share /= sum;
            }

            likelihood += most + Math.Log(sum);
        }

        return likelihood;
    }
}
