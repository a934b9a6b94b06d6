using Plumbline.Feedback.Annotators;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Annotators;

/// <summary>What all models have in common.</summary>
public sealed class AnnotatorModelTests(ITestOutputHelper output)
{
    // Two items, three raters: where hand computations begin.
    internal static readonly LabelTable Small = LabelTable.Of([
        new("1", "r", "A"),
        new("1", "s", "A"),
        new("1", "t", "B"),
        new("2", "r", "B"),
        new("2", "s", "B"),
        new("2", "t", "B"),
    ]);

    public static TheoryData<string> Models => [.. Of(new AnnotatorOptions()).Select(model => model.Name)];

    public static TheoryData<string> Iterated =>
        [
            .. Of(new AnnotatorOptions())
                .Select(model => model.Name)
                .Where(name => !name.EndsWith("majority", StringComparison.Ordinal) && name != "majority vote"),
        ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Distributions_sum_to_1_and_accuracies_lie_in_their_intervals(string name)
    {
        var planted = PlantedLabels.OneCoin(new Seed(1), 60, 3, [0.9, 0.8, 0.7, 0.6, 0.5], 3);

        var fit = Model(name).Fit(planted.Table, TestContext.Current.CancellationToken);

        Assert.Equal(name, fit.Model);
        Assert.True(fit.Converged);
        Assert.Equal(1, fit.ClassShares.Sum(), 1e-12);
        for (var item = 0; item < 60; item++)
        {
            var distribution = fit.Distribution(item).ToArray();
            Assert.Equal(1, distribution.Sum(), 1e-12);
            Assert.All(distribution, share => Assert.InRange(share, 0, 1));
            Assert.Equal(distribution.Max(), distribution[fit.Likeliest(item)]);
        }

        Assert.Equal(planted.Table.Raters, fit.Skills.Select(skill => skill.Rater));
        Assert.Equal(180, fit.Skills.Sum(skill => skill.Labels));
        foreach (var skill in fit.Skills)
        {
            var interval = skill.Accuracy!.Value.Interval!.Value;
            output.WriteLine($"{skill.Rater}: {skill.Accuracy.Value.Value:F3} [{interval.Low:F3}, {interval.High:F3}]");
            Assert.InRange(skill.Accuracy.Value.Value, interval.Low, interval.High);
            Assert.InRange(interval.Low, 0, 1);
            Assert.InRange(interval.High, 0, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Iterated))]
    public void The_objective_never_falls(string name)
    {
        foreach (var prior in new[] { 0, 1.0, 20 })
        {
            for (var seed = 0; seed < 3; seed++)
            {
                var planted = PlantedLabels.OneCoin(new Seed(2).Derive("fall", seed), 80, 2 + seed, [0.9, 0.7, 0.5, 0.4, 0.8, 0.3], 3);

                var fit = Model(name, new AnnotatorOptions { PriorLabels = prior })
                    .Fit(planted.Table, TestContext.Current.CancellationToken);

                Assert.True(fit.Iterations > 1);
                for (var i = 1; i < fit.Iterations; i++)
                {
                    Assert.True(
                        fit.Objectives[i] >= fit.Objectives[i - 1] - 1e-9,
                        $"{name}, seed {seed}, prior {prior}: {fit.Objectives[i - 1]} fell to {fit.Objectives[i]} in iteration {i}."
                    );
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Raters_who_always_agree_are_believed(string name)
    {
        var planted = PlantedLabels.OneCoin(new Seed(3), 50, 3, [1, 1, 1, 1], 3);

        var fit = Model(name).Fit(planted.Table, TestContext.Current.CancellationToken);

        Assert.Equal(50, planted.Right(fit));
        Assert.All(fit.Skills, skill => Assert.InRange(skill.Accuracy!.Value.Value, 0.9, 1));
        Assert.All(Enumerable.Range(0, 50), item => Assert.InRange(fit.Distribution(item)[fit.Likeliest(item)], 0.95, 1));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Other_names_change_nothing_but_names(string name)
    {
        var planted = PlantedLabels.OneCoin(new Seed(4), 70, 3, [0.9, 0.8, 0.7, 0.55, 0.6], 3);
        // Names in other orders: items and classes backwards, raters shuffled.
        var raters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [PlantedLabels.Rater(0)] = "m",
            [PlantedLabels.Rater(1)] = "z",
            [PlantedLabels.Rater(2)] = "a",
            [PlantedLabels.Rater(3)] = "k",
            [PlantedLabels.Rater(4)] = "b",
        };
        var renamed = LabelTable.Of(planted.Labels.Select(label => new Label(Back(label.Item), raters[label.Rater], Back(label.Class))));

        var fit = Model(name).Fit(planted.Table, TestContext.Current.CancellationToken);
        var other = Model(name).Fit(renamed, TestContext.Current.CancellationToken);

        for (var item = 0; item < 70; item++)
        {
            var place = Place(renamed.Items, Back(planted.Table.Items[item]));
            for (var kind = 0; kind < 3; kind++)
            {
                var kindPlace = Place(renamed.Classes, Back(planted.Table.Classes[kind]));
                Assert.Equal(fit.Distribution(item)[kind], other.Distribution(place)[kindPlace], 1e-6);
            }
        }

        foreach (var skill in fit.Skills)
        {
            var same = other.Skills.Single(each => each.Rater == raters[skill.Rater]);
            Assert.Equal(skill.Accuracy!.Value.Value, same.Accuracy!.Value.Value, 1e-6);
            Assert.Equal(skill.Accuracy.Value.Interval!.Value.Low, same.Accuracy.Value.Interval!.Value.Low, 1e-5);
        }

        static string Back(string text) => string.Concat(text.Select(letter => char.IsDigit(letter) ? (char)('9' - letter + '0') : letter));

        static int Place(IReadOnlyList<string> names, string name) => names.ToList().IndexOf(name);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_order_of_labels_changes_no_bit(string name)
    {
        var planted = PlantedLabels.OneCoin(new Seed(5), 40, 3, [0.9, 0.8, 0.5], 2);
        var shuffled = planted.Labels.ToArray();
        new Seed(6).Source().Shuffle<Label>(shuffled);

        var fit = Model(name).Fit(planted.Table, TestContext.Current.CancellationToken);
        var other = Model(name).Fit(LabelTable.Of(shuffled), TestContext.Current.CancellationToken);

        Assert.Equal(fit.Skills, other.Skills);
        Assert.Equal(fit.Objectives, other.Objectives);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_rater_of_a_single_label_is_neither_perfect_nor_without_interval(string name)
    {
        var planted = PlantedLabels.OneCoin(new Seed(7), 50, 2, [0.9, 0.8, 0.8], 3);
        var table = LabelTable.Of([.. planted.Labels, new Label(PlantedLabels.Item(0), "once", planted.Truth[PlantedLabels.Item(0)])]);

        var fit = Model(name).Fit(table, TestContext.Current.CancellationToken);

        var once = fit.Skills.Single(skill => skill.Rater == "once");
        var interval = once.Accuracy!.Value.Interval!.Value;
        output.WriteLine($"{name}: {once.Accuracy.Value.Value:F3} [{interval.Low:F3}, {interval.High:F3}]");
        Assert.Equal(1, once.Labels);
        Assert.True(interval.High - interval.Low > 0.3);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_single_class_and_no_labels_at_all_are_no_trouble(string name)
    {
        var one = Model(name)
            .Fit(LabelTable.Of([new("1", "r", "A"), new("1", "s", "A"), new("2", "r", "A")]), TestContext.Current.CancellationToken);
        var none = Model(name).Fit(LabelTable.Of([]), TestContext.Current.CancellationToken);
        var nothingSaid = Model(name).Fit(LabelTable.Of([], ["A", "B"]), TestContext.Current.CancellationToken);

        Assert.Equal([1.0], one.Distribution(1).ToArray());
        Assert.Equal(0, one.Iterations);
        Assert.True(one.Converged);
        Assert.All(one.Skills, skill => Assert.Null(skill.Accuracy));
        Assert.Empty(none.Skills);
        Assert.Empty(none.ClassShares);
        Assert.Empty(nothingSaid.Skills);
        Assert.Equal([0.0, 0.0], nothingSaid.ClassShares);
    }

    [Theory]
    [MemberData(nameof(Iterated))]
    public void At_the_cap_a_fit_says_that_it_has_not_converged_and_gives_no_intervals(string name)
    {
        var planted = PlantedLabels.OneCoin(new Seed(8), 50, 2, [0.7, 0.6, 0.8], 3);

        var fit = Model(name, new AnnotatorOptions { MostIterations = 2 }).Fit(planted.Table, TestContext.Current.CancellationToken);

        Assert.False(fit.Converged);
        Assert.Equal(2, fit.Iterations);
        Assert.All(fit.Skills, skill => Assert.Null(skill.Accuracy!.Value.Interval));
        Assert.Throws<OperationCanceledException>(() => Model(name).Fit(planted.Table, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Votes_are_counted_as_by_hand()
    {
        // Majorities: A of item 1, B of item 2. r and s agree always, t in one of two: weights 1, 1 and a half.
        var plain = new MajorityVote().Fit(Small, TestContext.Current.CancellationToken);
        var weighted = new WeightedMajority().Fit(Small, TestContext.Current.CancellationToken);

        Assert.Equal([2 / 3.0, 1 / 3.0], plain.Distribution(0).ToArray());
        Assert.Equal([0.8, 0.2], weighted.Distribution(0).ToArray());
        Assert.Equal([0.0, 1.0], weighted.Distribution(1).ToArray());
        Assert.Equal([1, 1, 0.5], plain.Skills.Select(skill => skill.Accuracy!.Value.Value));
        Assert.Null(plain.LogLikelihood);
    }

    [Fact]
    public void Tied_winners_share_a_point()
    {
        var fit = new MajorityVote().Fit(
            LabelTable.Of([new("1", "r", "A"), new("1", "s", "B"), new("2", "r", "A")]),
            TestContext.Current.CancellationToken
        );

        Assert.Equal([0.75, 0.5], fit.Skills.Select(skill => skill.Accuracy!.Value.Value));
    }

    [Fact]
    public void One_iteration_of_one_coin_is_as_by_hand()
    {
        // From votes 2/3 and 1: shares 1/3 and 2/3, chances 5/6, 5/6 and 2/3; then item 1 is A with 25 to 4, item 2 is B with 100 to 1, each of 324.
        var fit = new OneCoinDawidSkene(new AnnotatorOptions { PriorLabels = 0, MostIterations = 1 }).Fit(
            Small,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(25 / 29.0, fit.Distribution(0)[0], 1e-14);
        Assert.Equal(100 / 101.0, fit.Distribution(1)[1], 1e-14);
        Assert.Equal(Math.Log(29 / 324.0) + Math.Log(101 / 324.0), fit.LogLikelihood!.Value, 1e-12);
        Assert.Equal([5 / 6.0, 5 / 6.0, 2 / 3.0], fit.Skills.Select(skill => Math.Round(skill.Accuracy!.Value.Value, 14)), Close);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new DawidSkene(new AnnotatorOptions { PriorLabels = -1 }));
        Assert.Throws<InvalidInputException>(() => new OneCoinDawidSkene(new AnnotatorOptions { Tolerance = 0 }));
        Assert.Throws<InvalidInputException>(() => new Mace(new AnnotatorOptions { MostIterations = 0 }));
        Assert.Throws<InvalidInputException>(() => new Glad(new AnnotatorOptions { Confidence = 1 }));
        Assert.Throws<InvalidInputException>(() => new MajorityVote(0).Fit(Small, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => LabelTable.Of([new Label("", "r", "A")]));
    }

    private static bool Close(double one, double other) => Math.Abs(one - other) < 1e-12;

    private static IAnnotatorModel Model(string name, AnnotatorOptions? options = null) =>
        Of(options ?? new AnnotatorOptions()).Single(model => model.Name == name);

    private static IEnumerable<IAnnotatorModel> Of(AnnotatorOptions options) =>
        [
            new MajorityVote(),
            new WeightedMajority(),
            new OneCoinDawidSkene(options),
            new DawidSkene(options),
            new Glad(options),
            new Mace(options),
        ];
}
