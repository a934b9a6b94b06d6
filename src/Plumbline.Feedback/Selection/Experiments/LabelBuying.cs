using Plumbline.Feedback.Selection.Information;
using Plumbline.Feedback.Selection.Rewards;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>One run: labels bought one after the other by one rule.</summary>
internal static class LabelBuying
{
    /// <summary>The points of the run's curve.</summary>
    /// <exception cref="InvalidInputException">All answers of each task have the same features, or the world has too few tasks to be measured.</exception>
    public static IEnumerable<CurvePoint> Run(
        SelectionWorld world,
        SelectionRule rule,
        SelectionExperimentOptions options,
        Seed seed,
        CancellationToken cancellation
    )
    {
        var pool = new CandidatePool(world.Answers, world.Tasks);
        var variance =
            pool.PriorVariance(options.PriorDeviation)
            ?? throw new InvalidInputException(
                "All answers of each task have the same features.",
                "Give features that tell answers apart."
            );
        var prior = new LinearRewardOptions { PriorVariance = variance, LearnPriorVariance = options.LearnPriorVariance };
        var model = new LinearRewardModel(pool.Dimension, prior);
        pool.Refresh(model.Posterior);
        var choose = Choice(pool, rule, options, seed);
        var budget = Math.Min(options.Budget, world.Tasks.Count);
        yield return new CurvePoint(0, Accuracy(model.Posterior, world));
        for (var labels = 0; labels < budget; labels++)
        {
            cancellation.ThrowIfCancellationRequested();
            var skill = world.Skill(labels);
            var task = choose(labels, skill);
            pool.Close(task);
            double[][] answers = [.. world.Tasks[task].Answers.Select(answer => world.Answers[answer])];
            model.Learn(new ObservedRanking(answers, world.Label(task, labels), skill), pool);
            if ((labels + 1) % options.MeasureEvery == 0 || labels + 1 == budget)
            {
                model.Refit();
                pool.Refresh(model.Posterior);
                yield return new CurvePoint(labels + 1, Accuracy(model.Posterior, world));
            }
        }
    }

    private static Func<int, double, int> Choice(CandidatePool pool, SelectionRule rule, SelectionExperimentOptions options, Seed seed)
    {
        if (rule == SelectionRule.Random)
        {
            var order = Enumerable.Range(0, pool.Candidates.Count).ToArray();
            seed.Derive("random choice").Source().Shuffle<int>(order);
            return (labels, _) => order[labels];
        }

        // The held-out prompts are the experiment's own random part.
        var selection = new SelectionOptions
        {
            Criterion = rule == SelectionRule.Determinant ? SelectionCriterion.Determinant : SelectionCriterion.ExpectedInformation,
            RandomShare = 0,
            UniformShare = options.UniformShare,
            Samples = options.Samples,
        };
        var selector = new TaskSelector(pool, seed, selection);
        return (labels, skill) => selector.Next(labels, skill)!.Candidate;
    }

    private static double Accuracy(RewardPosterior posterior, SelectionWorld world) =>
        world.HeldOut.Average(difference => (1 + Math.Sign(posterior.Utility(difference))) / 2.0);
}
