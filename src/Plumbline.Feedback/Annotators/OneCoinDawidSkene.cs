using Plumbline.Configuration;

namespace Plumbline.Feedback.Annotators;

/// <summary>Dawid and Skene with one number a rater: the chance to be right, whatever the class; wrong classes are said equally often.</summary>
/// <remarks>
/// P(label | class) = a for the class itself and (1 − a)/(k − 1) for each other. Sound where raters have few labels. Class shares are estimated. With <see cref="AnnotatorOptions.PriorLabels"/> c the estimate of a rater
/// with r right labels of n is (r + c/k)/(n + c). Zhang et al., arXiv:1406.3824; the interval is of <see cref="SkillInformation"/>.
/// </remarks>
/// <param name="options">The numbers; null for the defaults.</param>
/// <exception cref="InvalidInputException">An option is out of its range.</exception>
public sealed class OneCoinDawidSkene(AnnotatorOptions? options = null) : IAnnotatorModel
{
    private readonly AnnotatorOptions options = OptionsValidation.ThrowIfInvalid(options ?? new AnnotatorOptions());

    /// <inheritdoc/>
    public string Name => "one-coin Dawid-Skene";

    /// <inheritdoc/>
    public AnnotatorFit Fit(LabelTable labels, CancellationToken cancellation = default)
    {
        var coins = new Coins(labels, options.PriorLabels);
        var fit = ExpectationMaximization.Run(labels, coins, options, cancellation);
        var errors = fit.Converged ? SkillInformation.StandardErrors(labels, coins, fit.Posteriors) : null;
        return new AnnotatorFit(fit.Posteriors)
        {
            Model = Name,
            Labels = labels,
            Skills = SkillInformation.Skills(labels, coins, errors, options.Confidence),
            Objectives = fit.Objectives,
            LogLikelihood = fit.LogLikelihood,
            Converged = fit.Converged,
        };
    }

    private sealed class Coins(LabelTable labels, double priorLabels) : ILatentParameters
    {
        private readonly int classes = labels.Classes.Count;
        private readonly double[] right = new double[labels.Raters.Count];
        private readonly double[] logRight = new double[labels.Raters.Count];
        private readonly double[] logWrong = new double[labels.Raters.Count];
        private readonly double[] logShares = new double[labels.Classes.Count];

        public int States => classes;

        public double LogPrior =>
            priorLabels == 0
                ? 0
                : Enumerable
                    .Range(0, right.Length)
                    .Sum(rater => (priorLabels / classes * logRight[rater]) + (priorLabels * (classes - 1) / classes * logWrong[rater]));

        public void Maximise(ReadOnlySpan<double> posteriors)
        {
            LogShares(posteriors, logShares);
            Array.Fill(right, priorLabels / classes);
            for (var item = 0; item < labels.Items.Count; item++)
            {
                var range = labels.LabelsOfItem(item);
                var raters = labels.RaterOf[range];
                var given = labels.ClassOf[range];
                for (var i = 0; i < raters.Length; i++)
                {
                    right[raters[i]] += posteriors[(item * classes) + given[i]];
                }
            }

            for (var rater = 0; rater < right.Length; rater++)
            {
                // Sums of shares may pass 1 by rounding.
                right[rater] = Math.Min(right[rater] / (labels.LabelsOf[rater] + priorLabels), 1);
                logRight[rater] = Math.Log(right[rater]);
                logWrong[rater] = Math.Log((1 - right[rater]) / (classes - 1));
            }
        }

        public void JointLogs(int item, Span<double> logs)
        {
            logShares.CopyTo(logs);
            var range = labels.LabelsOfItem(item);
            var raters = labels.RaterOf[range];
            var given = labels.ClassOf[range];
            for (var i = 0; i < raters.Length; i++)
            {
                for (var kind = 0; kind < logs.Length; kind++)
                {
                    logs[kind] += kind == given[i] ? logRight[raters[i]] : logWrong[raters[i]];
                }
            }
        }

        public void Score(int item, int label, Span<double> scores, Span<double> informations)
        {
            var chance = right[labels.RaterOf[label]];
            scores.Fill(-chance);
            scores[labels.ClassOf[label]] = 1 - chance;
            informations.Fill(chance * (1 - chance));
        }

        public double PriorInformation(int rater) => priorLabels * right[rater] * (1 - right[rater]);

        public double Accuracy(int rater, double shift) => Odds.Shift(right[rater], shift);
    }

    /// <summary>The logarithms of the classes' shares: the means of the items' distributions.</summary>
    internal static void LogShares(ReadOnlySpan<double> posteriors, Span<double> logShares)
    {
        logShares.Clear();
        for (var i = 0; i < posteriors.Length; i += logShares.Length)
        {
            for (var kind = 0; kind < logShares.Length; kind++)
            {
                logShares[kind] += posteriors[i + kind];
            }
        }

        foreach (ref var share in logShares)
        {
            share = Math.Log(share * logShares.Length / posteriors.Length);
        }
    }
}
