using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Detection;

public sealed class DetectionFiguresTests
{
    [Fact]
    public void Found_missed_and_false_alarms_are_counted_at_the_threshold()
    {
        DetectionCase[] cases = [Case(0.9, true), Case(0.5, true), Case(0.4, true), Case(0.6, false), Case(0.1, false)];

        var figures = DetectionFigures.Of(cases, 0.5, new Seed(1));

        Assert.Equal(new Proportion(2, 3), figures.Recall);
        Assert.Equal(new Proportion(2, 3), figures.Precision);
        Assert.Equal(new Proportion(1, 2), figures.FalseAlarms);
        // Of six pairs of one that is there and one that is not, four are in order.
        Assert.Equal(4.0 / 6, figures.Area!.Value.Value, 1e-12);
        Assert.Equal(5, figures.Count);
    }

    [Fact]
    public void Where_all_cases_are_of_one_kind_there_is_no_area()
    {
        var figures = DetectionFigures.Of([Case(0.9, true)], 0.5, new Seed(1));

        Assert.Null(figures.Area);
        Assert.Equal(0, figures.FalseAlarms.Trials);
    }

    [Fact]
    public void Groups_are_compared_by_the_harmless_texts_that_are_stopped()
    {
        var cases = Enumerable
            .Range(0, 20)
            .SelectMany(i =>
                new[] { Case(i < 10 ? 0.9 : 0, false, "a"), Case(i < 2 ? 0.9 : 0, false, "b"), Case(1, true, "b"), Case(1, false) }
            )
            .Append(Case(1, false, "rare"));

        var rates = DropRates.Of(cases, 0.5, leastCases: 10);

        Assert.Equal(["a", "b"], rates.Groups.Keys);
        Assert.Equal(new Proportion(2, 20), rates.Groups["b"]);
        Assert.Equal(10.5 / 2.5, rates.Ratio!.Value, 1e-12);
        Assert.Null(DropRates.Of([Case(1, false, "a")], 0.5, 1).Ratio);
    }

    private static DetectionCase Case(double score, bool holds, string? group = null) => new("s", "l", "en", group, score, holds);
}
