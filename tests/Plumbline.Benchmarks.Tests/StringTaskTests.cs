using Plumbline.Benchmarks.Toys;
using Plumbline.Randomness;
using Plumbline.Rewards;

namespace Plumbline.Benchmarks.Tests;

public sealed class StringTaskTests
{
    private static readonly StringTask[] Tasks = [StringTasks.Copy, StringTasks.Sort, StringTasks.Parity];

    [Theory]
    [InlineData("copy", "bad", "bad", 1)]
    [InlineData("copy", "bad", "bab", 0.75)]
    [InlineData("copy", "bad", "ba", 0.5)]
    [InlineData("copy", "bad", "badd", 0.6)]
    [InlineData("sort", "dabba", "aabbd", 1)]
    [InlineData("sort", "dabba", "dabba", 4 / 6.0)]
    [InlineData("parity", "0110", "0010 is what I wrote: 0", 1)]
    [InlineData("parity", "0110", "0100", 1)]
    [InlineData("parity", "0110", "0", 1)]
    [InlineData("parity", "0111", "0101", 1)]
    [InlineData("parity", "0111", "0100", 0)]
    [InlineData("parity", "0111", "", 0)]
    public async Task Answers_earn_what_was_computed_by_hand(string name, string prompt, string answer, double reward)
    {
        var task = Array.Find(Tasks, task => task.Name == name)!;

        Assert.Equal(reward, await Reward(task, prompt, task.AnswerTokens(answer)), 1e-12);
    }

    [Fact]
    public async Task An_answer_without_its_end_is_not_right()
    {
        Assert.Equal(0.75, await Reward(StringTasks.Copy, "bad", StringTasks.Copy.AnswerTokens("bad")[..^1]), 1e-12);
        Assert.Equal(0, await Reward(StringTasks.Parity, "0110", StringTasks.Parity.AnswerTokens("0100")[..^1]));
    }

    [Theory]
    [InlineData("0110", "0100")]
    [InlineData("1111", "1010")]
    [InlineData("00000001", "00000001")]
    public void The_working_of_parity_is_the_parity_of_each_beginning(string bits, string working) =>
        Assert.Equal(working, StringTasks.Parity.Answer(bits));

    [Fact]
    public void What_is_judged_was_never_asked()
    {
        Assert.All(
            Tasks,
            task =>
            {
                var data = task.Draw(new Seed(5));
                var asked = data.Asked.Select(prompt => prompt.Row.Id).ToHashSet(StringComparer.Ordinal);

                Assert.DoesNotContain(data.Judged, prompt => asked.Contains(prompt.Row.Id));
                Assert.All(
                    data.Demonstrations,
                    example => Assert.DoesNotContain(data.Judged, prompt => example.Ids.AsSpan().StartsWith(prompt.Ids))
                );
            }
        );
    }

    [Fact]
    public async Task Demonstrations_are_far_from_always_right()
    {
        foreach (var task in Tasks)
        {
            var data = task.Draw(new Seed(6));
            var answers = data.Demonstrations.Select(example =>
                (Prompt: example.Ids[..Array.IndexOf(example.IsTarget, true)], Answer: example.Ids[Array.IndexOf(example.IsTarget, true)..])
            );
            var scores = await data.Reward.ScoreAsync(
                [
                    .. answers.Select(pair => new AnswerToReward(Data.Content.FromText(""), "")
                    {
                        PromptIds = pair.Prompt,
                        AnswerIds = pair.Answer,
                    }),
                ],
                TestContext.Current.CancellationToken
            );

            Assert.InRange(scores.Count(score => score == 1) / (double)scores.Count, 0.4, 0.7);
        }
    }

    private static async Task<double> Reward(StringTask task, string prompt, int[] answer) =>
        (
            await task.Draw(new Seed(1))
                .Reward.ScoreAsync(
                    [new AnswerToReward(Data.Content.FromText(prompt), "") { PromptIds = task.PromptTokens(prompt), AnswerIds = answer }],
                    TestContext.Current.CancellationToken
                )
        )[0]!.Value;
}
