using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

public sealed class PairInformationTests
{
    [Fact]
    public void Members_that_agree_have_nothing_to_learn_however_unsure_they_are()
    {
        Assert.Equal(
            0,
            PairInformation.Of(
                new EnsembleScores([
                    [1, 1],
                    [2, 2],
                ]),
                0,
                1
            ),
            1e-12
        );
        Assert.Equal(
            0,
            PairInformation.Of(
                new EnsembleScores([
                    [3, 1],
                    [5, 3],
                ]),
                0,
                1
            ),
            1e-12
        );
    }

    [Fact]
    public void Members_that_are_sure_of_opposite_orders_learn_a_whole_bit()
    {
        Assert.Equal(
            Math.Log(2),
            PairInformation.Of(
                new EnsembleScores([
                    [40, 0],
                    [0, 40],
                ]),
                0,
                1
            ),
            1e-9
        );
    }

    [Fact]
    public void It_is_the_mutual_information_of_answer_and_member()
    {
        // σ(ln 3) = 3/4 and σ(−ln 3) = 1/4: H(1/2) − H(1/4).
        var quarter = -(0.25 * Math.Log(0.25)) - (0.75 * Math.Log(0.75));

        Assert.Equal(
            Math.Log(2) - quarter,
            PairInformation.Of(
                new EnsembleScores([
                    [Math.Log(3), 0],
                    [0, Math.Log(3)],
                ]),
                0,
                1
            ),
            1e-12
        );
        Assert.Equal(
            Math.Log(2) - quarter,
            PairInformation.Of(
                new EnsembleScores([
                    [Math.Log(3), 0],
                    [0, Math.Log(3)],
                ]),
                1,
                0
            ),
            1e-12
        );
    }
}
