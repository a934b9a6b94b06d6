using System.Reflection;
using Plumbline.Configuration;
using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

/// <summary>1 for an answer that ends in a full stop.</summary>
[Reward("ends_in_full_stop")]
public sealed class EndsInFullStop : FunctionReward
{
    protected override double? Score(AnswerToReward answer) => answer.Answer.EndsWith('.') ? 1 : 0;
}

/// <summary>How often a word occurs.</summary>
[Reward("counts_word")]
public sealed class CountsWord(IReadOnlyDictionary<string, string> settings) : FunctionReward
{
    private readonly string word = settings["word"];

    public CountsWord()
        : this(new Dictionary<string, string> { ["word"] = "never used" }) { }

    protected override double? Score(AnswerToReward answer) => answer.Answer.Split(' ').Count(one => one == word);
}

public sealed class RewardFunctionsTests
{
    private static readonly Assembly Here = typeof(RewardFunctionsTests).Assembly;

    [Fact]
    public async Task Classes_of_an_assembly_become_rewards_by_name()
    {
        Assert.Equal(2, RewardFunctions.Register(Here));
        Assert.Equal(2, RewardFunctions.Register(Here));

        Assert.Equal(["counts_word", "ends_in_full_stop"], RewardFunctions.All.Select(reward => reward.Name));
        Assert.Equal([true, false], RewardFunctions.All.Select(reward => reward.TakesSettings));
        Assert.Equal(1, await RewardFunctions.Find("ends_in_full_stop").Create().ScoreOf(Answer("Yes.")));
        var counts = RewardFunctions.Find("counts_word").Create(new Dictionary<string, string> { ["word"] = "so" });
        Assert.Equal(2, await counts.ScoreOf(Answer("so and so")));
    }

    [Fact]
    public void An_unknown_name_and_unfit_settings_are_refused()
    {
        RewardFunctions.Register(Here);
        var settings = new Dictionary<string, string> { ["word"] = "so" };

        AssertRefused(() => RewardFunctions.Find("nothing"), "no reward function named 'nothing'", "counts_word, ends_in_full_stop");
        AssertRefused(() => RewardFunctions.Find("ends_in_full_stop").Create(settings), "EndsInFullStop) takes no settings", "given word");
        AssertRefused(() => RewardFunctions.Find("counts_word").Create(), "CountsWord) cannot be made from its settings", "'word'");
    }

    [Theory]
    [InlineData(typeof(Answers), "x", "'x' (Plumbline.Tests.Rewards.Answers)", "does not implement IReward")]
    [InlineData(typeof(FunctionReward), "x", "'x' (Plumbline.Rewards.FunctionReward)", "abstract or generic")]
    [InlineData(typeof(Generic<>), "x", "Generic`1", "abstract or generic")]
    [InlineData(typeof(RegexMatch), "x", "'x' (Plumbline.Rewards.RegexMatch)", "no public constructor")]
    [InlineData(typeof(EndsInFullStop), "Ends well", "'Ends well'", "not lower case")]
    [InlineData(typeof(EndsInFullStop), "", "''", "not lower case")]
    public void A_class_that_cannot_be_a_reward_is_named(Type type, string name, params string[] said) =>
        AssertRefused(() => DeclaredClass<IReward>.Of(type, name, RewardFunctions.Kind), said);

    [Fact]
    public void Two_rewards_of_one_name_are_refused_and_none_is_added()
    {
        RewardFunctions.Register(Here);

        AssertRefused(
            () => RewardFunctions.Register(typeof(string).Assembly, [typeof(CountsWord)]),
            "two rewards named 'counts_word'",
            "Plumbline.Tests.Rewards.CountsWord"
        );
        Assert.Equal(2, RewardFunctions.All.Count);
    }

    private sealed class Generic<T> : FunctionReward
    {
        protected override double? Score(AnswerToReward answer) => typeof(T).Name.Length;
    }
}
