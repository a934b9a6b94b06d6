using Microsoft.Extensions.AI;
using Plumbline.Findings;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.Judging;
using Plumbline.Moderation.Tests.Guarding;
using Plumbline.Scoring;

namespace Plumbline.Moderation.Tests.Judging;

public sealed class ClauseJudgeTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_clause_is_asked_about_and_scored_by_how_likely_a_yes_is()
    {
        var model = new ScriptedScorer(question =>
            question.Contains("Do no harm.", StringComparison.Ordinal) ? [Math.Log(0.3), Math.Log(0.1)] : [-20, -1]
        );
        var judge = new ClauseJudge(model, SampleGuards.Constitution, new ClauseJudgeOptions());

        var findings = await judge.DetectAsync(new DetectorInput { Part = GuardedPart.Answer, Text = "some text" }, None);

        Assert.Equal(["secrets", "violence", "weapons"], findings.Select(finding => finding.Clause));
        Assert.Equal(0.75, findings[1].Score, 1e-12);
        Assert.InRange(findings[0].Score, 0, 0.001);
        Assert.Equal("S1", findings[1].Hazard);
        Assert.Equal(["S1", "S7", "S9"], judge.Hazards.Order());
        Assert.All(model.Asked, question => Assert.Contains("What an assistant answers stands between", question));
    }

    [Fact]
    public async Task Only_the_clauses_in_question_are_asked_about_in_the_text_s_language_with_what_was_said_before()
    {
        var model = new ScriptedScorer(_ => [-1, -1]);
        var judge = new ClauseJudge(model, SampleGuards.Constitution, new ClauseJudgeOptions { Context = 1, LongestText = 100 });

        await judge.DetectAsync(
            new DetectorInput
            {
                Part = GuardedPart.Prompt,
                Text = new string('a', 60) + "MIDDLE" + new string('z', 60),
                Language = "de",
                Clauses = ["violence"],
                Conversation = [new ChatMessage(ChatRole.User, "FIRST"), new ChatMessage(ChatRole.Assistant, "SECOND")],
            },
            None
        );

        var question = Assert.Single(model.Asked);
        Assert.Contains("Tu nichts Böses.", question);
        Assert.Contains("assistant: SECOND", question);
        Assert.DoesNotContain("FIRST", question);
        Assert.DoesNotContain("MIDDLE", question);
        Assert.Contains("[...]", question);
    }

    [Fact]
    public void A_judge_settles_what_a_cheap_detector_suspects_and_one_that_gives_no_answer_has_failed()
    {
        var text = "The weather was fine and we went for a long walk along the river. He looked violent.";
        GuardDecision Decide(IOptionScorer model) =>
            new Guard(SampleGuards.Parts(new ClauseJudge(model, SampleGuards.Constitution, new ClauseJudgeOptions())))
                .CheckAsync(new GuardRequest { Part = GuardedPart.Prompt, Text = text }, None)
                .AsTask()
                .GetAwaiter()
                .GetResult();

        Assert.Equal(GuardOutcome.Allow, Decide(new ScriptedScorer(_ => [-5, 0])).Outcome);
        Assert.Equal(GuardOutcome.Refuse, Decide(new ScriptedScorer(_ => [0, -5])).Outcome);
        var failed = Decide(new ScriptedScorer(_ => null));
        Assert.Equal(["judge"], failed.Failed);
        Assert.Equal(GuardOutcome.Escalate, failed.Outcome);
    }

    [Theory]
    [InlineData(0, 1000, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1000, -1)]
    public void Options_out_of_range_are_refused(int parallel, int longest, int context) =>
        Assert.Throws<InvalidInputException>(() =>
            new ClauseJudge(
                new ScriptedScorer(_ => null),
                SampleGuards.Constitution,
                new ClauseJudgeOptions
                {
                    Parallel = parallel,
                    LongestText = longest,
                    Context = context,
                }
            )
        );

    private sealed class ScriptedScorer(Func<string, IReadOnlyList<double>?> score) : IOptionScorer
    {
        private readonly List<string> asked = [];

        public string Name => "scripted";

        public IReadOnlyList<string> Asked => asked;

        public Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
        {
            Assert.Equal(["Yes", "No"], question.Options);
            lock (asked)
            {
                asked.Add(question.Messages.Single().Text);
            }

            return Task.FromResult(score(question.Messages.Single().Text));
        }
    }
}
