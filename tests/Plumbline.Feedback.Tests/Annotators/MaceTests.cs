using Plumbline.Feedback.Annotators;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Annotators;

public sealed class MaceTests
{
    [Fact]
    public void One_iteration_is_as_by_hand()
    {
        // From votes 2/3 and 1, with θ and ξ a half: a right label was known with 2/3. So θ is 5/9 of r and s and 4/9 of t, ξ_A is 5/8 of r and s and 0 of t. Item 1 is A with 125 to 25, item 2
        // with 5 to 169, each of 324 and halved.
        var fit = new Mace(new AnnotatorOptions { PriorLabels = 0, MostIterations = 1 }).Fit(
            AnnotatorModelTests.Small,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(5 / 9.0, fit.Competences[0]!.Value.Value, 1e-14);
        Assert.Equal(4 / 9.0, fit.Competences[2]!.Value.Value, 1e-14);
        Assert.Equal(5 / 8.0, fit.Spamming(0, 0), 1e-14);
        Assert.Equal(1.0, fit.Spamming(2, 1), 1e-14);
        Assert.Equal(125 / 150.0, fit.Distribution(0)[0], 1e-14);
        Assert.Equal(169 / 174.0, fit.Distribution(1)[1], 1e-14);
        Assert.Equal(Math.Log(150 / 648.0) + Math.Log(174 / 648.0), fit.LogLikelihood!.Value, 1e-12);
    }

    [Fact]
    public void A_spammer_is_told_by_the_habit_and_not_believed()
    {
        var planted = PlantedLabels.Of(
            new Seed(40),
            300,
            3,
            5,
            5,
            (random, rater, truth) =>
                rater > 2 ? 0
                : random.NextBool(0.8) ? truth
                : random.NextInt(3)
        );

        var fit = new Mace().Fit(planted.Table, TestContext.Current.CancellationToken);
        var majority = new MajorityVote().Fit(planted.Table, TestContext.Current.CancellationToken);

        Assert.True(fit.Competences[3]!.Value.Value < 0.1);
        Assert.True(fit.Spamming(3, 0) > 0.95);
        Assert.InRange(fit.Competences[0]!.Value.Value, 0.7, 0.9);
        Assert.True(planted.Right(fit) > planted.Right(majority));
        // One who always says class 0 is right where it is.
        Assert.Equal(fit.ClassShares[0], fit.Skills[3].Accuracy!.Value.Value, 0.05);
    }

    [Fact]
    public void A_single_class_has_no_competence()
    {
        var fit = new Mace().Fit(LabelTable.Of([new("1", "r", "A")]), TestContext.Current.CancellationToken);

        Assert.Null(fit.Competences[0]);
    }
}
