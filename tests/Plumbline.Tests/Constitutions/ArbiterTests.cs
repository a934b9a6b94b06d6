using Plumbline.Constitutions;
using Plumbline.Constitutions.Settlements;

namespace Plumbline.Tests.Constitutions;

public sealed class ArbiterTests
{
    private static readonly Clause Principle = Sample.Clause("p");
    private static readonly Clause Duty = Sample.Clause("d", "duties");
    private static readonly Clause Constraint = Sample.Clause("c", "constraints");

    [Fact]
    public void A_constraint_decides_before_a_duty_and_a_duty_before_principles()
    {
        var constitution = Sample.Of(("c", Constraint), ("d", Duty), ("p", Principle));

        Assert.Equal(SettlementOutcome.Second, Settle(constitution, ("c", 0.3), ("d", 1), ("p", 1)).Outcome);
        Assert.Equal(SettlementOutcome.First, Settle(constitution, ("c", 0.5), ("d", 0.8), ("p", 0)).Outcome);
        var last = Settle(constitution, ("c", 0.5), ("d", 0.52), ("p", 0.1));
        Assert.Equal((SettlementOutcome.Second, 0.1), (last.Outcome, last.First));
        Assert.Equal(["p"], last.By);
        Assert.Contains("None of the hard constraints has an opinion.", last.Trace);
    }

    [Fact]
    public void Principles_are_weighed()
    {
        var constitution = Sample.Of(("a", Principle with { Weight = 3 }), ("b", Principle));

        var settled = Settle(constitution, ("a", 0.8), ("b", 0));

        Assert.Equal(0.6, settled.First, 1e-12);
        Assert.Equal(SettlementOutcome.First, settled.Outcome);
        Assert.Equal(["a"], settled.By);
    }

    public static TheoryData<string, Clause, Clause> Prevailing() =>
        new()
        {
            { "priority", Duty with { Priority = 1 }, Duty },
            { "specificity", Duty with { Scope = new ClauseScope { Domains = ["health"] } }, Duty },
            {
                "region before general",
                Duty with
                {
                    Scope = new ClauseScope { Regions = ["DE"] },
                },
                Duty with
                {
                    Scope = new ClauseScope { Domains = ["health"] },
                }
            },
        };

    [Theory]
    [MemberData(nameof(Prevailing))]
    public void A_rule_lets_one_clause_prevail_and_says_so(string rule, Clause stronger, Clause weaker)
    {
        var constitution = Sample.Of(("strong", stronger), ("weak", weaker));

        var settled = Settle(constitution, ("strong", 0.9), ("weak", 0));

        Assert.Equal((SettlementOutcome.First, 0.9), (settled.Outcome, settled.First));
        Assert.Contains(settled.Trace, step => step.StartsWith($"By {rule}, strong prevails over weak", StringComparison.Ordinal));
    }

    [Fact]
    public void A_region_within_another_is_more_specific()
    {
        var constitution = Sample.Of(
            ("union", Duty with { Scope = new ClauseScope { Regions = ["EU"] } }),
            ("country", Duty with { Scope = new ClauseScope { Regions = ["DE"] } })
        );

        Assert.Equal(["country"], Settle(constitution, ("union", 1), ("country", 0)).By);
    }

    [Fact]
    public void What_no_rule_settles_goes_to_a_person_or_to_a_vote()
    {
        var constitution = new Constitution
        {
            Name = "votes",
            Frameworks = new Dictionary<string, Framework>
            {
                ["rights"] = new() { Tier = FrameworkTier.Duty, Credence = 1 },
                ["care"] = new() { Tier = FrameworkTier.Duty, Credence = 3 },
                ["utility"] = new() { Tier = FrameworkTier.Principle, Credence = 1 },
            },
            Clauses = new Dictionary<string, Clause>
            {
                ["r"] = Sample.Clause("r", "rights"),
                ["c"] = Sample.Clause("c", "care"),
                ["u"] = Sample.Clause("u", "utility"),
            },
        };

        var asked = Settle(constitution, ("r", 1), ("c", 0.2), ("u", 0.4));
        Assert.Equal((SettlementOutcome.Escalated, 0.5), (asked.Outcome, asked.First));
        Assert.Equal(["c", "r"], asked.By);

        var voting = constitution with { Conflicts = new ConflictOptions { Otherwise = ConflictEnd.Vote } };
        var voted = Settle(voting, ("r", 1), ("c", 0.2), ("u", 0.4));
        // (1·1 + 3·0.2 + 1·0.4) / 5
        Assert.Equal(0.4, voted.First, 1e-12);
        Assert.Equal(SettlementOutcome.Second, voted.Outcome);
        Assert.Equal(["c", "u"], voted.By);

        var tied = Settle(voting, ("r", 1), ("c", 1.0 / 3), ("u", 0.5));
        Assert.Equal(SettlementOutcome.Escalated, tied.Outcome);
    }

    [Fact]
    public void Constraints_that_conflict_are_never_outvoted()
    {
        var constitution = Sample.Of(("a", Constraint), ("b", Constraint), ("p", Principle)) with
        {
            Conflicts = new ConflictOptions { Otherwise = ConflictEnd.Vote },
        };

        Assert.Equal(SettlementOutcome.Escalated, Settle(constitution, ("a", 1), ("b", 0), ("p", 1)).Outcome);
    }

    [Fact]
    public void Clauses_that_do_not_hold_have_no_say()
    {
        var constitution = Sample.Of(("here", Duty), ("elsewhere", Constraint with { Scope = new ClauseScope { Regions = ["FR"] } }));

        var settled = Settle(constitution, ("here", 0.9), ("elsewhere", 0));

        Assert.Equal(["here"], settled.By);
        Assert.Contains("elsewhere does not hold here (regions FR) and is set aside.", settled.Trace);
        Assert.Equal(SettlementOutcome.Indifferent, Settle(constitution, ("here", 0.5)).Outcome);
    }

    [Theory]
    [InlineData("nobody", 1)]
    [InlineData("here", 1.2)]
    [InlineData("here", double.NaN)]
    public void An_opinion_that_is_none_is_refused(string clause, double first) =>
        Assert.Throws<ArgumentException>(() => Settle(Sample.Of(("here", Duty)), (clause, first)));

    // Whatever the opinions: exchanging the two courses exchanges the outcome.
    [Fact]
    public void The_two_courses_are_treated_alike()
    {
        var random = new Randomness.Seed(4).Source();
        for (var round = 0; round < 300; round++)
        {
            var clauses = Enumerable
                .Range(0, 5)
                .Select(i =>
                    (
                        $"c{i}",
                        random.Choose([Constraint, Duty, Principle]) with
                        {
                            Priority = random.NextInt(2),
                            Weight = 1 + random.NextInt(3),
                            Scope = random.NextBool(0.3) ? new ClauseScope { Regions = ["DE"] } : new(),
                        }
                    )
                )
                .ToArray();
            var constitution = Sample.Of(clauses) with
            {
                Conflicts = new ConflictOptions { Otherwise = random.NextBool(0.5) ? ConflictEnd.Vote : ConflictEnd.Escalate },
            };
            var opinions = clauses.Select(clause => (clause.Item1, random.NextInt(5) / 4.0)).ToArray();

            var (one, other) = (
                Settle(constitution, new Situation { Region = "DE" }, opinions),
                Settle(constitution, new Situation { Region = "DE" }, [.. opinions.Select(opinion => (opinion.Item1, 1 - opinion.Item2))])
            );

            Assert.Equal(one.First, 1 - other.First, 1e-12);
            Assert.Equal(one.By, other.By);
            Assert.Equal(
                one.Outcome,
                other.Outcome switch
                {
                    SettlementOutcome.First => SettlementOutcome.Second,
                    SettlementOutcome.Second => SettlementOutcome.First,
                    var same => same,
                }
            );
        }
    }

    private static Settlement Settle(Constitution constitution, params (string Clause, double First)[] opinions) =>
        Settle(constitution, new Situation { Region = "DE", Domain = "health" }, opinions);

    private static Settlement Settle(Constitution constitution, Situation situation, (string Clause, double First)[] opinions) =>
        Arbiter.Settle(constitution, opinions.Select(opinion => new ClauseOpinion(opinion.Clause, opinion.First)), situation);
}
