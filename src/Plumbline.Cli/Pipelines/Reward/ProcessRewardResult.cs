using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>What a run of <c>plumb reward</c> on judged steps found.</summary>
/// <param name="Model">The stage of the trained model.</param>
/// <param name="Measures">What was measured on held-out answers.</param>
/// <param name="Data">What became of the rows.</param>
/// <param name="Counts">Answers used and left out.</param>
/// <param name="Facts">The record of the run.</param>
internal sealed record ProcessRewardResult(
    Stage Model,
    ProcessRewardMeasures Measures,
    DatasetReport Data,
    ProcessRewardCounts Counts,
    RunFacts Facts
);

/// <summary>Answers used, and left out because they are too long; and the steps of those used.</summary>
internal sealed record ProcessRewardCounts(
    int Training,
    int TrainingLeftOut,
    int TrainingSteps,
    int HeldOut,
    int HeldOutLeftOut,
    int HeldOutSteps
);

/// <summary>What held-out answers say of the model and of the rulers beside it.</summary>
/// <param name="Judges">The model first.</param>
/// <param name="Area">How well its scores tell right steps from wrong ones; not a number where all are of one kind.</param>
/// <param name="Calibration">Of σ(score) as the probability that a step is right.</param>
internal sealed record ProcessRewardMeasures(IReadOnlyList<StepJudge> Judges, Estimate Area, Calibration Calibration);

/// <summary>One judge of steps.</summary>
/// <param name="Name">For people.</param>
/// <param name="Key">For machines.</param>
/// <param name="Steps">How often it calls a step what it is.</param>
/// <param name="FirstError">How often it finds where an answer first goes wrong.</param>
internal sealed record StepJudge(string Name, string Key, WinRate Steps, FirstErrorAccuracy FirstError);
