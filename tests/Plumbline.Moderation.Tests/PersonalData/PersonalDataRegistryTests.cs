using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.PersonalData;

public sealed class PersonalDataRegistryTests
{
    private const string Marker = "<!-- Everything below is PersonalDataRegistry.Markdown(). -->\n\n";
    private const int Draws = 40_000;

    [Fact]
    public void National_identifiers_of_more_than_forty_countries_are_known()
    {
        var countries = PersonalDataRegistry
            .Rules.Where(rule => rule.Kind == PersonalDataKinds.NationalId)
            .Select(rule => rule.Country)
            .Distinct();

        Assert.InRange(countries.Count(), 40, 250);
    }

    [Fact]
    public void Every_kind_has_a_rule_and_every_rule_says_what_it_checks_and_where_that_is_published()
    {
        Assert.Equal(PersonalDataKinds.All, PersonalDataRegistry.Rules.Select(rule => rule.Kind).Distinct());
        Assert.All(PersonalDataRegistry.Rules, rule => Assert.True(rule.Check.Length > 3 && rule.Source.Length > 3, rule.Name));
        Assert.Equal(PersonalDataRegistry.Rules.Count, PersonalDataRegistry.Rules.Select(rule => rule.Name).Distinct().Count());
    }

    [Fact]
    public void The_stated_share_of_random_numbers_that_pass_is_the_measured_one()
    {
        var wrong = new List<string>();
        foreach (var rule in PersonalDataRegistry.Rules.Where(rule => rule.Passes is not null))
        {
            var measured = rule.Forms.Max(form => Measured(rule, form));

            // Of the rarest only a few are drawn: five standard errors.
            var error = 5 * Math.Sqrt(rule.Chance / Draws);
            if (measured > (rule.Chance * 1.35) + error || measured < (rule.Chance * 0.65) - error)
            {
                wrong.Add($"{rule.Name} {rule.Chance} {measured}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public void The_table_in_the_documentation_is_that_of_the_registry()
    {
        var parts = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "personal-data.md"))
            .Split(Marker);

        Assert.Equal(2, parts.Length);
        Assert.True(
            parts[1] == PersonalDataRegistry.Markdown(),
            $"docs/personal-data.md is out of date: put this below the comment that says so, and nothing else.\n{PersonalDataRegistry.Markdown()}"
        );
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static double Measured(PersonalDataRule rule, string form)
    {
        var random = new Seed(1).Derive(rule.Name).Source();
        var passed = 0;
        for (var i = 0; i < Draws; i++)
        {
            passed += rule.Passes!(Identifiers.Plain(Identifiers.Random(form, random))) ? 1 : 0;
        }

        return (double)passed / Draws;
    }
}
