using Plumbline.Constitutions;

namespace Plumbline.Tests.Constitutions;

public sealed class HazardsTests
{
    // https://platform.openai.com/docs/guides/moderation
    private static readonly string[] OpenAi =
    [
        "harassment",
        "harassment/threatening",
        "hate",
        "hate/threatening",
        "illicit",
        "illicit/violent",
        "self-harm",
        "self-harm/instructions",
        "self-harm/intent",
        "sexual",
        "sexual/minors",
        "violence",
        "violence/graphic",
    ];

    [Fact]
    public void The_fourteen_of_MLCommons_stand_first_and_codes_are_told_apart()
    {
        Assert.Equal(Enumerable.Range(1, 14).Select(number => $"S{number}"), Hazards.All.Take(14).Select(hazard => hazard.Code));
        Assert.Equal(Hazards.All.Count, Hazards.All.Select(hazard => hazard.Code).Distinct().Count());
        Assert.Equal("hate", Hazards.Find("S10")!.Name);
        Assert.Null(Hazards.Find("S15"));
    }

    [Fact]
    public void Every_category_of_the_others_lies_in_one_of_ours_and_no_other_is_named()
    {
        Assert.All(OpenAi, category => Assert.NotEmpty(Hazards.OfOpenAi(category)));
        Assert.Equal(OpenAi, Hazards.All.SelectMany(hazard => hazard.OpenAi).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["Hate", "SelfHarm", "Sexual", "Violence"], Hazards.All.SelectMany(hazard => hazard.Azure).Distinct().Order());
        Assert.Equal(["S4"], Hazards.OfOpenAi("sexual/minors").Select(hazard => hazard.Code));
        Assert.Equal(["S11"], Hazards.OfAzure("SelfHarm").Select(hazard => hazard.Code));
    }
}
