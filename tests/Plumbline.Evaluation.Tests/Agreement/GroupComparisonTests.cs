using Plumbline.Evaluation.Agreement;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Agreement;

public sealed class GroupComparisonTests
{
    private static readonly GroupAgreementOptions Quick = new() { Resamples = 200, Permutations = 999 };
    private static readonly string[] Criteria = ["honesty", "kindness", "privacy", "safety", "style"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void The_one_clause_on_which_two_groups_part_is_found_and_no_other(ulong seed)
    {
        var rankings = PlantedRaters.Draw(Criteria, planted: "privacy", new Seed(seed));

        var agreement = new GroupComparison(new Seed(17), Quick).Compare(rankings, PlantedRaters.Attributes);

        var parted = agreement.Tested.Where(each => agreement.Parts(each.Attribute)).ToArray();
        var (criterion, attribute) = Assert.Single(parted);
        Assert.Equal(("privacy", "region"), (criterion.Criterion, attribute.Attribute));
        Assert.Equal(parted[0], agreement.Tested[0]);
        Assert.Equal(2 * Criteria.Length, agreement.Tested.Count);
        var between = Assert.Single(attribute.Between);
        Assert.True(between.SameSide!.Value.Interval!.Value.High < 0.5, "The groups are on opposite sides.");
        Assert.True(between.Distance!.Value.Interval!.Value.Low > 0.1, "The distance is clear of nothing.");
        // Each group agrees with itself, all raters together do not: that is what an average would hide.
        Assert.All(attribute.Groups, group => Assert.True(group.Alpha!.Value.Value > 0.3, $"alpha {group.Alpha!.Value.Value}"));
        Assert.True(criterion.All.Alpha!.Value.Value < 0.15, $"alpha {criterion.All.Alpha!.Value.Value}");
    }

    [Fact]
    public void Groups_of_the_same_people_do_not_part()
    {
        var p = new List<double>();
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var agreement = new GroupComparison(new Seed(17), Quick).Compare(
                PlantedRaters.Draw(Criteria, planted: null, new Seed(seed)),
                PlantedRaters.Attributes
            );

            Assert.DoesNotContain(agreement.Tested, each => agreement.Parts(each.Attribute));
            p.AddRange(agreement.Tested.Select(each => each.Attribute.Test!.P));
        }

        // Under chance p is uniform: of 100, about 5 lie below 0.05 and half below 0.5.
        Assert.InRange(p.Count(value => value <= 0.05), 0, 11);
        Assert.InRange(p.Count(value => value <= 0.5), 35, 65);
    }

    [Fact]
    public void Figures_are_what_a_hand_counts()
    {
        // Two answers, two raters of each group. Opinions that the first is better: a: 1, 1; b: 0, 1 on the first request; a: 1, ½; b: 0, 0 on the second.
        RequestRankings[] requests =
        [
            new(1, [new(0, [1, 2]), new(1, [1, 2]), new(2, [2, 1]), new(3, [1, 2])]),
            new(2, [new(0, [1, 2]), new(1, [1, 1]), new(2, [2, 1]), new(3, [2, 1])]),
        ];
        var attribute = new RaterTrait("g", ["a", "b"], [0, 0, 1, 1]);
        var options = Quick with { LeastRaters = 2, LeastRequests = 2 };

        var agreement = new GroupComparison(new Seed(1), options).Compare([new(null, requests)], [attribute]);

        var criterion = Assert.Single(agreement.Criteria);
        var groups = criterion.Attributes[0];
        Assert.Equal((2, 2, 4), (criterion.Requests, criterion.Pairs, criterion.All.Raters));
        // a: Σ = 0 + 2·¼ over 4 opinions; decided ¼·3, chance 4·¾/7. α = 1 − (1/8)/(3/7).
        Assert.Equal(1 - (0.125 / (3.0 / 7)), groups.Groups[0].Alpha!.Value.Value, 1e-12);
        Assert.Equal(0.5, groups.Groups[0].SameSide!.Value.Value);
        // b: Σ = 2 + 0 over 4; decided 1, chance 4/7. α = 1 − (1/2)/(4/7).
        Assert.Equal(1 - (0.5 / (4.0 / 7)), groups.Groups[1].Alpha!.Value.Value, 1e-12);
        var between = Assert.Single(groups.Between);
        // Means: 1 and ½; ¾ and 0: never on one side.
        Assert.Equal(0, between.SameSide!.Value.Value);
        // B: (1 + 0 + 1 + 0 + 1 + 1 + ¼ + ¼)/8; W_a: (0 + ¼)/2; W_b: (1 + 0)/2.
        Assert.Equal((4.5 / 8) - ((0.125 + 0.5) / 2), between.Distance!.Value.Value, 1e-12);
        Assert.Equal(between.Distance!.Value.Value, groups.Test!.Distance.Value, 1e-12);
        // The three ways to halve four raters lie ¼, −⅛ and −⅛ apart: only the real one as far, in one of three dealings.
        Assert.Equal(1 / 3.0, groups.Test.P, 0.06);
        Assert.Equal(1 / 3.0, groups.Test.LeastP, 1e-12);
        var disputed = Assert.Single(agreement.Disputed, each => each.Request == 2);
        Assert.Equal((0.75, 1, 2, 0.75, 0.0), (disputed.Gap, disputed.Better, disputed.Worse, disputed.FirstMean, disputed.SecondMean));
    }

    [Fact]
    public void Alpha_over_all_raters_is_that_of_the_opinions()
    {
        var rankings = PlantedRaters.Draw(["c"], planted: null, new Seed(3));

        var agreement = new GroupComparison(new Seed(1), Quick).Compare(rankings, []);

        var units =
            from request in rankings[0].Requests
            from pair in new[] { (0, 1), (0, 2), (1, 2) }
            select (IReadOnlyList<double>)
                [.. request.Rankings.Select(ranking => (1 + Math.Sign(ranking.Ranks[pair.Item2] - ranking.Ranks[pair.Item1])) / 2.0)];
        var all = agreement.Criteria[0].All;
        Assert.Equal(KrippendorffAlpha.OfPairOpinions(units)!.Value, all.Alpha!.Value.Value, 1e-12);
        Assert.True(all.Alpha!.Value.Interval!.Value.Contains(all.Alpha.Value.Value));
        Assert.Equal((60, 180, 12), (all.Requests, all.Pairs, all.Raters));
    }

    [Fact]
    public void Too_few_requests_or_raters_give_no_number()
    {
        var rankings = PlantedRaters.Draw(["c"], planted: "c", new Seed(3));
        // One rater stands alone in a group of a third region, and one in none.
        var attribute = new RaterTrait(
            "region",
            ["north", "south", "west"],
            [2, null, .. Enumerable.Range(2, 10).Select(rater => (int?)(rater % 2))]
        );

        var few = new GroupComparison(new Seed(1), Quick with { LeastRequests = 61 }).Compare(rankings, [attribute]);
        var some = new GroupComparison(new Seed(1), Quick).Compare(rankings, [attribute]);

        var none = few.Criteria[0];
        Assert.Null(none.All.Alpha);
        Assert.Null(none.Attributes[0].Test);
        Assert.All(none.Attributes[0].Groups, group => Assert.True(group is { Alpha: null, SameSide: null }));
        Assert.All(none.Attributes[0].Between, pair => Assert.True(pair is { Distance: null, SameSide: null }));
        Assert.False(few.Parts(none.Attributes[0]));
        var groups = some.Criteria[0].Attributes[0];
        Assert.Equal([5, 5, 1], groups.Groups.Select(group => group.Raters));
        Assert.Equal([true, true, false], groups.Groups.Select(group => group.Alpha is not null));
        Assert.Equal([true, false, false], groups.Between.Select(pair => pair.SameSide is not null));
        Assert.Equal(12, some.Criteria[0].All.Raters);
        Assert.DoesNotContain(some.Disputed, disputed => disputed.First == "west" || disputed.Second == "west");
        // The test is of the two groups that are large enough.
        Assert.Equal(groups.Between[0].Distance!.Value.Value, groups.Test!.Distance.Value, 1e-12);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures_and_criteria_do_not_shift_each_other()
    {
        var rankings = PlantedRaters.Draw(Criteria, planted: "style", new Seed(9));
        var comparison = new GroupComparison(new Seed(5), Quick);

        var all = comparison.Compare(rankings, PlantedRaters.Attributes);
        var again = comparison.Compare(rankings, PlantedRaters.Attributes);
        var alone = comparison.Compare([rankings[3]], PlantedRaters.Attributes);

        Assert.Equal(all.Criteria.Select(criterion => criterion.All), again.Criteria.Select(criterion => criterion.All));
        Assert.Equal(all.Tested.Select(each => each.Attribute.Test), again.Tested.Select(each => each.Attribute.Test));
        Assert.Equal(all.Criteria[3].All, alone.Criteria[0].All);
        Assert.Equal(all.Criteria[3].Attributes[0].Test!.P, alone.Criteria[0].Attributes[0].Test!.P);
    }

    [Fact]
    public void Names_of_answers_and_groups_do_not_matter()
    {
        var rankings = PlantedRaters.Draw(["c"], planted: "c", new Seed(4));
        var mirrored = rankings[0] with
        {
            Requests =
            [
                .. rankings[0]
                    .Requests.Select(request =>
                        request with
                        {
                            Rankings = [.. request.Rankings.Select(ranking => ranking with { Ranks = [.. ranking.Ranks.Reverse()] })],
                        }
                    ),
            ],
        };

        var one = new GroupComparison(new Seed(5), Quick).Compare(rankings, PlantedRaters.Attributes);
        var other = new GroupComparison(new Seed(5), Quick).Compare([mirrored], PlantedRaters.Attributes);

        Assert.Equal(one.Criteria[0].All.Alpha!.Value.Value, other.Criteria[0].All.Alpha!.Value.Value, 1e-12);
        Assert.Equal(one.Criteria[0].Attributes[0].Test!.Distance.Value, other.Criteria[0].Attributes[0].Test!.Distance.Value, 1e-12);
    }

    [Fact]
    public void Options_out_of_range_are_refused() =>
        Assert.Throws<InvalidInputException>(() => new GroupComparison(new Seed(1), new GroupAgreementOptions { LeastRaters = 1 }));
}
