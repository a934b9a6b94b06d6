using Plumbline.Findings;

namespace Plumbline.Moderation.Tests;

public sealed class GuardDecisionTests
{
    [Theory]
    [InlineData(GuardOutcome.Allow, true)]
    [InlineData(GuardOutcome.Transform, true)]
    [InlineData(GuardOutcome.Refuse, false)]
    [InlineData(GuardOutcome.Escalate, false)]
    [InlineData(GuardOutcome.Block, false)]
    public void Only_what_is_allowed_or_transformed_passes(GuardOutcome outcome, bool passes)
    {
        var decision = new GuardDecision
        {
            Id = "1",
            Time = DateTimeOffset.UnixEpoch,
            Part = GuardedPart.Answer,
            Outcome = outcome,
            Constitution = "c",
            Input = "i",
        };

        Assert.Equal(passes, decision.Passes);
    }
}
