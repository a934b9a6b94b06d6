using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Runs;

namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>What came of an experiment.</summary>
/// <param name="Curves">Every run's curve, by repetition and rule.</param>
/// <param name="Comparisons">Each rule but random choice, against random choice.</param>
/// <param name="Tasks">How many tasks could be bought, in each repetition.</param>
/// <param name="HeldOutPairs">How many pairs accuracy was measured on, in each repetition.</param>
public sealed record SelectionExperimentResult(
    IReadOnlyList<LearningCurve> Curves,
    IReadOnlyList<RuleComparison> Comparisons,
    IReadOnlyList<int> Tasks,
    IReadOnlyList<int> HeldOutPairs
);

/// <summary>
/// How many labels selection by gain saves: from nothing, labels are bought one task at a time by each rule, from the same tasks, and the reward learnt of them is measured on the same held-out
/// prompts.
/// </summary>
public static class SelectionExperiment
{
    /// <summary>On planted data, where the truth is known.</summary>
    /// <param name="world">The world.</param>
    /// <param name="options">The experiment; null for the defaults.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Told after each run; null for nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static SelectionExperimentResult Planted(
        PlantedWorldOptions world,
        SelectionExperimentOptions? options,
        Seed seed,
        IProgressSink? progress = null,
        CancellationToken cancellation = default
    )
    {
        OptionsValidation.ThrowIfInvalid(world);
        return Run(repetition => PlantedWorld.Of(world, repetition), options, seed, progress, cancellation);
    }

    /// <summary>On rankings that people gave: a task is a pair of answers that a ranking tells apart, and buying it reveals which is the better.</summary>
    /// <param name="rankings">The rankings.</param>
    /// <param name="features">The features of an answer (prompt, answer), all of one length: <see cref="TextFeatures.Of"/>, or a model's hidden state.</param>
    /// <param name="heldOutShare">The share of conversations that is held out, in (0, 1); drawn anew in each repetition, by what conversations open with.</param>
    /// <param name="options">The experiment; null for the defaults.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Told after each run; null for nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or there are too few rankings.</exception>
    public static SelectionExperimentResult Ranked(
        IReadOnlyList<RankedExample> rankings,
        Func<Content, Content, double[]> features,
        double heldOutShare,
        SelectionExperimentOptions? options,
        Seed seed,
        IProgressSink? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (heldOutShare is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(heldOutShare), heldOutShare, "The share lies between 0 and 1.");
        }

        (RankedExample, double[][])[] featured =
        [
            .. rankings.Select(ranking => (ranking, ranking.Answers.Select(answer => features(ranking.Prompt, answer)).ToArray())),
        ];
        return Run(repetition => RankedWorld.Of(featured, heldOutShare, repetition), options, seed, progress, cancellation);
    }

    private static SelectionExperimentResult Run(
        Func<Seed, SelectionWorld> draw,
        SelectionExperimentOptions? options,
        Seed seed,
        IProgressSink? progress,
        CancellationToken cancellation
    )
    {
        var numbers = OptionsValidation.ThrowIfInvalid(options ?? new SelectionExperimentOptions());
        var rules = Enum.GetValues<SelectionRule>();
        var (curves, tasks, pairs) = (new List<LearningCurve>(), new List<int>(), new List<int>());
        for (var repetition = 0; repetition < numbers.Repetitions; repetition++)
        {
            var own = seed.Derive("repetition", repetition);
            var world = draw(own);
            tasks.Add(world.Tasks.Count);
            pairs.Add(world.HeldOut.Count);
            foreach (var rule in rules)
            {
                curves.Add(new LearningCurve(rule, repetition, [.. LabelBuying.Run(world, rule, numbers, own, cancellation)]));
                progress?.Report(
                    new ProgressUpdate("labels bought", curves.Count, numbers.Repetitions * rules.Length, curves.Count, "runs")
                );
            }
        }

        LearningCurve[] Of(SelectionRule rule) => [.. curves.Where(curve => curve.Rule == rule)];
        return new SelectionExperimentResult(
            curves,
            [
                .. rules
                    .Where(rule => rule != SelectionRule.Random)
                    .Select(rule => RuleComparison.Of(Of(SelectionRule.Random), Of(rule), numbers.TargetShare, seed)),
            ],
            tasks,
            pairs
        );
    }
}
