using CsCheck;
using Plumbline.Data;

namespace Plumbline.Tests.Data;

public sealed class MeanRankTests
{
    /// <summary>One to five rankings of two to nine answers, with ties and holes.</summary>
    private static readonly Gen<int[][]> Rankings = Gen.Int[2, 9].SelectMany(answers => Gen.Int[1, 9].Array[answers].Array[1, 5]);

    [Fact]
    public void One_ranking_stands_as_it_is_without_its_holes() =>
        Assert.Equal(
            [1, 3, 2, 2],
            MeanRank.Places([
                [1, 9, 4, 4],
            ])
        );

    [Fact]
    public void Ties_stand_at_their_middle()
    {
        // Ranks 1.5, 1.5, 3 and 3, 1.5, 1.5: sums 4.5, 3, 4.5. The numbers as written would sum to 4, 2, 3.
        Assert.Equal(
            [2, 1, 2],
            MeanRank.Places([
                [1, 1, 2],
                [3, 1, 1],
            ])
        );
    }

    [Fact]
    public void Opposite_rankings_are_one_tie() =>
        Assert.Equal(
            [1, 1, 1],
            MeanRank.Places([
                [1, 2, 3],
                [3, 2, 1],
            ])
        );

    [Fact]
    public void A_majority_decides_by_how_far_apart_it_sees_the_answers() =>
        Assert.Equal(
            [1, 2, 3],
            MeanRank.Places([
                [1, 2, 3],
                [1, 2, 3],
                [2, 1, 3],
            ])
        );

    [Fact]
    public void The_order_of_the_raters_changes_nothing() =>
        Rankings
            .SelectMany(rankings => Gen.Shuffle(rankings).Select(shuffled => (rankings, shuffled)))
            .Sample((rankings, shuffled) => Assert.Equal(MeanRank.Places(rankings), MeanRank.Places(shuffled)));

    [Fact]
    public void The_order_of_the_answers_changes_nothing_for_any_answer() =>
        Rankings
            .SelectMany(rankings => Gen.Shuffle(Enumerable.Range(0, rankings[0].Length).ToArray()).Select(order => (rankings, order)))
            .Sample(
                (rankings, order) =>
                {
                    int[][] moved = [.. rankings.Select(ranking => order.Select(i => ranking[i]).ToArray())];
                    var places = MeanRank.Places(rankings);
                    Assert.Equal(order.Select(i => places[i]), MeanRank.Places(moved));
                }
            );

    [Fact]
    public void Only_the_order_of_the_numbers_counts() =>
        Rankings.Sample(rankings =>
        {
            // Dense numbers (1, 1, 2) and competition numbers (1, 1, 3) say the same.
            int[][] competition = [.. rankings.Select(ranking => ranking.Select(own => 1 + ranking.Count(other => other < own)).ToArray())];
            Assert.Equal(MeanRank.Places(rankings), MeanRank.Places(competition));
        });

    [Fact]
    public void Places_go_from_one_without_holes_and_follow_what_all_agree_on() =>
        Rankings.Sample(rankings =>
        {
            var places = MeanRank.Places(rankings);
            Assert.Equal(Enumerable.Range(1, places.Max()), places.Distinct().Order());
            for (var i = 0; i < places.Count; i++)
            {
                for (var j = 0; j < places.Count; j++)
                {
                    Assert.True(!rankings.All(ranking => ranking[i] < ranking[j]) || places[i] < places[j]);
                }
            }
        });

    [Fact]
    public void An_example_has_the_best_first_and_tied_answers_in_the_order_given()
    {
        var example = MeanRank.Example(
            Content.FromText("prompt"),
            [.. "abcd".Select(letter => Content.FromText($"{letter}"))],
            [2, 1, 2, 1]
        );

        Assert.Equal(["b", "d", "a", "c"], example.Answers.Select(answer => answer.Text));
        Assert.Equal([1, 1, 2, 2], example.Ranks);
        Assert.Equal(ExampleId.Of(example), example.Id);
    }

    [Fact]
    public void No_ranking_or_rankings_of_different_answers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => MeanRank.Places([]));
        Assert.Throws<ArgumentException>(() =>
            MeanRank.Places([
                [1, 2],
                [1, 2, 3],
            ])
        );
    }
}
