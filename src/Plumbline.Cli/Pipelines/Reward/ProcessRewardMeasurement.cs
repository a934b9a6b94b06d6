using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>What held-out answers say of a process reward model and of two rulers that look at no words.</summary>
internal static class ProcessRewardMeasurement
{
    /// <summary>Measures.</summary>
    /// <param name="training">What the rulers learn from.</param>
    /// <param name="heldOut">The answers.</param>
    /// <param name="scores">The model's scores of their steps: log-odds.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    internal static ProcessRewardMeasures Of(
        IReadOnlyList<StepwiseExample> training,
        IReadOnlyList<StepwiseExample> heldOut,
        IReadOnlyList<double[]> scores,
        Seed seed
    )
    {
        var all = training.SelectMany(row => row.Labels).ToArray();
        var majority = IsMostlyRight(all);
        var byPosition = training
            .SelectMany(row => row.Labels.Select((label, position) => (label, position)))
            .GroupBy(step => step.position, step => step.label)
            .ToDictionary(group => group.Key, group => IsMostlyRight([.. group]));
        var flat = scores.SelectMany(answer => answer).ToArray();
        bool[] truth = [.. heldOut.SelectMany(row => row.Labels).Select(StepwiseExample.IsRightLabel)];
        return new ProcessRewardMeasures(
            [
                Judge("process reward model", "process_reward", heldOut, (answer, step) => scores[answer][step] > 0),
                Judge("ruler: the commoner label", "majority", heldOut, (_, _) => majority),
                Judge(
                    "ruler: the commoner label at the position",
                    "position",
                    heldOut,
                    (_, step) => byPosition.GetValueOrDefault(step, majority)
                ),
            ],
            Separation.Of(flat, truth, seed.Derive("area")),
            Calibration.Of(flat.Zip(truth, (score, isRight) => (1 / (1 + Math.Exp(-score)), isRight ? 1.0 : -1)))
        );
    }

    private static bool IsMostlyRight(double[] labels) => 2 * labels.Count(StepwiseExample.IsRightLabel) > labels.Length;

    private static StepJudge Judge(string name, string key, IReadOnlyList<StepwiseExample> answers, Func<int, int, bool> call)
    {
        (bool IsRight, bool IsCalledRight)[][] judged =
        [
            .. answers.Select(
                (answer, i) => answer.Labels.Select((label, step) => (StepwiseExample.IsRightLabel(label), call(i, step))).ToArray()
            ),
        ];
        return new StepJudge(
            name,
            key,
            WinRate.Of(judged.SelectMany(steps => steps).Select(step => step.IsRight == step.IsCalledRight ? 1.0 : -1)),
            FirstErrorAccuracy.Of(judged)
        );
    }
}
