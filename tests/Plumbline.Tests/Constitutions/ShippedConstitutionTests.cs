using Plumbline.Constitutions;
using Plumbline.Constitutions.Linting;
using Plumbline.Testing;

namespace Plumbline.Tests.Constitutions;

public sealed class ShippedConstitutionTests
{
    private const string General = "general";
    private static readonly DateOnly Today = new(2026, 11, 30);

    public static TheoryData<string> Overlays => [.. ConstitutionFile.Shipped.Where(name => name != General)];

    [Fact]
    public void There_are_a_general_one_two_fields_of_use_and_six_regions() =>
        Assert.Equal(["brazil", "eu", "finance", "general", "gulf", "healthcare", "india", "japan", "nigeria"], ConstitutionFile.Shipped);

    [Fact]
    public void The_general_one_has_no_findings_and_guards_against_every_hazard()
    {
        var constitution = ConstitutionFile.Read(General);

        Assert.Empty(ConstitutionLint.Of(constitution, Today));
        Assert.All(constitution.Clauses.Values, clause => Assert.True(clause.Tests.Count >= 2));
        Assert.All(
            Hazards.All,
            hazard =>
                Assert.Contains(
                    constitution.Clauses.Values,
                    clause => clause.Polarity != Polarity.Permit && clause.Hazards.Contains(hazard.Code)
                )
        );
        // An assistant that refuses what only sounds dangerous fails more tests than one that helps where it should not.
        var tests = constitution.Clauses.Values.SelectMany(clause => clause.Tests).ToList();
        Assert.True(tests.Count(test => test.Expect == ExpectedBehaviour.Comply) > tests.Count / 2);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void An_overlay_says_why_and_leaves_no_findings(string name)
    {
        var (general, overlay) = (ConstitutionFile.Read(General), ConstitutionFile.ReadOverlay(name));

        var constitution = ConstitutionFile.Read(General, [name]);

        Assert.Empty(ConstitutionLint.Of(constitution, Today));
        Assert.NotEmpty(overlay.Changes);
        Assert.NotEmpty(overlay.Adds);
        Assert.Equal(
            general.Clauses.Keys.Except(overlay.Changes.Keys),
            general
                .Clauses.Where(clause => ConstitutionHash.Of(constitution.Clauses[clause.Key]) == ConstitutionHash.Of(clause.Value))
                .Select(clause => clause.Key)
        );
        // What it adds holds where it is laid, without a word about where that is.
        var applicable = constitution.ApplicableTo(new Situation()).Select(clause => clause.Key).ToList();
        Assert.All(overlay.Adds.Keys, id => Assert.Contains(id, applicable));
        // Nobody loses protection.
        Assert.DoesNotContain(overlay.Changes.Values, change => change.Withdraw);
    }

    [Fact]
    public void Fields_of_use_and_regions_go_together()
    {
        foreach (var field in new[] { "healthcare", "finance" })
        {
            foreach (var region in ConstitutionFile.Shipped.Except([General, "healthcare", "finance"]))
            {
                var (one, other) = (ConstitutionFile.Read(General, [field, region]), ConstitutionFile.Read(General, [region, field]));

                Assert.Empty(ConstitutionLint.Of(one, Today));
                Assert.Equal(ConstitutionHash.Of(one), ConstitutionHash.Of(other));
            }
        }
    }

    [Fact]
    public void The_schema_beside_them_is_the_one_that_the_code_makes()
    {
        var path = RepositoryFiles.Path("docs", "constitution.schema.json");

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == ConstitutionSchema.Text,
            "Run ./plumb constitution schema > docs/constitution.schema.json"
        );
    }
}
