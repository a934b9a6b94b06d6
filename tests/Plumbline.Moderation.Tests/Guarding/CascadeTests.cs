using CsCheck;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Moderation.Tests.Guarding;

public sealed class CascadeTests
{
    private static readonly ScriptedDetector Cheap = Detector("cheap", DetectorCost.Cheap);
    private static readonly ScriptedDetector Model = Detector("model", DetectorCost.Model);
    private static readonly ScriptedDetector Judge = Detector("judge", DetectorCost.Judge);

    private static readonly string[] Names = ["cheap", "model", "judge"];

    public static TheoryData<string, FrameworkTier, EnforcementAction, DetectorReportCase[], GuardOutcome?> Cases =>
        new()
        {
            { "nothing found", FrameworkTier.Duty, EnforcementAction.ByTier, [new("cheap")], null },
            { "below the threshold", FrameworkTier.Duty, EnforcementAction.ByTier, [new("cheap", 0.4)], null },
            { "a suspicion nobody can confirm", FrameworkTier.Duty, EnforcementAction.ByTier, [new("cheap", 0.6)], GuardOutcome.Escalate },
            {
                "a suspicion that is confirmed",
                FrameworkTier.Duty,
                EnforcementAction.ByTier,
                [new("cheap", 0.6), new("model", 0.7)],
                GuardOutcome.Refuse
            },
            {
                "one about a principle",
                FrameworkTier.Principle,
                EnforcementAction.ByTier,
                [new("cheap", 0.6), new("model", 0.7)],
                GuardOutcome.Escalate
            },
            { "one that is cleared", FrameworkTier.Duty, EnforcementAction.ByTier, [new("cheap", 0.6), new("model", 0.2)], null },
            {
                "one about a constraint that is cleared",
                FrameworkTier.Constraint,
                EnforcementAction.ByTier,
                [new("cheap", 0.6), new("model", 0.2)],
                GuardOutcome.Escalate
            },
            {
                "confirmed by a model and cleared by a judge",
                FrameworkTier.Duty,
                EnforcementAction.ByTier,
                [new("model", 0.9), new("judge", 0.1)],
                null
            },
            {
                "the same about a constraint",
                FrameworkTier.Constraint,
                EnforcementAction.ByTier,
                [new("model", 0.9), new("judge", 0.1)],
                GuardOutcome.Escalate
            },
            {
                "a fact",
                FrameworkTier.Duty,
                EnforcementAction.ByTier,
                [new("cheap", 0.9, Exact: true), new("judge", 0.1)],
                GuardOutcome.Refuse
            },
            {
                "a fact that is replaced",
                FrameworkTier.Duty,
                EnforcementAction.Transform,
                [new("cheap", 0.9, Exact: true)],
                GuardOutcome.Transform
            },
            {
                "a fact nobody knows the place of",
                FrameworkTier.Duty,
                EnforcementAction.Transform,
                [new("cheap", 0.9, Exact: true, View: "base64")],
                GuardOutcome.Refuse
            },
            {
                "a suspicion where facts are replaced",
                FrameworkTier.Duty,
                EnforcementAction.Transform,
                [new("cheap", 0.6)],
                GuardOutcome.Escalate
            },
            { "what is only recorded", FrameworkTier.Duty, EnforcementAction.Record, [new("model", 0.9)], GuardOutcome.Allow },
            { "what is blocked", FrameworkTier.Duty, EnforcementAction.Block, [new("model", 0.9)], GuardOutcome.Block },
            { "a detector that failed", FrameworkTier.Duty, EnforcementAction.ByTier, [new("cheap", Failed: true)], null },
            {
                "one that failed a constraint",
                FrameworkTier.Constraint,
                EnforcementAction.ByTier,
                [new("cheap", Failed: true)],
                GuardOutcome.Escalate
            },
            {
                "one that failed beside a breach",
                FrameworkTier.Constraint,
                EnforcementAction.ByTier,
                [new("model", 0.9), new("cheap", Failed: true)],
                GuardOutcome.Refuse
            },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Facts_decide_suspicions_are_confirmed_or_cleared_and_failures_count(
        string what,
        FrameworkTier tier,
        EnforcementAction action,
        DetectorReportCase[] reports,
        GuardOutcome? outcome
    )
    {
        var verdict = Verdict(Rule(tier, action), reports);

        Assert.True(outcome == verdict?.Outcome, $"{what}: {verdict}");
    }

    [Fact]
    public void A_clause_that_fails_closed_says_so_whatever_its_tier()
    {
        var closed = Rule(FrameworkTier.Principle, EnforcementAction.ByTier, FailureRule.Closed);
        var open = Rule(FrameworkTier.Constraint, EnforcementAction.ByTier, FailureRule.Open);

        Assert.Equal(GuardOutcome.Escalate, Verdict(closed, [new("cheap", Failed: true)])?.Outcome);
        Assert.Null(Verdict(open, [new("cheap", Failed: true)]));
    }

    [Fact]
    public void No_report_more_ever_lets_a_hard_constraint_pass_that_was_stopped()
    {
        var report = Gen.Select(Gen.Int[0, 2].Select(at => Names[at]), Gen.Int[0, 10], Gen.Bool, Gen.Bool, Gen.Bool)
            .Select(parts => new DetectorReportCase(
                parts.Item1,
                parts.Item2 / 10.0,
                Exact: parts.Item3,
                Failed: parts.Item4,
                View: parts.Item5 ? "hex" : null
            ));
        Gen.Select(report.List[0, 5], report, Gen.Enum<EnforcementAction>())
            .Sample(
                (before, more, action) =>
                {
                    var rule = Rule(FrameworkTier.Constraint, action);
                    if (rule.Outcome <= GuardOutcome.Transform)
                    {
                        // Its authors let breaches pass, replaced or not.
                        return;
                    }

                    var stopped = Verdict(rule, [.. before])?.Outcome > GuardOutcome.Transform;
                    var still = Verdict(rule, [.. before, more])?.Outcome > GuardOutcome.Transform;
                    Assert.True(!stopped || still);
                },
                iter: 20_000
            );
    }

    [Fact]
    public void Only_detectors_that_could_settle_something_are_asked()
    {
        var rules = new[] { Rule(FrameworkTier.Duty, EnforcementAction.ByTier) };
        var other = new ScriptedDetector("other", DetectorCost.Model, ["S2"], _ => []);
        bool Wants(IDetector detector, params DetectorReportCase[] reports) =>
            Cascade.Open(detector, rules, [.. reports.Select(Report)], GuardThresholds.OfClauses, "en").Count > 0;

        Assert.False(Wants(Model, new DetectorReportCase("cheap", 0.4)));
        Assert.True(Wants(Model, new DetectorReportCase("cheap", 0.6)));
        Assert.False(Wants(other, new DetectorReportCase("cheap", 0.6)));
        Assert.True(Wants(Judge, new DetectorReportCase("cheap", 0.6)));
        Assert.False(Wants(Judge, new DetectorReportCase("cheap", 0.6), new DetectorReportCase("model", 0.6)));
        Assert.False(Wants(Model, new DetectorReportCase("cheap", 0.6), new DetectorReportCase("judge", 0.1)));
    }

    public sealed record DetectorReportCase(
        string Detector,
        double? Score = null,
        bool Exact = false,
        bool Failed = false,
        string? View = null
    );

    private static ScriptedDetector Detector(string name, DetectorCost cost) => new(name, cost, ["S1"], _ => []);

    private static ClauseRule Rule(FrameworkTier tier, EnforcementAction action, FailureRule failure = FailureRule.ByTier) =>
        new(
            "rule",
            tier,
            new Clause
            {
                Text = "t",
                Hazards = ["S1"],
                Enforcement = new ClauseEnforcement { Action = action, OnFailure = failure },
            }
        );

    private static ClauseVerdict? Verdict(ClauseRule rule, IReadOnlyList<DetectorReportCase> reports) =>
        Cascade.Verdicts([rule], [.. reports.Select(Report)], GuardThresholds.OfClauses, "en", GuardOutcome.Escalate).SingleOrDefault();

    private static DetectorReport Report(DetectorReportCase one)
    {
        var detector = one.Detector switch
        {
            "cheap" => Cheap,
            "model" => Model,
            _ => Judge,
        };
        return one.Failed ? new DetectorReport(detector, [], Failed: true)
            : one.Score is { } score
                ? new DetectorReport(
                    detector,
                    [
                        new Finding
                        {
                            Hazard = "S1",
                            Score = score,
                            IsExact = one.Exact,
                            Span = new TextSpan(0, 1),
                            View = one.View,
                        },
                    ]
                )
            : new DetectorReport(detector, []);
    }
}
