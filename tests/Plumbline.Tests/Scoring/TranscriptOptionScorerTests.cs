using Microsoft.Extensions.AI;
using Plumbline.Scoring;

namespace Plumbline.Tests.Scoring;

public sealed class TranscriptOptionScorerTests
{
    [Fact]
    public async Task Options_are_scored_behind_a_transcript()
    {
        var scorer = new LengthScorer();
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be brief."),
            new(ChatRole.User, "Which?"),
            new(ChatRole.Assistant, "Hm."),
            new(ChatRole.User, "So?"),
        ];

        var scores = await new TranscriptOptionScorer(scorer, "base").ScoreOptionsAsync(
            new OptionQuestion(messages, ["A", "Bee"]),
            TestContext.Current.CancellationToken
        );

        Assert.All(
            scorer.Prompts,
            prompt => Assert.Equal("System: Be brief.\n\nHuman: Which?\n\nAssistant: Hm.\n\nHuman: So?\n\nAssistant:", prompt)
        );
        Assert.Equal([-2, -4], scores!);
    }

    [Fact]
    public async Task A_whole_option_ends_the_turn_and_beginnings_of_each_other_are_refused_otherwise()
    {
        var scorer = new LengthScorer();
        var question = new OptionQuestion([new ChatMessage(ChatRole.User, "How good?")], ["1", "10"]);
        var options = new TranscriptOptionScorer(scorer, "base");

        var scores = await options.ScoreOptionsAsync(question with { Whole = true }, TestContext.Current.CancellationToken);

        Assert.Equal([" 1\n\n", " 10\n\n"], scorer.Continuations);
        Assert.Equal([-4, -5], scores!);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() =>
            options.ScoreOptionsAsync(question, TestContext.Current.CancellationToken)
        );
        Assert.Contains("'1' is the beginning of '10'", refused.Message, StringComparison.Ordinal);
    }

    // Minus one a character of the continuation.
    private sealed class LengthScorer : IScorer
    {
        public List<string> Prompts { get; } = [];

        public List<string> Continuations { get; } = [];

        public Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
            IReadOnlyList<ScoringRequest> requests,
            CancellationToken cancellation = default
        )
        {
            Prompts.AddRange(requests.Select(request => request.Prompt.Text!));
            Continuations.AddRange(requests.Select(request => request.Continuation.Text!));
            return Task.FromResult<IReadOnlyList<ContinuationScore>>([
                .. requests.Select(request => new ContinuationScore([.. request.Continuation.Text!.Select(_ => -1.0)], null)),
            ]);
        }
    }
}
