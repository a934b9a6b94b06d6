using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Models.Heads;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>What a run of <c>plumb reward</c> found.</summary>
/// <param name="Members">The stages of the trained models.</param>
/// <param name="Scales">The scale stored with each; null where none was measured.</param>
/// <param name="Measures">What was measured on held-out comparisons.</param>
/// <param name="Data">What became of the rows.</param>
/// <param name="Counts">Lists used and left out.</param>
/// <param name="Facts">The record of the run.</param>
internal sealed record RewardResult(
    IReadOnlyList<Stage> Members,
    IReadOnlyList<ScoreScale?> Scales,
    RewardMeasures Measures,
    DatasetReport Data,
    RewardCounts Counts,
    RunFacts Facts
);

/// <summary>Lists used, and left out because an answer is too long or nothing is compared.</summary>
internal sealed record RewardCounts(int Training, int TrainingLeftOut, int HeldOut, int HeldOutLeftOut);

/// <summary>What held-out comparisons say of the models.</summary>
/// <param name="Accuracies">Models and rulers: name, key, how often each picks the better answer.</param>
/// <param name="Calibration">Of σ(margin), margins averaged over the members as the models give them.</param>
/// <param name="Disputed">Share of pairs about which members disagree, and the accuracy of their mean on those and on the others; null for a single model.</param>
/// <param name="Harm">What the signs of costs say; null where no costs were learnt.</param>
/// <param name="BetterScores">Mean score of each better answer, on the models' scale where they have one.</param>
/// <param name="WorseScores">The same of the worse answers.</param>
internal sealed record RewardMeasures(
    IReadOnlyList<(string Name, string Key, WinRate Rate)> Accuracies,
    Calibration Calibration,
    RewardDisagreement? Disputed,
    HarmSigns? Harm,
    IReadOnlyList<double> BetterScores,
    IReadOnlyList<double> WorseScores
);

/// <summary>How well the sign of a cost tells harmful answers from others.</summary>
/// <param name="Right">Answers whose cost is above 0 exactly if they do harm.</param>
/// <param name="Harmful">Answers that do harm: who always says the more frequent thing is right as often as that.</param>
internal sealed record HarmSigns(Proportion Right, Proportion Harmful)
{
    /// <summary>The ruler: always the more frequent answer.</summary>
    internal Proportion Majority => new(Math.Max(Harmful.Successes, Harmful.Trials - Harmful.Successes), Harmful.Trials);
}

/// <summary>Where members of an ensemble disagree.</summary>
/// <param name="Share">Of the pairs, those of which one member prefers the one answer and another the other.</param>
/// <param name="OnDisputed">The mean score's accuracy on these.</param>
/// <param name="OnAgreed">Its accuracy on the others.</param>
/// <param name="MeanDeviation">Mean over pairs of the deviation over members of the margin.</param>
internal sealed record RewardDisagreement(Proportion Share, WinRate OnDisputed, WinRate OnAgreed, double MeanDeviation);
