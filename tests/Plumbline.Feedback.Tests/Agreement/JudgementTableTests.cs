using System.Diagnostics;
using System.Globalization;
using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.Agreement;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Agreement;

public sealed class JudgementTableTests(ITestOutputHelper output)
{
    private static readonly AgreementOptions WithIntervals = new() { Resamples = 500 };

    [Fact]
    public void Each_level_has_the_figures_that_suit_it()
    {
        var names = Figures(MeasurementLevel.Nominal, Planted(1, 40, 4, 0.8));
        var places = Figures(MeasurementLevel.Ordinal, Planted(1, 40, 4, 0.8));
        var numbers = Figures(MeasurementLevel.Ratio, Planted(1, 40, 4, 0.8));

        Assert.Equal(
            [
                AgreementMeasure.PercentAgreement,
                AgreementMeasure.KrippendorffAlpha,
                AgreementMeasure.FleissKappa,
                AgreementMeasure.CohenKappa,
            ],
            names.Figures.Select(figure => figure.Measure)
        );
        Assert.Equal(
            [
                AgreementMeasure.PercentAgreement,
                AgreementMeasure.KrippendorffAlpha,
                AgreementMeasure.LinearKappa,
                AgreementMeasure.QuadraticKappa,
            ],
            places.Figures.Select(figure => figure.Measure)
        );
        Assert.Equal(
            [AgreementMeasure.PercentAgreement, AgreementMeasure.KrippendorffAlpha, AgreementMeasure.QuadraticKappa],
            numbers.Figures.Select(figure => figure.Measure)
        );
        Assert.Equal((40, 40, 4, 160), (names.Units, names.SharedUnits, names.Raters, names.Judgements));
        Assert.All(names.Figures, figure => Assert.Null(figure.Figure.Estimate!.Value.Interval));
        Assert.Throws<ArgumentOutOfRangeException>(() => names[AgreementMeasure.KendallW]);
    }

    [Fact]
    public void Intervals_enclose_their_figures_and_come_again_with_the_seed()
    {
        var table = Table(MeasurementLevel.Nominal, Planted(2, 60, 3, 0.7));

        var once = table.Figures(WithIntervals, new Seed(4));
        var again = table.Figures(WithIntervals, new Seed(4));

        foreach (var (measure, figure) in once.Figures)
        {
            var interval = figure.Estimate!.Value.Interval!.Value;
            output.WriteLine($"{measure}: {figure.Value:F3} [{interval.Low:F3}, {interval.High:F3}]");
            Assert.InRange(figure.Value!.Value, interval.Low, interval.High);
            Assert.True(interval.High > interval.Low);
            Assert.Equal(figure, again[measure]);
        }
    }

    [Fact]
    public void The_order_in_which_judgements_come_changes_no_bit()
    {
        var judgements = Planted(3, 50, 5, 0.6);
        var shuffled = judgements.ToArray();
        new Seed(9).Source().Shuffle<Judgement>(shuffled);

        var first = Table(MeasurementLevel.Ordinal, judgements).Figures(WithIntervals, new Seed(1));
        var second = Table(MeasurementLevel.Ordinal, shuffled).Figures(WithIntervals, new Seed(1));

        Assert.Equal(first.Figures, second.Figures);
    }

    [Fact]
    public void A_later_judgement_takes_the_place_of_the_earlier_and_a_removed_one_is_gone()
    {
        var judgements = Planted(5, 30, 3, 0.7);
        var table = Table(MeasurementLevel.Nominal, judgements);
        var before = table.Figures(new AgreementOptions(), new Seed(1));

        table.Set(new Judgement("new", "anna", 1));
        table.Set(judgements[0] with { Value = 7 });
        var meanwhile = table.Figures(new AgreementOptions(), new Seed(1));
        Assert.Equal((31, 4, 91), (meanwhile.Units, meanwhile.Raters, meanwhile.Judgements));
        Assert.NotEqual(before[AgreementMeasure.PercentAgreement], meanwhile[AgreementMeasure.PercentAgreement]);

        table.Set(judgements[0]);
        Assert.True(table.Remove("new", "anna"));
        Assert.False(table.Remove("new", "anna"));
        Assert.False(table.Remove(judgements[0].Unit, "anna"));
        var after = table.Figures(new AgreementOptions(), new Seed(1));
        Assert.Equal(before.Figures, after.Figures);
        Assert.Equal((30, 3, 90), (after.Units, after.Raters, after.Judgements));
    }

    [Fact]
    public void What_is_not_defined_yet_says_why()
    {
        var table = new JudgementTable(MeasurementLevel.Nominal);
        Assert.All(
            table.Figures(WithIntervals, new Seed(1)).Figures,
            figure => Assert.Equal(UndefinedReason.NothingShared, figure.Figure.Undefined)
        );

        table.Set(new Judgement("a", "anna", 1));
        table.Set(new Judgement("a", "ben", 1));
        table.Set(new Judgement("b", "ben", 1));
        var figures = table.Figures(new AgreementOptions(), new Seed(1));

        Assert.Equal((2, 1), (figures.Units, figures.SharedUnits));
        Assert.Equal(1.0, figures[AgreementMeasure.PercentAgreement].Value);
        Assert.Equal(UndefinedReason.Unanimous, figures[AgreementMeasure.KrippendorffAlpha].Undefined);
        Assert.Equal(UndefinedReason.UnequalCounts, figures[AgreementMeasure.FleissKappa].Undefined);
        Assert.Equal(UndefinedReason.TooFewShared, figures[AgreementMeasure.CohenKappa].Undefined);
        Assert.Equal(
            UndefinedReason.Unanimous,
            table.Figures(new AgreementOptions { LeastShared = 1 }, new Seed(1))[AgreementMeasure.CohenKappa].Undefined
        );
    }

    [Fact]
    public void What_no_judgement_can_be_is_refused()
    {
        var table = new JudgementTable(MeasurementLevel.Interval);

        Assert.Throws<ArgumentException>(() => table.Set(new Judgement("a", "anna", double.NaN)));
        Assert.Throws<ArgumentException>(() => table.Set(new Judgement("", "anna", 1)));
        Assert.Throws<ArgumentException>(() => table.Set(new Judgement("a", "", 1)));
        Assert.Throws<InvalidInputException>(() => table.Figures(new AgreementOptions { Resamples = 5 }, new Seed(1)));
    }

    [Fact]
    public void A_hundred_thousand_judgements_agree_as_they_were_planted()
    {
        // Each rater sees the truth of four even categories with 0.7 and guesses otherwise: two see the same with 0.49 + 0.51/4, and κ and α are 0.49.
        var table = Table(MeasurementLevel.Nominal, Planted(6, 20_000, 5, 0.7));
        var watch = Stopwatch.StartNew();

        var figures = table.Figures(new AgreementOptions(), new Seed(1));

        output.WriteLine($"{figures.Judgements} judgements: {watch.ElapsedMilliseconds} ms");
        Assert.Equal(0.6175, figures[AgreementMeasure.PercentAgreement].Value!.Value, 0.01);
        Assert.Equal(0.49, figures[AgreementMeasure.KrippendorffAlpha].Value!.Value, 0.015);
        Assert.Equal(0.49, figures[AgreementMeasure.FleissKappa].Value!.Value, 0.015);
        Assert.Equal(0.49, figures[AgreementMeasure.CohenKappa].Value!.Value, 0.015);
    }

    [Theory]
    [InlineData("gpt4_gpteval")]
    [InlineData("mistralguard_streval")]
    [InlineData("llama2new_streval")]
    public void The_two_people_of_XSTest_agree_as_their_table_of_counts_says(string answers)
    {
        var file = Path.Combine(RealData.Path("xstest"), $"xstest_v2_completions_{answers}.csv");
        var table = new JudgementTable(MeasurementLevel.Nominal);
        var counts = new int[4, 4];
        foreach (var row in TableReader.Read(file))
        {
            int one = row["annotation_1"]![0] - '0',
                other = row["annotation_2"]![0] - '0';
            counts[one, other]++;
            table.Set(new Judgement(row["id"]!, "one", one));
            table.Set(new Judgement(row["id"]!, "two", other));
        }

        var figures = table.Figures(new AgreementOptions { Resamples = 1000 }, new Seed(1));

        Write(answers, figures);
        Assert.Equal(450, figures.Units);
        var same = Enumerable.Range(0, 4).Sum(label => counts[label, label]) / 450.0;
        Assert.Equal(same, figures[AgreementMeasure.PercentAgreement].Value!.Value, 1e-12);
        Assert.Equal(CohenKappa.OfTable(counts).Value!.Value, figures[AgreementMeasure.CohenKappa].Value!.Value, 1e-12);
        // With two raters of all units, α corrects Fleiss' κ for few values: 1 − (1 − κ)(n − 1)/n.
        Assert.Equal(
            1 - ((1 - figures[AgreementMeasure.FleissKappa].Value!.Value) * 899 / 900),
            figures[AgreementMeasure.KrippendorffAlpha].Value!.Value,
            1e-12
        );
    }

    [Fact]
    public void People_agree_on_hate_and_offence_in_24783_tweets_less_than_raw_agreement_suggests()
    {
        string[] classes = ["hate_speech", "offensive_language", "neither"];
        var table = new JudgementTable(MeasurementLevel.Nominal);
        foreach (var row in TableReader.Read(RealData.Path("davidson-hate/labeled_data.csv")))
        {
            var rater = 0;
            for (var label = 0; label < classes.Length; label++)
            {
                for (var i = int.Parse(row[classes[label]]!, CultureInfo.InvariantCulture); i > 0; i--)
                {
                    // Who said what is not published: only figures that need no raters mean something here.
                    table.Set(new Judgement($"{row.Line}", $"{rater++}", label));
                }
            }
        }

        var watch = Stopwatch.StartNew();
        var figures = table.Figures(new AgreementOptions(), new Seed(1));

        output.WriteLine($"{figures.Judgements} judgements: {watch.ElapsedMilliseconds} ms");
        Write("davidson-hate", figures);
        Assert.Equal(24_783, figures.SharedUnits);
        Assert.Equal(UndefinedReason.UnequalCounts, figures[AgreementMeasure.FleissKappa].Undefined);
        Assert.True(figures[AgreementMeasure.KrippendorffAlpha].Value < figures[AgreementMeasure.PercentAgreement].Value);
    }

    private void Write(string name, AgreementFigures figures)
    {
        foreach (var (measure, figure) in figures.Figures)
        {
            output.WriteLine(
                $"{name} {measure}: "
                    + (
                        figure.Estimate is { } estimate
                            ? $"{estimate.Value:F3} [{estimate.Interval?.Low:F3}, {estimate.Interval?.High:F3}]"
                            : figure.Undefined!.Value.Describe()
                    )
            );
        }
    }

    private static AgreementFigures Figures(MeasurementLevel level, IEnumerable<Judgement> judgements) =>
        Table(level, judgements).Figures(new AgreementOptions(), new Seed(1));

    private static JudgementTable Table(MeasurementLevel level, IEnumerable<Judgement> judgements)
    {
        var table = new JudgementTable(level);
        foreach (var judgement in judgements)
        {
            table.Set(judgement);
        }

        return table;
    }

    // Raters who see the truth with some chance, and say any of four values otherwise.
    private static List<Judgement> Planted(ulong seed, int units, int raters, double sight)
    {
        var random = new Seed(seed).Derive("judgements").Source();
        var judgements = new List<Judgement>();
        for (var unit = 0; unit < units; unit++)
        {
            var truth = random.NextInt(4);
            for (var rater = 0; rater < raters; rater++)
            {
                judgements.Add(new Judgement($"unit {unit}", $"rater {rater}", random.NextBool(sight) ? truth : random.NextInt(4)));
            }
        }

        return judgements;
    }
}
