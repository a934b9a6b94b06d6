using Microsoft.Extensions.AI;
using Plumbline.Environments;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Policies.Rollouts;
using static Plumbline.Training.Tests.Policies.Rollouts.TalkTask;

namespace Plumbline.Training.Tests.Policies.Rollouts;

[NoTensorLeaks]
public sealed class ConversationSamplerTests
{
    private static readonly AnswerDraw Draw = new(4, new Seed(9));

    [Fact]
    public void A_conversation_is_what_was_drawn_and_what_was_replied_token_by_token()
    {
        var prompt = TokenTask.Prompts(1)[0];
        var inner = new Planned((asked, _) => asked.Ids.Length == prompt.Ids.Length ? Said(5, 6, 3) : Said(8, 3));

        var answer = Of(inner, options: Options with { MaxTurns = 2 }).Draw([prompt], new AnswerDraw(1, new Seed(1)))[0][0];

        Assert.Equal([5, 6, 3, 11, 12, 8, 3], answer.Ids);
        Assert.Equal([true, true, true, false, false, true, true], answer.IsDrawn);
        Assert.Equal([-0.1f, -0.2f, -0.3f, -0.1f, -0.2f], answer.LogProbabilities!);
        Assert.Equal(5, answer.DrawnCount);
        Assert.Equal("8 3", answer.Text);
        Assert.Equal(["assistant: 5 6 3", "user: 11 12", "assistant: 8 3"], answer.Turns.Select(turn => $"{turn.Role.Value}: {turn.Text}"));
        Assert.Equal([.. prompt.Ids, 5, 6, 3, 11, 12], inner.Calls[1].Prompts[0].Ids);
        // The weights are taken over once, and the second draw has numbers of its own.
        Assert.Equal([false, true], inner.Calls.Select(call => call.Draw.GoesOn));
        Assert.NotEqual(inner.Calls[0].Draw.Seed, inner.Calls[1].Draw.Seed);
        var shown = answer.ToReward(prompt);
        Assert.Equal((3, "8 3", 5, 7), (shown.Turns.Count, shown.Answer, shown.Tokens, shown.AnswerIds.Length));
    }

    [Fact]
    public void What_filters_left_stands_beside_each_drawn_token()
    {
        var filtered = Said(8, 3) with
        {
            Kept =
            [
                [3, 8],
                null,
            ],
        };
        var inner = new Planned((asked, draw) => draw.GoesOn ? filtered : Said(5, 3));

        var answer = Of(inner, options: Options with { MaxTurns = 2 }).Draw(TokenTask.Prompts(1), new AnswerDraw(1, new Seed(1)))[0][0];

        Assert.Equal(4, answer.Kept!.Length);
        Assert.Equal([3, 8], answer.Kept[2]!);
        Assert.Null(answer.Kept[0] ?? answer.Kept[1] ?? answer.Kept[3]);
    }

    [Fact]
    public void Where_a_turn_has_no_log_probabilities_the_conversation_has_none()
    {
        var inner = new Planned((_, draw) => draw.GoesOn ? Said(8, 3) with { LogProbabilities = null } : Said(5, 3));

        Assert.Null(Of(inner).Draw(TokenTask.Prompts(1), new AnswerDraw(1, new Seed(1)))[0][0].LogProbabilities);
    }

    [Fact]
    public void A_conversation_ends_where_the_environment_ends_it()
    {
        var environment = new Replies(conversation => conversation.Answers < 2 ? "11" : null);

        var answer = Of(new Planned((_, _) => Said(5, 3)), environment).Draw(TokenTask.Prompts(1), new AnswerDraw(1, new Seed(1)))[0][0];

        Assert.Equal([5, 3, 11, 5, 3], answer.Ids);
        Assert.Equal((2, 2, false, false), (answer.Answers, environment.Asked.Count, answer.IsTruncated, answer.IsOutOfRoom));
    }

    [Fact]
    public void After_the_last_turn_nobody_is_asked()
    {
        var environment = new Replies(_ => "11");

        var answer = Of(new Planned((_, _) => Said(5, 3)), environment).Draw(TokenTask.Prompts(1), new AnswerDraw(1, new Seed(1)))[0][0];

        Assert.Equal((3, 2), (answer.Answers, environment.Asked.Count));
        Assert.True(answer.IsDrawn[^1]);
    }

    [Fact]
    public void An_answer_that_was_cut_ends_its_conversation()
    {
        var environment = new Replies(_ => "11");
        var inner = new Planned((_, draw) => draw.GoesOn ? Said(5, 5, 5, 5, 5, 5) : Said(5, 3));

        var answer = Of(inner, environment).Draw(TokenTask.Prompts(1), new AnswerDraw(1, new Seed(1)))[0][0];

        Assert.Equal((2, 1, true), (answer.Answers, environment.Asked.Count, answer.IsTruncated));
    }

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(0, 1, true)]
    public void A_reply_is_given_only_where_it_and_the_longest_answer_have_room(int spare, int answers, bool isOutOfRoom)
    {
        var prompt = TokenTask.Prompts(1)[0];
        // Prompt, answer of two, reply of two, answer of six at most: one token less and there is no room.
        var options = Options with
        {
            MaxTurns = 2,
            MaxLength = prompt.Ids.Length + 2 + 2 + 6 - 1 + spare,
        };

        var answer = Of(new Planned((_, _) => Said(5, 3)), options: options).Draw([prompt], new AnswerDraw(1, new Seed(1)))[0][0];

        Assert.Equal((answers, isOutOfRoom, false), (answer.Answers, answer.IsOutOfRoom, answer.IsTruncated));
        Assert.True(answer.IsDrawn[^1]);
        Assert.Equal(answers == 2 ? 6 : 2, answer.Ids.Length);
    }

    [Fact]
    public void Replies_know_the_row_and_have_a_seed_of_their_own()
    {
        var environment = new Replies(_ => "11");

        Of(new Planned((_, _) => Said(5, 3)), environment).Draw(TokenTask.Prompts(3), Draw);

        Assert.Equal(2 * 3 * 4, environment.Asked.Count);
        Assert.Equal(2 * 3 * 4, environment.Asked.Select(asked => asked.Seed).Distinct().Count());
        Assert.Equal(["0", "1", "2"], environment.Asked.Select(asked => asked.Prompt.Text!).Distinct());
    }

    [Fact]
    public void The_same_seed_draws_the_same_bits_and_no_conversation_depends_on_the_others()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var inner = TalkTask.SamplerOf(policy);
        var prompts = TokenTask.Prompts(6);
        static bool IsLong(AnsweredConversation conversation) => conversation.Prompt.Text is "0" or "3";
        IReadOnlyList<RolloutAnswer> Drawn(Func<AnsweredConversation, bool> goesOn) =>
            [
                .. Of(inner, new Replies(conversation => goesOn(conversation) ? "11 12" : null))
                    .Draw(prompts, Draw)
                    .SelectMany(group => group),
            ];

        var (all, again, some) = (Drawn(_ => true), Drawn(_ => true), Drawn(IsLong));

        Assert.Equal(all.Select(answer => answer.Ids), again.Select(answer => answer.Ids));
        Assert.Equal(all.Select(answer => answer.LogProbabilities!), again.Select(answer => answer.LogProbabilities!));
        var longs = Enumerable.Range(0, all.Count).Where(i => i / 4 is 0 or 3).ToList();
        Assert.Contains(longs, i => all[i].Answers == 3);
        Assert.All(longs, i => Assert.Equal(all[i].Ids, some[i].Ids));
        // Answers to one prompt go on differently.
        Assert.True(all.Select(answer => string.Join(' ', answer.Ids)).Distinct().Count() > 20);
    }

    [Fact]
    public void A_turn_draws_what_the_sampler_draws_after_all_that_was_said()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var inner = TalkTask.SamplerOf(policy);
        var prompts = TokenTask.Prompts(4);
        var sampler = Of(inner, options: Options with { MaxTurns = 2 });

        var answers = sampler.Draw(prompts, Draw);

        var single = inner.Draw(prompts, Draw);
        for (var i = 0; i < prompts.Count; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                var (whole, first) = (answers[i][j].Ids, single[i][j]);
                Assert.Equal(first.Ids, whole[..first.Ids.Length]);
                if (first.IsTruncated)
                {
                    Assert.Equal(first.Ids.Length, whole.Length);
                    continue;
                }

                var asked = prompts[i] with { Ids = [.. prompts[i].Ids, .. first.Ids, 11, 12] };
                var next = inner.Draw([asked], new AnswerDraw(1, Draw.Seed.Derive("turn", 1)) { Numbers = [(i * 4) + j] })[0][0];
                Assert.Equal(next.Ids, whole[(first.Ids.Length + 2)..]);
            }
        }
    }

    [Fact]
    public void Replies_that_cannot_be_used_are_refused_by_the_environments_name()
    {
        string Refusal(IEnvironment environment) =>
            Assert
                .Throws<InvalidInputException>(() =>
                    Of(new Planned((_, _) => Said(5, 3)), environment).Draw(TokenTask.Prompts(2), new AnswerDraw(1, new Seed(1)))
                )
                .Message;

        Assert.Contains("Fixed replied to 1 conversations of 2", Refusal(new Fixed([null])), StringComparison.Ordinal);
        Assert.Contains(
            "Fixed replied with an empty list",
            Refusal(
                new Fixed([
                    [],
                    null,
                ])
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "role assistant",
            Refusal(
                new Fixed([
                    [new ChatMessage(ChatRole.User, "1"), new ChatMessage(ChatRole.Assistant, "1")],
                    null,
                ])
            ),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, 32, 6, "max_turns")]
    [InlineData(65, 32, 6, "max_turns")]
    [InlineData(2, 6, 6, "max_length")]
    [InlineData(2, 6, 0, "max_answer_length")]
    public void Lengths_that_cannot_be_are_refused(int turns, int length, int answer, string named)
    {
        var options = new ConversationOptions
        {
            MaxTurns = turns,
            MaxLength = length,
            MaxAnswerLength = answer,
        };

        var failure = Assert.Throws<InvalidInputException>(() => Of(new Planned((_, _) => Said(3)), options: options));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    private sealed class Fixed(IReadOnlyList<IReadOnlyList<ChatMessage>?> replies) : IEnvironment
    {
        public Task<IReadOnlyList<IReadOnlyList<ChatMessage>?>> ReplyAsync(
            IReadOnlyList<AnsweredConversation> conversations,
            CancellationToken cancellation = default
        ) => Task.FromResult(replies);
    }
}
