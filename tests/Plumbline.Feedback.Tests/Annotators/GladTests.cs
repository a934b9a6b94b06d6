using Plumbline.Feedback.Annotators;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Annotators;

public sealed class GladTests(ITestOutputHelper output)
{
    [Fact]
    public void The_fit_is_a_peak_of_the_objective_that_the_paper_states()
    {
        var (labels, truths, _) = Planted(new Seed(50), 25, 4, 3);
        var table = LabelTable.Of(labels);

        var fit = new Glad(new AnnotatorOptions { Tolerance = 1e-13, MostIterations = 20_000 }).Fit(
            table,
            TestContext.Current.CancellationToken
        );

        double[] abilities = [.. fit.Abilities];
        var best = Objective(table, labels, abilities);
        Assert.Equal(best, fit.Objectives[^1], 1e-6);
        for (var rater = 0; rater < abilities.Length; rater++)
        {
            foreach (var nudge in new[] { -0.01, 0.01 })
            {
                abilities[rater] += nudge;
                Assert.True(Objective(table, labels, abilities) < best);
                abilities[rater] -= nudge;
            }
        }

        Assert.Equal(truths.Count, table.Items.Count);
    }

    [Fact]
    public void Easy_items_and_able_raters_are_told_from_hard_and_poor_ones()
    {
        var (labels, truths, eases) = Planted(new Seed(51), 600, 12, 2);
        var table = LabelTable.Of(labels);

        var fit = new Glad().Fit(table, TestContext.Current.CancellationToken);

        // Planted abilities rise from -0.5 with the rater's number.
        double[] abilities = [.. fit.Abilities];
        output.WriteLine(string.Join(", ", abilities.Select(ability => $"{ability:F2}")));
        Assert.True(abilities[0] < 0);
        Assert.True(abilities[11] > abilities[6] && abilities[6] > abilities[1]);
        var hard = Enumerable.Range(0, 600).Where(item => eases[item] < 0.5).Average(item => fit.Eases[item]);
        var easy = Enumerable.Range(0, 600).Where(item => eases[item] > 2).Average(item => fit.Eases[item]);
        output.WriteLine($"eases: {hard:F2} of hard items, {easy:F2} of easy ones");
        Assert.True(easy > hard);
        var right = Enumerable.Range(0, 600).Count(item => table.Classes[fit.Likeliest(item)] == truths[table.Items[item]]);
        var majority = new MajorityVote().Fit(table, TestContext.Current.CancellationToken);
        var byMajority = Enumerable.Range(0, 600).Count(item => table.Classes[majority.Likeliest(item)] == truths[table.Items[item]]);
        output.WriteLine($"right: {right} of 600, by majority {byMajority}");
        Assert.True(right > byMajority);
    }

    private static (List<Label> Labels, Dictionary<string, string> Truths, double[] Eases) Planted(
        Seed seed,
        int items,
        int raters,
        int classes
    )
    {
        var random = seed.Derive("glad").Source();
        var labels = new List<Label>();
        var truths = new Dictionary<string, string>(StringComparer.Ordinal);
        var eases = new double[items];
        for (var item = 0; item < items; item++)
        {
            var truth = random.NextInt(classes);
            truths[PlantedLabels.Item(item)] = PlantedLabels.Class(truth);
            eases[item] = Math.Exp(random.NextNormal());
            for (var rater = 0; rater < raters; rater++)
            {
                var right = random.NextBool(1 / (1 + Math.Exp(-eases[item] * (-0.5 + (2.5 * rater / (raters - 1))))));
                var said = right ? truth : (truth + 1 + random.NextInt(classes - 1)) % classes;
                labels.Add(new Label(PlantedLabels.Item(item), PlantedLabels.Rater(rater), PlantedLabels.Class(said)));
            }
        }

        return (labels, truths, eases);
    }

    [Fact]
    public void Intervals_hold_planted_accuracies_as_often_as_they_say()
    {
        // 0.999 of binomials (200, 0.95) lie in [179, 198]. Abilities and eases are drawn as the priors say.
        var glad = new Glad(new AnnotatorOptions { Tolerance = 1e-7 });
        var covered = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var random = new Seed(52).Derive("cover", trial).Source();
            double[] abilities = [.. Enumerable.Range(0, 5).Select(_ => 1 + random.NextNormal())];
            double[] eases = [.. Enumerable.Range(0, 100).Select(_ => Math.Exp(1 + random.NextNormal()))];
            var labels = eases.SelectMany(
                (ease, item) =>
                {
                    var truth = random.NextInt(2);
                    return abilities.Select(
                        (ability, rater) =>
                            new Label(
                                PlantedLabels.Item(item),
                                PlantedLabels.Rater(rater),
                                PlantedLabels.Class(random.NextBool(Right(ability, ease)) ? truth : 1 - truth)
                            )
                    );
                }
            );
            var rater = trial % 5;

            var fit = glad.Fit(LabelTable.Of(labels), TestContext.Current.CancellationToken);

            var accuracy = eases.Average(ease => Right(abilities[rater], ease));
            covered += fit.Skills[rater].Accuracy!.Value.Interval!.Value.Contains(accuracy) ? 1 : 0;
        }

        output.WriteLine($"GLAD: covered {covered} of 200");
        Assert.InRange(covered, 179, 198);
    }

    private static double Right(double ability, double ease) => 1 / (1 + Math.Exp(-ability * ease));

    // Sums over 13 eases, as the class describes, by multiplying probabilities.
    private static double Objective(LabelTable table, List<Label> labels, double[] abilities)
    {
        double[] logEases = [.. Enumerable.Range(0, 13).Select(point => -2 + (point / 2.0))];
        double[] weights = [.. logEases.Select(logEase => Math.Exp(-(logEase - 1) * (logEase - 1) / 2))];
        var sum = -abilities.Sum(value => (value - 1) * (value - 1) / 2);
        foreach (var item in labels.GroupBy(label => label.Item))
        {
            sum += Math.Log(
                table.Classes.Sum(kind =>
                    logEases.Select((logEase, point) => weights[point] * Product(item, kind, Math.Exp(logEase))).Sum()
                    / weights.Sum()
                    / table.Classes.Count
                )
            );
        }

        return sum;

        double Product(IEnumerable<Label> given, string kind, double ease) =>
            given.Aggregate(
                1.0,
                (product, label) =>
                {
                    var right = Right(abilities[table.Raters.ToList().IndexOf(label.Rater)], ease);
                    return product * (label.Class == kind ? right : (1 - right) / (table.Classes.Count - 1));
                }
            );
    }
}
