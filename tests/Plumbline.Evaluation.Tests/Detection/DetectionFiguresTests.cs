using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Detection;

public sealed class DetectionFiguresTests
{
    [Fact]
    public void Found_missed_and_false_alarms_are_counted()
    {
        DetectionCase[] cases = [Case(0.9, true), Case(0.5, true), Case(0.4, true), Case(0.6, false), Case(0.1, false)];

        var figures = DetectionFigures.Of(cases, new Seed(1));

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
        var figures = DetectionFigures.Of([Case(0.9, true)], new Seed(1));

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

        var rates = DropRates.Of(cases, leastCases: 10);

        Assert.Equal(["a", "b"], rates.Groups.Keys);
        Assert.Equal(new Proportion(2, 20), rates.Groups["b"]);
        Assert.Equal(10.5 / 2.5, rates.Ratio!.Value, 1e-12);
        Assert.Null(DropRates.Of([Case(1, false, "a")], 1).Ratio);
    }

    [Fact]
    public void Cases_are_counted_by_source_language_and_label_and_once_more_by_group()
    {
        var cases = Enumerable
            .Range(0, 20)
            .SelectMany(i =>
                new[]
                {
                    Case(i, true, "a"),
                    Case(i < 5 ? 0.9 : 0, false, "b"),
                    Case(1, false, i == 0 ? "rare" : null) with
                    {
                        Language = "de",
                    },
                }
            )
            .ToList();

        var measured = DetectionMeasurement.Of(cases, new Seed(1));

        Assert.Equal(["en", "de"], measured.Rows.Select(row => row.Language));
        Assert.Equal(40, measured.Rows[0].Figures.Count);
        Assert.Equal(new Proportion(19, 20), measured.Rows[0].Figures.Recall);
        Assert.Equal(new Proportion(5, 20), measured.Rows[0].Figures.FalseAlarms);
        Assert.Equal(new Proportion(20, 20), measured.Rows[1].Figures.FalseAlarms);
        Assert.Equal(
            (null, new Proportion(25, 40)),
            (Assert.Single(measured.AllLanguages).Language, measured.AllLanguages[0].Figures.FalseAlarms)
        );
        Assert.Empty(DetectionMeasurement.Of([Case(1, true), Case(0, false)], new Seed(1)).AllLanguages);
        Assert.Equal(["a", "b"], measured.Groups.Select(row => row.Group));
        Assert.Equal(new Proportion(19, 20), measured.Groups[0].Figures.Recall);
        Assert.Equal(new Proportion(5, 20), measured.Groups[1].Figures.FalseAlarms);
        // One group alone has nothing to be compared with.
        Assert.Empty(measured.Rates);
    }

    private static DetectionCase Case(double score, bool holds, string? group = null) =>
        new("s", "l", "en", group, score, score >= 0.5, holds);
}
