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

    // Minus one a character of the continuation.
    private sealed class LengthScorer : IScorer
    {
        public List<string> Prompts { get; } = [];

        public Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
            IReadOnlyList<ScoringRequest> requests,
            CancellationToken cancellation = default
        )
        {
            Prompts.AddRange(requests.Select(request => request.Prompt.Text!));
            return Task.FromResult<IReadOnlyList<ContinuationScore>>([
                .. requests.Select(request => new ContinuationScore([.. request.Continuation.Text!.Select(_ => -1.0)], null)),
            ]);
        }
    }
}
