using Plumbline.Data;
using Plumbline.Feedback.Selection;
using Plumbline.Feedback.Selection.Experiments;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Selection;

public sealed class SelectionExperimentTests
{
    [Fact]
    public void Selection_by_gain_needs_fewer_labels_than_random_choice_on_planted_data()
    {
        // The default world made small, so that a test has the time for it.
        var world = new PlantedWorldOptions
        {
            Prompts = 60,
            HeldOutPrompts = 60,
            Dimension = 16,
        };
        var options = new SelectionExperimentOptions { Budget = 100, Repetitions = 6 };

        var result = SelectionExperiment.Planted(world, options, new Seed(1));

        Print("planted", result);
        // A pair's information is nearly v·p·(1 − p)/2 and v goes with the squared distance of its answers, which differs between prompts by a factor of e^(±1): the best
        // of many has several times the mean. A tenth fewer labels in the median, and a better curve, are the least to expect of that.
        Assert.All(result.Comparisons, comparison => Assert.True(comparison.MedianRatio.Value > 1.1, comparison.ToString()));
        Assert.All(result.Comparisons, comparison => Assert.True(comparison.AccuracyGain.Value > 0, comparison.ToString()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_curves()
    {
        var world = new PlantedWorldOptions
        {
            Prompts = 20,
            HeldOutPrompts = 10,
            Dimension = 6,
            AnswersPerTask = 3,
        };
        var options = new SelectionExperimentOptions
        {
            Budget = 20,
            MeasureEvery = 4,
            Repetitions = 1,
        };
        string Curves(ulong seed) =>
            string.Join(
                ';',
                SelectionExperiment.Planted(world, options, new Seed(seed)).Curves.Select(curve => string.Join(',', curve.Points))
            );

        Assert.Equal(Curves(1), Curves(1));
        Assert.NotEqual(Curves(1), Curves(2));
    }

    [Fact]
    public void Labels_bought_from_people_s_rankings_are_traced_on_held_out_conversations()
    {
        var rankings = Oasst();

        var result = SelectionExperiment.Ranked(
            rankings,
            new TextFeatures(new TextFeatureOptions { Dimension = 64 }).Of,
            heldOutShare: 0.3,
            new SelectionExperimentOptions
            {
                Budget = 100_000,
                MeasureEvery = 100,
                Repetitions = 1,
            },
            new Seed(1)
        );

        Print("oasst", result);
        Assert.Equal(3, result.Curves.Count);
        Assert.All(result.Tasks, tasks => Assert.True(tasks > 300));
        Assert.All(result.HeldOutPairs, pairs => Assert.True(pairs > 100));
        foreach (var repetition in result.Curves.GroupBy(curve => curve.Repetition))
        {
            // Whoever bought everything knows the same.
            Assert.Equal(result.Tasks[repetition.Key], repetition.First().Points[^1].Labels);
            Assert.Single(repetition.Select(curve => Math.Round(curve.Points[^1].Accuracy, 9)).Distinct());
            Assert.All(repetition, curve => Assert.Equal(new CurvePoint(0, 0.5), curve.Points[0]));
        }
    }

    [Fact]
    public void Smoothed_curves_never_fall_and_keep_their_mean()
    {
        var curve = Curve(0.5, 0.6, 0.55, 0.7, 0.65, 0.66);

        var smoothed = curve.Smoothed();

        Assert.Equal([0.5, 0.575, 0.575, 0.67, 0.67, 0.67], smoothed.Select(point => Math.Round(point.Accuracy, 12)));
        Assert.Equal(curve.Points.Average(point => point.Accuracy), smoothed.Average(point => point.Accuracy), 1e-12);
    }

    [Fact]
    public void Labels_for_an_accuracy_lie_between_measurements()
    {
        var curve = Curve(0.5, 0.6, 0.7);

        Assert.Equal(0, curve.LabelsFor(0.5));
        Assert.Equal(15, curve.LabelsFor(0.65)!.Value, 1e-9);
        Assert.Null(curve.LabelsFor(0.71));
    }

    [Fact]
    public void Comparisons_say_where_a_rule_does_not_get_there_and_where_nothing_was_learnt()
    {
        LearningCurve[] random = [Curve(0.5, 0.6, 0.6, 0.7, 0.7), Curve(0.5, 0.6, 0.6, 0.7, 0.7), Curve(0.5, 0.4, 0.4, 0.4, 0.4)];
        LearningCurve[] rule = [Curve(0.5, 0.7, 0.7, 0.7, 0.7), Curve(0.5, 0.51, 0.52, 0.53, 0.54), Curve(0.5, 0.6, 0.7, 0.8, 0.9)];

        var comparison = RuleComparison.Of(random, rule, 0.5, new Seed(1));

        // Random choice needs 10 labels for 0.6; the first rule has it after 5, the second never within 40, and in the third random choice is worse than nothing.
        Assert.Equal(
            [2, 0.25, null],
            comparison.Repetitions.Select(repetition => repetition.Ratio is { } ratio ? Math.Round(ratio, 9) : (double?)null)
        );
        Assert.Equal((1, 1), (comparison.NotReached, comparison.Undefined));
        Assert.Equal(1.125, comparison.MedianRatio.Value, 1e-9);
    }

    [Fact]
    public void Experiments_refuse_what_cannot_be_run()
    {
        var rankings = new[] { MeanRank.Example(Content.FromText("a"), [Content.FromText("b"), Content.FromText("c")], [1, 2]) };

        Assert.Throws<InvalidInputException>(() => SelectionExperiment.Ranked(rankings, new TextFeatures().Of, 0.5, null, new Seed(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SelectionExperiment.Ranked(rankings, new TextFeatures().Of, 1, null, new Seed(1)));
        Assert.Throws<InvalidInputException>(() =>
            SelectionExperiment.Planted(new PlantedWorldOptions { AnswersPerTask = 5 }, null, new Seed(1))
        );
        Assert.Throws<InvalidInputException>(() =>
            SelectionExperiment.Planted(new PlantedWorldOptions(), new SelectionExperimentOptions { MeasureEvery = 200 }, new Seed(1))
        );
    }

    private static LearningCurve Curve(params double[] accuracies) =>
        new(SelectionRule.Random, 0, [.. accuracies.Select((accuracy, i) => new CurvePoint(10 * i, accuracy))]);

    private static IReadOnlyList<RankedExample> Oasst() =>
        [.. DatasetReader.Open(new DatasetOptions(RealData.Path("oasst-ranked-trees/en_100_tree.jsonl"))).Read().OfType<RankedExample>()];

    private static void Print(string name, SelectionExperimentResult result)
    {
        foreach (var comparison in result.Comparisons)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{name} {comparison.Rule}: ratios {string.Join(' ', comparison.Repetitions.Select(repetition => $"{repetition.Ratio:F2}"))}, median {comparison.MedianRatio.Value:F2}"
                    + $" [{comparison.MedianRatio.Interval?.Low:F2}, {comparison.MedianRatio.Interval?.High:F2}], mean {comparison.MeanRatio.Value:F2}"
                    + $" [{comparison.MeanRatio.Interval?.Low:F2}, {comparison.MeanRatio.Interval?.High:F2}], not reached {comparison.NotReached}, undefined {comparison.Undefined},"
                    + $" accuracy {comparison.AccuracyGain.Value:+0.0000;-0.0000} [{comparison.AccuracyGain.Interval?.Low:F4}, {comparison.AccuracyGain.Interval?.High:F4}],"
                    + $" targets {string.Join(' ', comparison.Repetitions.Select(repetition => $"{repetition.Target:F3}"))}"
            );
        }
    }
}
