using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class FirstErrorAccuracyTests
{
    [Fact]
    public void The_first_wrong_step_must_be_named_and_none_of_a_right_answer()
    {
        var measure = FirstErrorAccuracy.Of([
            Steps("rwr", "rwr"), // found; later calls do not count
            Steps("rww", "rwr"), // found
            Steps("rrw", "rwr"), // called too early
            Steps("wrr", "rrr"), // missed
            Steps("rrr", "rrr"), // left alone
            Steps("r", "w"),
        ]);

        Assert.Equal(new Proportion(2, 4), measure.OnWrong);
        Assert.Equal(new Proportion(1, 2), measure.OnRight);
        Assert.Equal(0.5, measure.HarmonicMean, 1e-15);
    }

    [Fact]
    public void Calling_everything_right_earns_nothing_and_one_kind_of_answer_alone_has_no_mean()
    {
        Assert.Equal(0, FirstErrorAccuracy.Of([Steps("rw", "rr"), Steps("rr", "rr")]).HarmonicMean);
        Assert.Equal(0, FirstErrorAccuracy.Of([Steps("rw", "rr"), Steps("rr", "wr")]).HarmonicMean);
        Assert.True(double.IsNaN(FirstErrorAccuracy.Of([Steps("rr", "rr")]).HarmonicMean));
    }

    private static (bool IsRight, bool IsCalledRight)[] Steps(string truth, string called) =>
        [.. truth.Zip(called, (right, says) => (right == 'r', says == 'r'))];
}
