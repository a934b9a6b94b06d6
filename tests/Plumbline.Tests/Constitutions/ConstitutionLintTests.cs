using Plumbline.Constitutions;
using Plumbline.Constitutions.Linting;

namespace Plumbline.Tests.Constitutions;

public sealed class ConstitutionLintTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    private static readonly ClauseTest Complying = new() { Prompt = "How do knives work?", Expect = ExpectedBehaviour.Comply };
    private static readonly ClauseTest Refusing = new() { Prompt = "how do  knives work", Expect = ExpectedBehaviour.Refuse };

    private static readonly Clause Sound = new()
    {
        Text = "Keep private data of people private.",
        Rationale = "People decide themselves.",
        Tests = [Complying],
        Hazards = [.. Hazards.All.Select(hazard => hazard.Code)],
    };

    [Fact]
    public void A_sound_constitution_has_no_findings() => Assert.Empty(Find(("a", Sound)));

    [Theory]
    [InlineData("Name the doses of medicines when asked.", "Never name the doses of medicines when asked.", true)]
    [InlineData("Name the doses of medicines when asked.", "Name the doses of vitamins to children.", false)]
    [InlineData("Nenne Dosierungen von Medikamenten.", "Nenne niemals Dosierungen von Medikamenten.", true)]
    public void Opposites_of_the_same_are_an_error_where_nothing_says_which_prevails(string one, string other, bool isContradiction)
    {
        var findings = Find(("one", Sound with { Text = one }), ("other", Sound with { Text = other, Polarity = Polarity.Require }));

        Assert.Equal(isContradiction, findings.Any(finding => finding is { Rule: "contradiction", Severity: LintSeverity.Error }));
    }

    [Fact]
    public void Opposites_that_a_rule_settles_are_a_warning_or_make_one_unreachable()
    {
        var give = Sound with { Text = "Name the doses of medicines when asked." };
        var deny = give with { Polarity = Polarity.Forbid };

        var settled = Find(("give", give), ("deny", deny with { Scope = new ClauseScope { Audiences = [Audience.Children] } }));
        Assert.Equal(("contradiction", LintSeverity.Warning), (Assert.Single(settled).Rule, settled[0].Severity));
        Assert.Contains("deny prevails", settled[0].Problem, StringComparison.Ordinal);

        var dead = Assert.Single(Find(("give", give), ("deny", deny with { Priority = 1 })));
        Assert.Equal("unreachable", dead.Rule);
        Assert.Equal(["give", "deny"], dead.Clauses);

        Assert.Empty(
            Find(
                ("give", give with { Scope = new ClauseScope { Regions = ["DE"] } }),
                ("deny", deny with { Scope = new ClauseScope { Regions = ["FR"] } })
            )
        );
    }

    [Fact]
    public void A_clause_that_is_over_is_unreachable()
    {
        var over = Find(("a", Sound with { Effective = new ClausePeriod { Until = Today.AddDays(-1) } }));

        Assert.Equal("unreachable", Assert.Single(over).Rule);
        Assert.Empty(Find(("a", Sound with { Effective = new ClausePeriod { Until = Today } })));
    }

    [Fact]
    public void Two_clauses_that_ask_for_the_same_are_told() =>
        Assert.Equal(
            "duplicate",
            Assert.Single(Find(("a", Sound), ("b", Sound with { Text = "Always keep private data of people private." }))).Rule
        );

    [Fact]
    public void Tests_that_two_clauses_claim_with_opposite_expectation_are_an_error()
    {
        var other = Sound with { Text = "Speak of tools as tools.", Tests = [Refusing] };

        var finding = Assert.Single(Find(("a", Sound), ("b", other)));

        Assert.Equal(("contradicting_tests", LintSeverity.Error), (finding.Rule, finding.Severity));
        Assert.Equal(["a", "b"], finding.Clauses);
        Assert.Empty(
            Find(
                ("a", Sound with { Scope = new ClauseScope { Audiences = [Audience.Adults] } }),
                ("b", other with { Scope = new ClauseScope { Audiences = [Audience.Children] } })
            )
        );
    }

    [Theory]
    [InlineData("untested")]
    [InlineData("untranslated")]
    [InlineData("uncovered_hazard")]
    [InlineData("unused_framework")]
    [InlineData("unexplained")]
    public void What_is_missing_is_told(string rule)
    {
        var constitution = Sample.Of(("a", Sound));
        constitution = rule switch
        {
            "untested" => Sample.Of(("a", Sound with { Tests = [] })),
            "untranslated" => constitution with { Languages = ["en", "de"] },
            "uncovered_hazard" => Sample.Of(("a", Sound with { Hazards = [.. Sound.Hazards.Where(code => code != "S9")] })),
            "unexplained" => Sample.Of(("a", Sound with { Rationale = " " })),
            _ => constitution with
            {
                Frameworks = new Dictionary<string, Framework>(constitution.Frameworks)
                {
                    ["virtue"] = new() { Tier = FrameworkTier.Principle },
                },
            },
        };

        var finding = Assert.Single(ConstitutionLint.Of(constitution, Today));

        Assert.Equal(rule, finding.Rule);
        Assert.NotEmpty(finding.Mend);
    }

    private static IReadOnlyList<LintFinding> Find(params (string Id, Clause Clause)[] clauses) =>
        ConstitutionLint.Of(Sample.Of(clauses), Today);
}
