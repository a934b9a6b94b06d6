using Plumbline.Cli.Pipelines.Rl.Live;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Testing;
using Plumbline.Training.Rewards;

namespace Plumbline.EndToEnd.Tests.Live;

public sealed class ComparisonChoiceTests
{
    // Three prompts with two or three answers. Members disagree most on the second prompt, a little on the first, not at all on the third.
    private static readonly AnswerToReward[] Answers =
    [
        Of("a", "one"),
        Of("a", "two"),
        Of("b", "one"),
        Of("b", "two"),
        Of("b", "\0"),
        Of("c", "one"),
        Of("c", "two"),
    ];

    private static readonly EnsembleScores Scores = new([
        [1, 0, 9, 0, 50, 2, 1],
        [0, 0, 0, 9, -50, 2, 1],
    ]);

    private static readonly int?[] Places = [0, 1, 2, 3, 4, 5, 6];

    [Fact]
    public void Of_each_prompt_the_pair_that_teaches_most_is_asked_the_most_telling_first()
    {
        var chosen = ComparisonChoice.Of(Answers, Scores, Places, 2, 0, new Seed(1));

        Assert.Equal([(2, 3), (0, 1)], chosen.Select(pair => (pair.First, pair.Second)));
        Assert.True(chosen[0].Information > chosen[1].Information && chosen[1].Information > 0);
        Assert.All(chosen, pair => Assert.False(pair.IsRandom));
    }

    [Fact]
    public void A_share_is_drawn_from_the_rest()
    {
        var chosen = ComparisonChoice.Of(Answers, Scores, Places, 2, 0.5, new Seed(1));

        Assert.Equal((2, 3), (chosen[0].First, chosen[0].Second));
        Assert.True(chosen[1].IsRandom);
        var drawn = Enumerable
            .Range(0, 50)
            .Select(seed => ComparisonChoice.Of(Answers, Scores, Places, 2, 0.5, new Seed((ulong)seed))[1].First);
        Assert.Equal([0, 5], drawn.Distinct().Order());
    }

    [Fact]
    public void Answers_that_were_not_judged_are_like_each_other_or_hold_no_text_are_not_asked_about()
    {
        int?[] places = [0, null, 2, 3, 4, 5, 6];
        AnswerToReward[] alike = [.. Answers[..5], Of("c", "same"), Of("c", "same")];

        var chosen = ComparisonChoice.Of(alike, Scores, places, 9, 0, new Seed(1));

        Assert.Equal([(2, 3)], chosen.Select(pair => (pair.First, pair.Second)));
    }

    [Fact]
    public void A_round_that_is_done_again_sees_what_it_saw()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rounds.txt");
        var first = new ReadCursor(path);

        Assert.Equal(7, first.Of(0, () => 7));
        Assert.Equal(7, first.Of(0, () => 9));
        Assert.Equal(9, first.Of(1, () => 9));
        File.AppendAllText(path, "2 1");
        var second = new ReadCursor(path);
        Assert.Equal(7, second.Of(0, () => 20));
        Assert.Equal(9, second.Of(1, () => 20));
        Assert.Equal(20, second.Of(2, () => 20));
    }

    private static AnswerToReward Of(string prompt, string answer) => new(Content.FromText(prompt), answer);
}
