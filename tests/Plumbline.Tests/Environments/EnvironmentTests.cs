using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Environments;
using Plumbline.Randomness;
using Plumbline.Rewards;

namespace Plumbline.Tests.Environments;

/// <summary>Counts down from its setting.</summary>
[Environment("counts_down")]
public sealed class CountsDown(IReadOnlyDictionary<string, string> settings) : IEnvironment
{
    private readonly int from = int.Parse(settings["from"], System.Globalization.CultureInfo.InvariantCulture);

    public Task<IReadOnlyList<IReadOnlyList<ChatMessage>?>> ReplyAsync(
        IReadOnlyList<AnsweredConversation> conversations,
        CancellationToken cancellation = default
    ) =>
        Task.FromResult<IReadOnlyList<IReadOnlyList<ChatMessage>?>>([
            .. conversations.Select(conversation =>
                conversation.Answers > from ? null : new[] { new ChatMessage(ChatRole.Tool, $"{from - conversation.Answers}") }
            ),
        ]);
}

public sealed class EnvironmentTests
{
    private static readonly RewardSourceOptions IsFour = new()
    {
        Kind = RewardKind.ExactMatch,
        ExactMatch = new() { Column = "right" },
    };

    [Fact]
    public async Task A_wrong_answer_is_sent_back_and_a_right_one_ends_the_conversation()
    {
        var environment = new EnvironmentOptions
        {
            Kind = EnvironmentKind.Retry,
            Retry = new RetryOptions { Check = IsFour, Message = "No. Again." },
        }.Create();

        var replies = await environment.ReplyAsync(
            [Said("4", """{"right": "4"}"""), Said("5", """{"right": "4"}"""), Said("4", """{"right": "7"}"""), Said("4", "{}")],
            TestContext.Current.CancellationToken
        );

        // The last row has no right answer, so nothing can be said of it.
        Assert.Equal([null, "user: No. Again.", "user: No. Again.", null], replies.Select(Shown));
    }

    [Theory]
    [InlineData("so", true)]
    [InlineData("so so", false)]
    public async Task A_check_passes_from_its_score_on(string answer, bool isSentBack)
    {
        RewardFunctions.Register(typeof(EnvironmentTests).Assembly);
        var options = new RetryOptions
        {
            Check = new()
            {
                Kind = RewardKind.Function,
                Function = "counts_word",
                Settings = new Dictionary<string, string> { ["word"] = "so" },
            },
            PassesAt = 2,
        };

        var replies = await new RetryEnvironment(options).ReplyAsync([Said(answer, "{}")], TestContext.Current.CancellationToken);

        Assert.Equal(isSentBack ? "user: That is not right. Try again." : null, Shown(replies[0]));
    }

    [Theory]
    [InlineData("""{"follow_ups": ["And then?", "And then?"]}""", "And then?", "And then?", null)]
    [InlineData("""{"follow_ups": "Why?"}""", "Why?", null, null)]
    [InlineData(
        """{"follow_ups": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]}""",
        "a",
        "c",
        null
    )]
    [InlineData("""{"follow_ups": []}""", null, null, null)]
    [InlineData("""{"follow_ups": 7}""", null, null, null)]
    [InlineData("""{"follow_ups": ["a", {"role": "user"}]}""", null, null, null)]
    [InlineData("""{"others": ["a"]}""", null, null, null)]
    public async Task Questions_of_the_row_are_asked_one_after_another(string row, params string?[] asked)
    {
        var environment = new EnvironmentOptions { Kind = EnvironmentKind.Scripted }.Create();
        var conversation = Said("yes", row);
        foreach (var question in asked)
        {
            var reply = (await environment.ReplyAsync([conversation], TestContext.Current.CancellationToken))[0];

            Assert.Equal(question is null ? null : $"user: {question}", Shown(reply));
            conversation = conversation with
            {
                Turns = [.. conversation.Turns, .. reply ?? [], new ChatMessage(ChatRole.Assistant, "yes")],
            };
        }
    }

    [Fact]
    public async Task A_class_of_the_user_is_found_by_name_and_gets_its_settings()
    {
        Assert.Equal(1, EnvironmentClasses.Register(typeof(EnvironmentTests).Assembly));
        Assert.Equal(["counts_down"], EnvironmentClasses.All.Select(one => one.Name));
        var options = new EnvironmentOptions
        {
            Kind = EnvironmentKind.Class,
            Class = "counts_down",
            Settings = new Dictionary<string, string> { ["from"] = "2" },
        };

        var replies = await options.Create().ReplyAsync([Said("go", "{}")], TestContext.Current.CancellationToken);

        Assert.Equal("tool: 1", Shown(replies[0]));
        Rewards.Answers.AssertRefused(() => (options with { Class = "nothing" }).Create(), "no environment named 'nothing'", "counts_down");
        Rewards.Answers.AssertRefused(
            () => (options with { Settings = new Dictionary<string, string>() }).Create(),
            "The environment 'counts_down'",
            "cannot be made from its settings"
        );
        Rewards.Answers.AssertRefused(
            () =>
                DeclaredClass<IEnvironment>.Of(
                    typeof(string),
                    "x",
                    new ClassKind("environment", "environment", "Environment", "x", "Implement IEnvironment")
                ),
            "does not implement IEnvironment"
        );
    }

    public static TheoryData<EnvironmentOptions, string> Refused() =>
        new()
        {
            {
                new() { Kind = EnvironmentKind.Retry },
                "retry"
            },
            {
                new() { Kind = EnvironmentKind.Class },
                "class"
            },
            {
                new()
                {
                    Kind = EnvironmentKind.Scripted,
                    Retry = new() { Check = IsFour },
                },
                "left out where kind is scripted"
            },
            {
                new()
                {
                    Kind = EnvironmentKind.Scripted,
                    Settings = new Dictionary<string, string> { ["a"] = "b" },
                },
                "settings"
            },
            {
                new()
                {
                    Kind = EnvironmentKind.Scripted,
                    Scripted = new() { Column = "" },
                },
                "scripted.column"
            },
            {
                new()
                {
                    Kind = EnvironmentKind.Retry,
                    Retry = new() { Check = IsFour, Message = " " },
                },
                "retry.message"
            },
            {
                new()
                {
                    Kind = EnvironmentKind.Retry,
                    Retry = new() { Check = IsFour, PassesAt = double.NaN },
                },
                "retry.passes_at"
            },
            {
                new()
                {
                    Kind = EnvironmentKind.Retry,
                    Retry = new()
                    {
                        Check = new()
                        {
                            Kind = RewardKind.Overlong,
                            Overlong = new() { MaxTokens = 8, CacheTokens = 2 },
                        },
                    },
                },
                "retry.check.kind"
            },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Options_that_cannot_be_are_refused_by_name(EnvironmentOptions options, string named) =>
        Rewards.Answers.AssertRefused(() => options.Create(), named);

    private static AnsweredConversation Said(string answer, string row) =>
        new(Content.FromMessages([new ChatMessage(ChatRole.User, "2 + 2?")]), [new ChatMessage(ChatRole.Assistant, answer)], new Seed(1))
        {
            Columns = JsonElement.Parse(row).EnumerateObject().ToDictionary(column => column.Name, column => column.Value),
        };

    private static string? Shown(IReadOnlyList<ChatMessage>? reply) =>
        reply is null ? null : string.Join(", ", reply.Select(message => $"{message.Role.Value}: {message.Text}"));
}
