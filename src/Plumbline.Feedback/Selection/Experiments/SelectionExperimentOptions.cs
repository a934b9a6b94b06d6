using Plumbline.Configuration;
using Plumbline.Feedback.Selection.Rewards;

namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>How an experiment buys labels, and what it compares.</summary>
public sealed record SelectionExperimentOptions : IValidatedOptions
{
    /// <summary>The most labels that each rule buys, one task each; fewer where there are fewer tasks. 10 to 100,000.</summary>
    /// <value>600</value>
    public int Budget { get; init; } = 600;

    /// <summary>The held-out accuracy is measured, and the reward fitted to all labels anew, each time this many labels were bought. At least 1, at most a fifth of the budget.</summary>
    /// <value>10</value>
    public int MeasureEvery { get; init; } = 10;

    /// <summary>The accuracy to reach is the one that random choice has after this share of the labels; in (0, 1]. Below 1 there is room to be worse than random.</summary>
    /// <value>0.5</value>
    public double TargetShare { get; init; } = 0.5;

    /// <summary>How often all is repeated, each time with a seed of its own; 1 to 1000.</summary>
    /// <value>10</value>
    public int Repetitions { get; init; } = 10;

    /// <summary>The share of random choices among those by gain (<see cref="SelectionOptions.UniformShare"/>).</summary>
    /// <value>0.1</value>
    public double UniformShare { get; init; } = 0.1;

    /// <summary>
    /// How far the utilities of two answers of a task are taken to lie apart before any label, as a standard deviation (<see cref="CandidatePool.PriorVariance"/>). At 1.5 raters would agree with
    /// the better answer in 75 of 100 pairs, about what labellers do (73 to 77 of 100: arXiv 2203.02155, section 3.4).
    /// </summary>
    /// <value>1.5</value>
    public double PriorDeviation { get; init; } = 1.5;

    /// <summary>Whether each measurement's fit learns the prior's variance too (<see cref="LinearRewardOptions.LearnPriorVariance"/>), for every rule alike.</summary>
    /// <value>true</value>
    public bool LearnPriorVariance { get; init; } = true;

    /// <summary>Draws for tasks of more than two answers (<see cref="SelectionOptions.Samples"/>).</summary>
    /// <value>64</value>
    public int Samples { get; init; } = 64;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Budget is >= 10 and <= 100_000, nameof(Budget), Budget, "between 10 and 100000"),
            (
                MeasureEvery >= 1 && MeasureEvery <= Budget / 5,
                nameof(MeasureEvery),
                MeasureEvery,
                "at least 1 and at most a fifth of the budget"
            ),
            (TargetShare is > 0 and <= 1, nameof(TargetShare), TargetShare, "above 0 and at most 1"),
            (Repetitions is >= 1 and <= 1000, nameof(Repetitions), Repetitions, "between 1 and 1000"),
            (PriorDeviation > 0 && double.IsFinite(PriorDeviation), nameof(PriorDeviation), PriorDeviation, "above 0"),
        ];
        var own = from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
        return own.Concat(new SelectionOptions { UniformShare = UniformShare, Samples = Samples }.Problems());
    }
}
