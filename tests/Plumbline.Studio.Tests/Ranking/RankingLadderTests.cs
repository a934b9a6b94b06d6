using CsCheck;
using Plumbline.Studio.Ranking;

namespace Plumbline.Studio.Tests.Ranking;

public sealed class RankingLadderTests
{
    private static RankingLadder Ladder(params int[][] steps) => new(steps);

    [Fact]
    public void Moves_go_half_a_step_at_a_time()
    {
        var ladder = Ladder([0], [1, 2], [3]);

        Assert.Equal(Ladder([0], [2], [1], [3]), ladder.Raise(2));
        Assert.Equal(Ladder([2], [0], [1], [3]), ladder.Raise(2).Raise(2));
        Assert.Equal(Ladder([0], [2], [1], [3]), ladder.Lower(1));
        Assert.Equal(Ladder([0], [2], [3], [1]), ladder.Lower(1).Lower(1));
        Assert.Equal(ladder, ladder.Raise(0));
        Assert.Equal(ladder, ladder.Lower(3));
        Assert.Equal(Ladder([0, 1], [2], [3]), ladder.Tie(1));
        Assert.Equal(Ladder([0], [1, 2, 3]), ladder.Tie(3));
        Assert.Equal(ladder, ladder.Tie(0));
        Assert.Equal(Ladder([0], [2], [3]), ladder.Remove(1));
        Assert.Equal(Ladder([3], [0], [1, 2]), ladder.Insert(3, 0));
        Assert.Equal(Ladder([1, 2], [3], [0]), ladder.Insert(0, 9));
        Assert.Equal(Ladder([4], [5], [0]), Ladder([4]).Raise(5).Insert(0, 2));
    }

    [Fact]
    public void Ranks_skip_after_ties_and_are_there_when_all_answers_are()
    {
        var ladder = Ladder([2], [0, 1], [3]);

        Assert.Equal([2, 2, 1, 4], ladder.Ranks(4)!);
        Assert.Null(ladder.Ranks(5));
        Assert.Null(ladder.RankOf(4));
    }

    [Fact]
    public void Whatever_the_moves_every_answer_stands_once_and_no_step_is_empty()
    {
        var verbs = new[] { "raise", "lower", "tie", "end", "remove", "insert", "join", "undo", "redo", "clear", "bad", "compare" };
        var move = Gen.Select(Gen.Int[0, verbs.Length - 1], Gen.Int[0, 5], Gen.Int[0, 6]);
        move.List[1, 60]
            .Sample(
                moves =>
                {
                    var draft = RankingDraft.Read(null, 5);
                    foreach (var (kind, answer, step) in moves)
                    {
                        var verb = verbs[kind];
                        var value = verb switch
                        {
                            "insert" or "join" => $"{verb}:{answer}:{step}",
                            "undo" or "redo" or "clear" or "bad" => verb,
                            _ => $"{verb}:{answer}",
                        };
                        draft = RankingMove.Parse(value)!.Apply(draft, 5, ties: true, ["harm"]);
                        draft = RankingDraft.Read(draft.Write(), 5);
                        var ladder = draft.State.Ladder(string.Empty);
                        var all = ladder.Steps.SelectMany(one => one).ToList();
                        Assert.Equal(all.Count, all.Distinct().Count());
                        Assert.All(all, one => Assert.InRange(one, 0, 4));
                        Assert.DoesNotContain(ladder.Steps, one => one.Count == 0);
                    }

                    // All that was done can be undone, and done again.
                    var end = draft.State;
                    var undone = draft.Past.Count;
                    for (var i = 0; i < undone; i++)
                    {
                        draft = draft.Undo();
                    }

                    Assert.Equal(new RankingState(), draft.State);
                    for (var i = 0; i < undone; i++)
                    {
                        draft = draft.Redo();
                    }

                    Assert.Equal(end, draft.State);
                },
                seed: "0000studio01",
                iter: 300
            );
    }

    [Theory]
    [InlineData("raise")]
    [InlineData("raise:1:2")]
    [InlineData("raise:-1")]
    [InlineData("raise:x")]
    [InlineData("raise:99999999999")]
    [InlineData("drop:1")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_move_is_not_read(string? value) => Assert.Null(RankingMove.Parse(value));

    [Fact]
    public void A_draft_that_cannot_be_read_is_a_new_one()
    {
        Assert.Equal(3, RankingDraft.Read("{\"State\":", 3).Notes.Count);
        Assert.Equal(3, RankingDraft.Read(RankingDraft.Read(null, 5).Write(), 3).Notes.Count);
    }
}
