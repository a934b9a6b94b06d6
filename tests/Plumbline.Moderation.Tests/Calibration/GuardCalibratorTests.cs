using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Calibration;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Calibration;

public sealed class GuardCalibratorTests
{
    private static readonly ScriptedDetector Detector = new("text", DetectorCost.Cheap, ["S1", "S2"], _ => []);

    [Fact]
    public void Languages_with_enough_texts_have_thresholds_of_their_own_and_others_share_one()
    {
        var calibration = Calibrated();

        Assert.Equal([("S1", "de"), ("S1", "default")], calibration.Thresholds.Select(one => (one.Hazard, one.Language)));
        // ⌊0.1 · 21⌋ = 2: the second smallest, 0.1 + 0.9/20.
        Assert.Equal(0.145, calibration.Thresholds[0].Threshold, 1e-12);
        Assert.Equal(
            ("text", 20, 20),
            (calibration.Thresholds[0].Detector, calibration.Thresholds[0].Harmful, calibration.Thresholds[0].Harmless)
        );
        Assert.Equal(20, calibration.Thresholds[0].Reference.Count);
        Assert.Equal(25, calibration.Thresholds[1].Reference.Count);
        Assert.Equal("1", calibration.Detectors["text"]);
    }

    [Fact]
    public void Scores_to_compare_with_are_at_most_500_and_100_of_a_language()
    {
        var calibrator = new GuardCalibrator(0.1, 0.95);
        for (var i = 0; i < 700; i++)
        {
            Add(calibrator, "de", i / 700.0, broken: i % 10 == 0);
        }

        var thresholds = calibrator.Calibrate().Thresholds;

        Assert.Equal([("de", 100), ("default", 500)], thresholds.Select(one => (one.Language, one.Reference.Count)));
        Assert.InRange(thresholds[0].Reference.Average(), 0.48, 0.52);
    }

    [Fact]
    public void A_guard_takes_the_language_s_threshold_then_the_common_one_then_the_clause_s()
    {
        var thresholds = Calibrated().ForGuard();
        var clause = new Clause
        {
            Text = "t",
            Thresholds = new Dictionary<string, double>
            {
                ["default"] = 0.7,
                ["pt"] = 0.6,
                ["pt-BR"] = 0.55,
            },
        };
        double Of(string detector, string hazard, string? language) =>
            thresholds.Of(clause, detector, new Finding { Hazard = hazard, Score = 1 }, language);

        Assert.Equal(0.145, Of("text", "S1", "de"), 1e-12);
        Assert.Equal(0.145, Of("text", "S1", "de-Latn-CH"), 1e-12);
        Assert.Equal(Calibrated().Thresholds[1].Threshold, Of("text", "S1", "fr"));
        Assert.Equal(Calibrated().Thresholds[1].Threshold, Of("text", "S1", null));
        Assert.Equal(0.7, Of("text", "S2", "de"));
        Assert.Equal(0.6, Of("other", "S1", "pt"));
        Assert.Equal(0.55, Of("other", "S1", "pt-BR"));
        Assert.Equal(0.6, Of("other", "S1", "pt-PT"));
        Assert.Equal(0.7, Of("other", "S1", "ptx"));
        Assert.Equal(0.5, thresholds.Of(new Clause { Text = "t" }, "other", new Finding { Hazard = "S1", Score = 1 }, "de"));
    }

    [Fact]
    public void A_file_gives_the_same_calibration_back()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("c.yaml");
        var calibration = Calibrated();

        calibration.Write(path);
        var read = GuardCalibration.Read(path);

        Assert.Equal(
            calibration.Thresholds.Select(one => one with { Reference = [] }),
            read.Thresholds.Select(one => one with { Reference = [] })
        );
        Assert.Equal(calibration.Thresholds[1].Reference, read.Thresholds[1].Reference);
        Assert.Equal(calibration.Detectors, read.Detectors);
    }

    [Theory]
    [InlineData("miss_rate: 1", "miss_rate: 0.1", "above 0 and below 1")]
    [InlineData("confidence: 0", "confidence: 0.95", "above 0 and below 1")]
    [InlineData("threshold: 2", "threshold: 0.5", "between 0 and 1")]
    public void Calibrations_with_faults_are_refused(string fault, string fine, string problem)
    {
        using var folder = new TemporaryFolder();
        var yaml = $$"""
            miss_rate: 0.1
            confidence: 0.95
            detectors: { text: "1" }
            thresholds:
              - { detector: text, hazard: S1, language: default, threshold: 0.5, harmful: 9, harmless: 0, miss_bound: 0.1, miss_ceiling: 0.3, over_block_ceiling: 1 }
            """;

        var failure = Assert.Throws<InvalidInputException>(() =>
            GuardCalibration.Read(folder.Write("c.yaml", yaml.Replace(fine, fault, StringComparison.Ordinal)))
        );

        Assert.Contains(problem, failure.Message);
    }

    // 20 German texts that break S1, from 0.1 on in steps of 0.045, and 5 French ones; 20 and 5 that keep it.
    private static GuardCalibration Calibrated()
    {
        var calibrator = new GuardCalibrator(0.1, 0.95);
        for (var i = 0; i < 20; i++)
        {
            Add(calibrator, "de", 0.1 + (i / 20.0 * 0.9), broken: true);
            Add(calibrator, "de", 0.05, broken: false);
        }

        for (var i = 0; i < 5; i++)
        {
            Add(calibrator, "fr", 0.9, broken: true);
            Add(calibrator, null, 0.05, broken: false);
        }

        return calibrator.Calibrate();
    }

    private static void Add(GuardCalibrator calibrator, string? language, double score, bool broken) =>
        calibrator.Add(
            Detector,
            [
                new Finding { Hazard = "S1", Score = score },
                new Finding
                {
                    Hazard = "S1",
                    Score = 1,
                    IsExact = true,
                },
                new Finding { Hazard = "S2", Score = 1 },
            ],
            new Dictionary<string, bool> { ["S1"] = broken, ["S9"] = true },
            language
        );
}
