using Plumbline.Randomness;
using Plumbline.Scoring;

namespace Plumbline.Tests.Scoring;

public sealed class PlattScalingTests
{
    [Fact]
    public void A_logistic_curve_is_found_again()
    {
        var source = new Seed(4).Source();
        var examples = Enumerable
            .Range(0, 20_000)
            .Select(_ => 4 * (source.NextDouble() - 0.5))
            .Select(score => (score, source.NextBool(1 / (1 + Math.Exp(-((2.5 * score) - 0.7)))), 1.0))
            .ToList();

        var (slope, offset) = PlattScaling.Fit(examples);

        Assert.Equal(2.5, slope, 0.15);
        Assert.Equal(-0.7, offset, 0.1);
    }

    [Fact]
    public void Scores_that_part_everything_do_not_become_certain()
    {
        var (slope, offset) = PlattScaling.Fit([(-1, false, 1), (-2, false, 1), (1, true, 1), (2, true, 1)]);

        // Two of each kind: targets 3/4 and 1/4 (Lin, Lin and Weng 2007).
        Assert.InRange(1 / (1 + Math.Exp(-((slope * 2) + offset))), 0.75, 0.9);
    }

    [Fact]
    public void A_score_that_means_the_opposite_means_nothing()
    {
        Assert.Equal(0, PlattScaling.Fit([(1, false, 1), (2, false, 1), (-1, true, 1), (-2, true, 1)]).Slope);
    }

    [Fact]
    public void Where_all_are_alike_scores_stay_as_they_are()
    {
        Assert.Equal((1, 0), PlattScaling.Fit([(1, true, 1)]));
    }
}
