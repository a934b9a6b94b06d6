using Plumbline.Data;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class ExampleConversionTests
{
    private static readonly RankedExample FourAnswers = Ranked(Text("P"), [Text("a"), Text("b"), Text("c"), Text("d")], [1, 2, 2, 4]);

    [Fact]
    public void A_ranking_gives_every_pair_that_is_not_tied()
    {
        var pairs = FourAnswers.ToPreferences().ToArray();

        Assert.Equal(["ab", "ac", "ad", "bd", "cd"], pairs.Select(pair => pair.Chosen.Text + pair.Rejected.Text));
        Assert.All(pairs, pair => Assert.Equal(ExampleId.Of(pair), pair.Id));
    }

    [Fact]
    public void A_ranking_gives_best_against_worst_where_they_differ()
    {
        var pair = Assert.Single(FourAnswers.ToPreferences(RankingPairs.BestAndWorst));
        var tied = Ranked(Text("P"), [Text("a"), Text("b")], [1, 1]);

        Assert.Equal(Preference(Text("P"), Text("a"), Text("d")), pair);
        Assert.Empty(tied.ToPreferences(RankingPairs.BestAndWorst));
        Assert.Empty(tied.ToPreferences());
    }

    [Fact]
    public void A_preference_gives_a_good_and_a_bad_answer_and_one_to_learn()
    {
        var preference = Preference(User("Q"), Assistant("yes"), Assistant("no"));

        Assert.Equal(
            [
                WithId(new UnpairedPreferenceExample("", User("Q"), Assistant("yes"), true)),
                WithId(new UnpairedPreferenceExample("", User("Q"), Assistant("no"), false)),
            ],
            preference.ToUnpaired()
        );
        Assert.Equal(Answered(User("Q"), Assistant("yes")), preference.ToPromptCompletion());
    }

    [Fact]
    public void Judged_steps_give_an_answer_that_is_good_where_every_step_is_right()
    {
        using var folder = new TemporaryFolder();
        var steps = Open(
            folder,
            """{"prompt": "P", "completions": ["a", "b"], "labels": [true, 0.6]}""",
            """{"prompt": "Q", "completions": ["c", "d"], "labels": [0.5, true]}"""
        );
        var chat = Stepwise(User("Q"), ["a", "b"], [1, 1]);

        Assert.Equal(Assistant("a\nb"), chat.Answer);
        Assert.Equal([Answered(Text("P"), Text("a\nb"))], steps.ReadPromptCompletions());
        Assert.Equal(
            [
                WithId(new UnpairedPreferenceExample("", Text("P"), Text("a\nb"), true)),
                WithId(new UnpairedPreferenceExample("", Text("Q"), Text("c\nd"), false)),
            ],
            steps.ReadUnpairedPreferences()
        );
        Assert.Equal(["P", "Q"], steps.ReadPrompts().Select(prompt => prompt.Prompt.Text));
        Assert.Contains("holds no preference pairs", Assert.Throws<InvalidInputException>(() => steps.ReadPreferences().Count()).Problem);
    }

    [Fact]
    public void A_reader_gives_each_kind_that_its_rows_hold()
    {
        using var folder = new TemporaryFolder();
        var ranked = Open(folder, """{"prompt": "P", "answers": ["a", "b", "c"]}""");
        var preference = Open(folder, """{"prompt": "P", "chosen": "a", "rejected": "b"}""");
        var unpaired = Open(
            folder,
            """{"prompt": "P", "completion": "a", "label": true}""",
            """{"prompt": "P", "completion": "b", "label": false}"""
        );
        var answered = Open(folder, """{"prompt": "P", "completion": "a"}""");
        var prompts = Open(folder, """{"prompt": "P"}""");

        Assert.Equal(3, ranked.ReadPreferences().Count());
        Assert.Single(ranked.ReadPreferences(RankingPairs.BestAndWorst));
        Assert.Equal([Preference(Text("P"), Text("a"), Text("b"))], preference.ReadPreferences());
        Assert.Equal(2, preference.ReadUnpairedPreferences().Count());
        Assert.Equal(2, unpaired.ReadUnpairedPreferences().Count());
        Assert.All(
            [ranked, preference, unpaired, answered],
            reader => Assert.Equal([Answered(Text("P"), Text("a"))], reader.ReadPromptCompletions())
        );
        Assert.All(
            [ranked, preference, unpaired, answered, prompts],
            reader => Assert.Equal(WithId(new PromptExample("", Text("P"))), reader.ReadPrompts().First())
        );
    }

    [Fact]
    public void A_reader_refuses_a_kind_that_its_rows_do_not_hold()
    {
        using var folder = new TemporaryFolder();
        var text = Open(folder, """{"text": "a"}""");

        AssertRefused(() => text.ReadPreferences().Count(), "shape LanguageModeling, which holds no preference pairs");
        AssertRefused(() => text.ReadUnpairedPreferences().Count(), "no labelled answers");
        AssertRefused(() => text.ReadPromptCompletions().Count(), "no prompts with answers");
        AssertRefused(() => text.ReadPrompts().Count(), "no prompts");

        static void AssertRefused(Func<int> read, string problem) =>
            Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => read()).Problem, StringComparison.Ordinal);
    }

    private static DatasetReader Open(TemporaryFolder folder, params string[] lines)
    {
        var name = $"{Directory.GetFiles(folder.Path).Length}.jsonl";
        return DatasetReader.Open(new DatasetOptions(folder.Write(name, string.Join('\n', lines))));
    }
}
