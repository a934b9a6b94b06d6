using Plumbline.Constitutions;

namespace Plumbline.Tests.Constitutions;

public sealed class HomeTests
{
    [Theory]
    [InlineData("EU", "DE", true)]
    [InlineData("EU", "DE,FR", true)]
    [InlineData("DE", "EU", false)]
    [InlineData("EU", "DE,US", false)]
    [InlineData("EU", "", false)]
    public void Where_a_situation_does_not_say_a_clause_holds_if_it_holds_in_the_whole_home(string clause, string home, bool holds)
    {
        var constitution = Sample.Of(("here", Sample.Clause("Here.") with { Scope = new ClauseScope { Regions = [clause] } })) with
        {
            Home = new ClauseScope { Regions = home.Split(',', StringSplitOptions.RemoveEmptyEntries) },
        };

        Assert.Equal(holds, constitution.ApplicableTo(new Situation()).Count == 1);
        Assert.Empty(constitution.ApplicableTo(new Situation { Region = "BR" }));
        Assert.Single(constitution.ApplicableTo(new Situation { Region = "DE" }));
    }

    [Fact]
    public void Audiences_may_be_a_home_too()
    {
        var constitution = Sample.Of(
            ("young", Sample.Clause("Be careful.") with { Scope = new ClauseScope { Audiences = [Audience.Children, Audience.Teens] } })
        );
        var school = constitution with { Home = new ClauseScope { Audiences = [Audience.Teens] } };

        Assert.Empty(constitution.ApplicableTo(new Situation()));
        Assert.Single(school.ApplicableTo(new Situation()));
        Assert.Empty(school.ApplicableTo(new Situation { Audience = Audience.Adults }));
    }

    [Fact]
    public void An_overlays_scope_becomes_the_home()
    {
        var constitution = OverlayApplication.Apply(
            Sample.Constitution with
            {
                Home = new ClauseScope { Domains = ["health"] },
            },
            [Sample.Overlay(OverlayTests.Yaml)]
        );

        Assert.Equal(["BR"], constitution.Home.Regions);
        Assert.Equal(["health"], constitution.Home.Domains);
        Assert.Contains("privacy", constitution.ApplicableTo(new Situation()).Select(clause => clause.Key));
    }
}
