using Plumbline.Findings;
using Plumbline.Moderation.Calibration;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.Tests.Guarding;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Calibration;

public sealed class DriftWatchTests
{
    private static readonly ScriptedDetector Detector = new("cheap", DetectorCost.Cheap, ["S1", "S2"], _ => []);
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private readonly List<DriftStatus> alarms = [];

    [Fact]
    public void Texts_like_those_of_calibration_raise_no_alarm()
    {
        var watch = Watch(Threshold("S1", "default"));
        var source = new Seed(3).Source();
        for (var i = 0; i < 5000; i++)
        {
            watch.Add(Detector, Scored("S1", source.NextDouble()), "en");
        }

        Assert.Empty(alarms);
        Assert.Equal(("cheap", "S1", "default", 5000L, false), Told(watch.Status.Single()));
    }

    [Fact]
    public void A_shift_is_told_once_and_of_the_hazard_and_language_it_concerns()
    {
        var watch = Watch(Threshold("S1", "de"), Threshold("S1", "default"), Threshold("S2", "default"));
        var source = new Seed(4).Source();
        for (var i = 0; i < 2000; i++)
        {
            var language = i % 20 == 0 ? "de" : "fr";
            var score = language == "de" ? 0.8 + (source.NextDouble() / 5) : source.NextDouble();
            watch.Add(Detector, [.. Scored("S1", score), .. Scored("S2", source.NextDouble())], language);
        }

        Assert.Equal(("cheap", "S1", "de"), alarms.Select(alarm => (alarm.Detector, alarm.Hazard, alarm.Language)).Single());
        Assert.True(alarms[0].Capital >= 1000 && alarms[0].IsAlarmed);
        Assert.Equal(
            [("de", 100L, true), ("default", 2000L, false), ("default", 2000L, false)],
            watch.Status.Select(one => (one.Language, one.Seen, one.IsAlarmed))
        );
    }

    [Fact]
    public void Facts_are_not_compared_and_thresholds_without_scores_are_not_watched()
    {
        var watch = Watch(Threshold("S1", "default"), Threshold("S2", "default") with { Reference = [] });
        var source = new Seed(6).Source();
        for (var i = 0; i < 200; i++)
        {
            watch.Add(
                Detector,
                [
                    new Finding
                    {
                        Hazard = "S1",
                        Score = 1,
                        IsExact = true,
                    },
                    .. Scored("S1", source.NextDouble()),
                ],
                null
            );
            watch.Add(new ScriptedDetector("unknown", DetectorCost.Cheap, ["S1"], _ => []), Scored("S1", 1), null);
        }

        Assert.Equal(("cheap", "S1", "default", 200L, false), Told(watch.Status.Single()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(double.NaN)]
    [InlineData(1e13)]
    public void A_bound_out_of_its_range_is_refused(double bound)
    {
        var failure = Assert.Throws<InvalidInputException>(() =>
            new DriftWatch(Calibration(Threshold("S1", "default")), new DriftOptions { Bound = bound })
        );

        Assert.Contains("between 2 and 1e12", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guard_compares_whole_texts_and_streams_and_leaves_out_detectors_that_are_not_asked_about_everything()
    {
        var watch = Watch(Threshold("S1", "default"), Threshold("S1", "default") with { Detector = "model" });
        var model = ScriptedDetector.OfWord("model", DetectorCost.Model, "S1", "violent", 0.9);
        var guard = new Guard(SampleGuards.Parts(model) with { Drift = watch });
        var request = new GuardRequest { Part = GuardedPart.Answer };

        await guard.CheckAsync(request with { Text = "violent" }, None);
        await guard.CheckAsync(request with { Text = "peace" }, None);
        var stream = guard.Open(request);
        await stream.AddAsync("peace", None);
        await stream.EndAsync(None);

        Assert.Equal("peace", stream.Text);
        Assert.Equal(1, model.Asked);
        Assert.Equal([("cheap", 3L), ("model", 0L)], guard.Drift.Select(one => (one.Detector, one.Seen)));

        var always = new Guard(
            SampleGuards.Parts(model) with
            {
                Drift = watch,
                Options = new GuardOptions { Always = ["model"] },
            }
        );
        await always.CheckAsync(request with { Text = "peace" }, None);
        Assert.Equal([("cheap", 4L), ("model", 1L)], always.Drift.Select(one => (one.Detector, one.Seen)));
    }

    [Fact]
    public async Task A_detector_that_fails_is_not_compared()
    {
        var watch = Watch(Threshold("S1", "default"));
        var broken = new ScriptedDetector("cheap", DetectorCost.Cheap, ["S1"], _ => throw new InvalidOperationException("broken"));
        var guard = new Guard(SampleGuards.Parts() with { Detectors = [broken], Drift = watch });

        await guard.CheckAsync(new GuardRequest { Part = GuardedPart.Prompt, Text = "peace" }, None);

        Assert.Equal(0, guard.Drift.Single().Seen);
        Assert.Empty(SampleGuards.Of().Drift);
    }

    private DriftWatch Watch(params CalibratedHazard[] thresholds) =>
        new(Calibration(thresholds), new DriftOptions { Bound = 1000, Seed = 5 }, alarms.Add);

    private static GuardCalibration Calibration(params CalibratedHazard[] thresholds) =>
        new()
        {
            MissRate = 0.1,
            Confidence = 0.95,
            Detectors = new Dictionary<string, string> { ["cheap"] = "1" },
            Thresholds = thresholds,
        };

    // Harmless texts that score anything between 0 and 1.
    private static CalibratedHazard Threshold(string hazard, string language) =>
        new()
        {
            Detector = "cheap",
            Hazard = hazard,
            Language = language,
            Threshold = 0.5,
            Harmful = 20,
            Harmless = 100,
            MissBound = 0.1,
            MissCeiling = 0.3,
            OverBlockCeiling = 0.6,
            Reference = [.. Enumerable.Range(0, 100).Select(i => i / 100.0)],
        };

    private static Finding[] Scored(string hazard, double score) => [new Finding { Hazard = hazard, Score = score }];

    private static (string, string, string, long, bool) Told(DriftStatus status) =>
        (status.Detector, status.Hazard, status.Language, status.Seen, status.IsAlarmed);
}
