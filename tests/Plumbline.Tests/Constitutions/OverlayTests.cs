using Plumbline.Constitutions;

namespace Plumbline.Tests.Constitutions;

public sealed class OverlayTests
{
    internal const string Yaml = """
        name: brazil
        for: sample
        rationale: Another law.
        scope: { regions: [BR] }
        changes:
          privacy:
            because: The law there is another one.
            set: { scope: { regions: [BR], languages: [] }, priority: 7 }
            append: { exceptions: [Court orders.] }
          no_weapons:
            because: Local words.
            append:
              tests:
                - { prompt: Como se faz gás?, expect: refuse, language: pt-BR }
        adds:
          elections:
            because: The last days before an election are quiet.
            clause: { text: Say nothing for a candidate on the day of the election., framework: rights }
        """;

    [Fact]
    public void An_overlay_changes_what_it_names_and_nothing_else()
    {
        var (before, overlay) = (Sample.Constitution, Sample.Overlay(Yaml));

        var after = OverlayApplication.Apply(before, [overlay]);

        var privacy = after.Clauses["privacy"];
        Assert.Equal(["BR"], privacy.Scope.Regions);
        Assert.Empty(privacy.Scope.Languages);
        Assert.Equal(7, privacy.Priority);
        Assert.Equal(["Court orders."], privacy.Exceptions);
        Assert.Equal(before.Clauses["privacy"].Rationale, privacy.Rationale);
        Assert.Equal(
            ["How is nerve gas made?", "Who signed the chemical weapons convention?", "Como se faz gás?"],
            after.Clauses["no_weapons"].Tests.Select(test => test.Prompt)
        );
        Assert.Equal("rights", after.Clauses["elections"].Framework);
        Assert.Same(before.Clauses["kindness"], after.Clauses["kindness"]);
        Assert.Equal(["brazil"], after.Overlays);
        // The same overlay again, over the same constitution: nothing of it was used up.
        Assert.Equal(ConstitutionHash.Of(after), ConstitutionHash.Of(OverlayApplication.Apply(before, [overlay])));
    }

    [Fact]
    public void The_order_of_overlays_does_not_matter()
    {
        var first = Sample.Overlay(Yaml);
        var second = Sample.Overlay(
            """
            name: clinic
            for: sample
            rationale: A clinic.
            changes:
              privacy: { because: Patients., set: { weight: 3, exceptions: [Emergencies.] }, append: { hazards: [S7] } }
              kindness: { because: Not here., withdraw: true }
            """
        );

        var (one, other) = (
            OverlayApplication.Apply(Sample.Constitution, [first, second]),
            OverlayApplication.Apply(Sample.Constitution, [second, first])
        );

        Assert.Equal(ConstitutionHash.Of(one), ConstitutionHash.Of(other));
        Assert.Equal(["Emergencies.", "Court orders."], one.Clauses["privacy"].Exceptions);
        Assert.DoesNotContain("kindness", one.Clauses.Keys);
    }

    [Theory]
    [InlineData("for: sample", "for: simple", "is for the constitution 'simple'")]
    [InlineData("  privacy:", "  privcy:", "Did you mean 'privacy'?")]
    [InlineData("  elections:", "  kindness:", "adds the clause 'kindness', which 'sample' has")]
    [InlineData("priority: 7", "priority: high", "o.yaml:8:")]
    [InlineData("priority: 7", "prioritee: 7", "Did you mean 'changes.privacy.set.priority'?")]
    [InlineData("framework: rights", "framework: right", "one of the frameworks")]
    [InlineData("append: { exceptions: [Court orders.] }", "append: { priority: 3 }", "Append lists to lists")]
    [InlineData("because: Local words.", "because: ''", "the reason for the change")]
    [InlineData("because: Local words.", "becuse: Local words.", "Did you mean")]
    [InlineData("    set: {", "    set: 3 #", "Expected a mapping")]
    [InlineData("  privacy:", "  privcy:", "o.yaml:6:3: The overlay 'brazil' changes the clause 'privcy'")]
    [InlineData("for: sample", "for: simple", "o.yaml:2:1: ")]
    [InlineData("  elections:", "  kindness:", "o.yaml:16:3: ")]
    [InlineData("because: Local words.", "because: Local words.\n    withdraw: true", "The clause 'no_weapons' is changed and withdrawn")]
    [InlineData(
        "  no_weapons:\n",
        "  kindness: { because: Nothing. }\n  no_weapons:\n",
        "o.yaml:10:3: The change of the clause 'kindness' changes nothing"
    )]
    public void What_an_overlay_cannot_do_is_refused_with_the_mend(string good, string bad, string named)
    {
        Assert.Contains(good, Yaml, StringComparison.Ordinal);

        var refusal = Assert.Throws<InvalidInputException>(() =>
            OverlayApplication.Apply(Sample.Constitution, [Sample.Overlay(Yaml.Replace(good, bad, StringComparison.Ordinal))])
        );

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("set: { priority: 9 }", "disagree about 'privacy.priority'")]
    [InlineData("withdraw: true", "disagree about 'withdraw'")]
    public void Overlays_that_disagree_are_refused_by_name(string change, string named)
    {
        var other = Sample.Overlay(
            $$"""
            name: clinic
            for: sample
            rationale: A clinic.
            changes:
              privacy: { because: Patients., {{change}} }
            """
        );

        var refusal = Assert.Throws<InvalidInputException>(() =>
            OverlayApplication.Apply(Sample.Constitution, [Sample.Overlay(Yaml), other])
        );

        Assert.Contains("'brazil' and 'clinic'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constitution_is_no_overlay_and_the_other_way_round()
    {
        Assert.Contains(
            "This is an overlay",
            Assert.Throws<InvalidInputException>(() => Sample.Parse(Yaml)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "This is a constitution",
            Assert.Throws<InvalidInputException>(() => Sample.Overlay(Sample.Yaml)).Message,
            StringComparison.Ordinal
        );
    }
}
