using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>How many labels a rule and random choice needed for the same accuracy in one repetition.</summary>
/// <param name="Repetition">The repetition.</param>
/// <param name="Target">The accuracy: the smoothed one of random choice at the target share of its labels.</param>
/// <param name="RandomLabels">Labels that random choice needed (<see cref="LearningCurve.LabelsFor"/>).</param>
/// <param name="RuleLabels">Labels that the rule needed; null where it did not get there.</param>
/// <param name="Ratio">
/// <paramref name="RandomLabels"/> / <paramref name="RuleLabels"/>: above 1 the rule needs fewer. Where the rule did not get there, an upper bound: over all labels bought. Null where random choice
/// learnt nothing, or the rule needed no label.
/// </param>
public sealed record RepetitionComparison(int Repetition, double Target, double RandomLabels, double? RuleLabels, double? Ratio);

/// <summary>
/// A rule against random choice. Where random choice stops gaining long before the target share of its labels, a ratio compares who is lucky first and says little:
/// <paramref name="AccuracyGain"/> then says more.
/// </summary>
/// <param name="Rule">The rule.</param>
/// <param name="Repetitions">Each repetition.</param>
/// <param name="NotReached">In how many the rule did not reach the target; their ratios are upper bounds.</param>
/// <param name="Undefined">In how many there is no ratio.</param>
/// <param name="MedianRatio">The median ratio with a bootstrap interval; NaN where no repetition has one.</param>
/// <param name="MeanRatio">The mean ratio with Student's interval; NaN where no repetition has one.</param>
/// <param name="AccuracyGain">The mean accuracy over the whole curve less that of random choice, which needs no target, with Student's interval.</param>
public sealed record RuleComparison(
    SelectionRule Rule,
    IReadOnlyList<RepetitionComparison> Repetitions,
    int NotReached,
    int Undefined,
    Estimate MedianRatio,
    Estimate MeanRatio,
    Estimate AccuracyGain
)
{
    /// <summary>Compares the curves of a rule with those of random choice, repetition by repetition.</summary>
    internal static RuleComparison Of(IReadOnlyList<LearningCurve> random, IReadOnlyList<LearningCurve> rule, double targetShare, Seed seed)
    {
        RepetitionComparison[] repetitions = [.. random.Zip(rule, (first, second) => Compare(first, second, targetShare))];
        double[] ratios = [.. repetitions.Select(repetition => repetition.Ratio).OfType<double>()];
        return new RuleComparison(
            rule[0].Rule,
            repetitions,
            repetitions.Count(repetition => repetition.RuleLabels is null),
            repetitions.Length - ratios.Length,
            Bootstrap.Of(ratios.Length, rows => Median(ratios, rows), seed.Derive("median")),
            Evaluation.Statistics.Repetitions.Mean(ratios),
            Evaluation.Statistics.Repetitions.Mean([.. random.Zip(rule, (first, second) => second.MeanAccuracy - first.MeanAccuracy)])
        );
    }

    private static RepetitionComparison Compare(LearningCurve random, LearningCurve rule, double targetShare)
    {
        var budget = random.Points[^1].Labels;
        var target = random.Smoothed().Last(point => point.Labels <= targetShare * budget).Accuracy;
        var (randomLabels, ruleLabels) = (random.LabelsFor(target)!.Value, rule.LabelsFor(target));
        double? ratio = randomLabels == 0 || ruleLabels == 0 ? null : randomLabels / (ruleLabels ?? budget);
        return new RepetitionComparison(random.Repetition, target, randomLabels, ruleLabels, ratio);
    }

    private static double Median(double[] values, ReadOnlySpan<int> rows)
    {
        var drawn = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            drawn[i] = values[rows[i]];
        }

        Array.Sort(drawn);
        return (drawn[(drawn.Length - 1) / 2] + drawn[drawn.Length / 2]) / 2;
    }
}
