using System.Text.Json;
using Plumbline.Data;
using Plumbline.Rewards;

namespace Plumbline.Tests.Rewards;

/// <summary>Short ways to make answers and have them judged.</summary>
internal static class Answers
{
    /// <summary>An answer to a prompt whose row has these columns, each as JSON.</summary>
    public static AnswerToReward Answer(string text, params (string Name, string Json)[] columns) =>
        new(Content.FromText("P"), text)
        {
            Columns = columns.ToDictionary(column => column.Name, column => JsonElement.Parse(column.Json)),
        };

    /// <summary>An answer beside the right one.</summary>
    public static AnswerToReward Beside(string completion, string text) =>
        Answer(text, ("completion", JsonSerializer.Serialize(completion)));

    public static async Task<double?> ScoreOf(this IReward reward, AnswerToReward answer) =>
        Assert.Single(await reward.ScoreAsync([answer], TestContext.Current.CancellationToken));

    public static void AssertRefused(Action make, params string[] said)
    {
        var refusal = Assert.Throws<InvalidInputException>(make);
        Assert.All(said, part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }
}
