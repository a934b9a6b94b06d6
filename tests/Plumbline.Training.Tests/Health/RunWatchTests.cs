using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Training.Health;
using static Plumbline.Training.Tests.Health.Watching;

namespace Plumbline.Training.Tests.Health;

public sealed class RunWatchTests
{
    private static readonly HealthOptions Quick = new()
    {
        OnAlarm = AlarmAction.RollBack,
        QuietSteps = 15,
        LikelihoodDisplacement = new() { Window = 6, StandardErrors = 1 },
        MarginSaturation = new() { Steps = 4, Serious = true },
        LengthDrift = new() { Window = 5, Serious = true },
        KlBudget = new() { Window = 4 },
        GradientSpike = new()
        {
            Window = 12,
            MinimumSteps = 5,
            Factor = 2,
            Serious = true,
        },
        EnsembleDisagreement = new() { Window = 3, Serious = true },
        RewardHacking = new() { Probes = 2 },
        Overoptimisation = new() { Probes = 3 },
        LengthRunaway = new() { Window = 4, Serious = true },
        RepetitionRise = new() { Window = 3, Serious = true },
        FormatCollapse = new() { Window = 5, Serious = true },
    };

    [Fact]
    public void A_condition_that_lasts_is_one_alarm_and_one_that_trembles_is_one_in_each_silence()
    {
        var options = new HealthOptions
        {
            KlBudget = new() { Window = 1 },
            QuietSteps = 100,
        };

        Assert.Equal([10], Steps(step => step >= 10));
        Assert.Equal([11, 113, 215], Steps(step => step >= 10 && step % 2 == 1));

        // A condition that begins in the silence and outlasts it is announced when it ends, and only then.
        Assert.Equal([10, 111], Steps(step => step is 10 or >= 20));

        IEnumerable<long> Steps(Func<long, bool> isFar) =>
            Alarms(options, 300, step => new() { ["kl"] = isFar(step) ? 1 : 0 }).Select(alarm => alarm.Step);
    }

    [Fact]
    public void A_condition_measured_once_a_round_is_one_alarm_while_it_lasts()
    {
        var options = new HealthOptions
        {
            KlBudget = new() { Window = 2 },
            QuietSteps = 3,
        };

        var alarms = Alarms(options, 60, step => step % 5 == 1 ? new() { ["kl_per_answer"] = step >= 11 ? 90 : 1 } : []);

        // (1 + 90) / 2 is below 50; both measurements of the window are above it at step 16.
        Assert.Equal([16], alarms.Select(alarm => alarm.Step));
    }

    [Fact]
    public void A_restored_watch_raises_the_alarms_of_one_that_was_never_interrupted()
    {
        using var folder = new TemporaryFolder();
        for (var seed = 1UL; seed <= 4; seed++)
        {
            var series = Stormy(seed, 150);
            var whole = new RunWatch(Quick);
            var expected = series.SelectMany((metrics, i) => whole.Observe(i + 1, metrics)).ToList();
            Assert.Equal(11, expected.Select(raised => raised.Alarm.Name).Distinct().Count());

            for (var cut = 0; cut <= series.Count; cut += 3)
            {
                var before = new RunWatch(Quick);
                var seen = series.Take(cut).SelectMany((metrics, i) => before.Observe(i + 1, metrics)).ToList();
                HealthCheckpoint.Save(folder.Path, before, null);
                var after = new RunWatch(Quick);
                Assert.Null(HealthCheckpoint.Load(folder.Path, after));

                seen.AddRange(series.Skip(cut).SelectMany((metrics, i) => after.Observe(cut + i + 1, metrics)));

                Assert.Equal(expected, seen);
                Assert.Equal(whole.GoodUntil(series.Count), after.GoodUntil(series.Count));
            }
        }
    }

    [Fact]
    public void No_alarm_blames_weights_that_were_called_good()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var watch = new RunWatch(Quick with { QuietSteps = 1 });
            var good = watch.GoodUntil(0)!.Value;
            foreach (var (metrics, i) in Stormy(seed, 150).Select((metrics, i) => (metrics, i)))
            {
                foreach (var (alarm, _) in watch.Observe(i + 1, metrics))
                {
                    Assert.True(alarm.LastGoodStep >= good, $"seed {seed}: {alarm} after {good} was called good");
                }

                var next = watch.GoodUntil(i + 1)!.Value;
                Assert.InRange(next, good, i + 1);
                good = next;
            }

            // What probes measure every third step is called good later than what each step measures.
            Assert.InRange(good, 100, 150);
        }
    }

    [Fact]
    public void Nothing_is_kept_for_a_roll_back_that_cannot_come()
    {
        Assert.Null(new RunWatch(Quick with { OnAlarm = AlarmAction.Stop }).GoodUntil(5));
        Assert.Null(new RunWatch(Quick with { Enabled = false }).GoodUntil(5));
        Assert.Empty(Alarms(Quick with { Enabled = false }, 50, _ => new() { ["kl"] = 9 }));
        Assert.Empty(Alarms(Quick with { KlBudget = new() { Enabled = false } }, 50, _ => new() { ["kl"] = 9 }));
    }

    [Theory]
    [InlineData(AlarmAction.Warn, true, false)]
    [InlineData(AlarmAction.Stop, true, true)]
    [InlineData(AlarmAction.Stop, false, false)]
    [InlineData(AlarmAction.RollBack, true, true)]
    public void Only_serious_alarms_end_a_run_and_none_where_alarms_warn(AlarmAction action, bool isSerious, bool ends)
    {
        var watch = new RunWatch(
            new HealthOptions
            {
                OnAlarm = action,
                KlBudget = new() { Window = 1, Serious = isSerious },
            }
        );

        Assert.Equal(ends, Assert.Single(watch.Observe(1, new Dictionary<string, double> { ["kl"] = 9 })).EndsRun);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Rules\":{\"kl_budget\":null},\"StoppedBy\":null}")]
    [InlineData("{\"Rules\":{\"kl_budget\":{\"IsAnnounced\":false,\"LastAlarm\":0,\"Memory\":{}}},\"StoppedBy\":null}")]
    [InlineData(
        "{\"Rules\":{\"kl_budget\":{\"IsAnnounced\":false,\"LastAlarm\":0,\"Memory\":{\"kl\":[1,2,3],\"kl_per_answer\":[]}}},\"StoppedBy\":null}"
    )]
    [InlineData(
        "{\"Rules\":{\"margin_saturation\":{\"IsAnnounced\":false,\"LastAlarm\":0,\"Memory\":{\"row\":[1,-2]}}},\"StoppedBy\":null}"
    )]
    public void A_damaged_memory_is_refused_by_name(string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write("health.json", text);

        var refusal = Assert.Throws<InvalidInputException>(() => HealthCheckpoint.Load(folder.Path, new RunWatch(Quick)));

        Assert.Contains("health.json", refusal.Message);
    }

    /// <summary>Metrics that wander over all thresholds and back, and are missing at times.</summary>
    private static List<Dictionary<string, double>> Stormy(ulong seed, int steps)
    {
        var random = new Seed(seed).Source();
        return
        [
            .. Enumerable
                .Range(1, steps)
                .Select(step =>
                {
                    var isStorm = step / 25 % 2 == 1;
                    var metrics = new Dictionary<string, double>
                    {
                        ["logps/chosen"] = (isStorm ? -200 : -100) + (20 * random.NextNormal()),
                        ["logps/chosen_per_token"] = (isStorm ? -2 : -1) + (0.1 * random.NextNormal()),
                        ["rewards/margins"] = (isStorm ? 8 : 4) + random.NextNormal(),
                        ["rewards/accuracies"] = isStorm && random.NextDouble() < 0.95 ? 1 : 0.8,
                        ["rewards/length_correlation"] = (isStorm ? 0.7 : 0) + (0.2 * random.NextNormal()),
                        ["kl"] = (isStorm ? 1 : 0.1) + (0.1 * random.NextNormal()),
                        ["grad_norm"] = Math.Exp(0.5 * random.NextNormal()),
                        ["disagreement"] = isStorm ? 0.4 : 0.1,
                        ["completions/mean_length"] = (isStorm ? 60 : 20) + random.NextNormal(),
                        ["completions/repetition"] = isStorm ? 0.5 : 0.1,
                        ["completions/clipped_ratio"] = isStorm ? 0.5 : 0.1,
                        ["completions/distinct"] = isStorm ? 0.2 : 0.9,
                    };
                    if (step % 3 == 1)
                    {
                        foreach (var name in new[] { "probe/proxy", "probe/shortfall", "probe/fall", "probe/proxy_since_best" })
                        {
                            metrics[name] = (isStorm ? 3 : 0) + (0.5 * random.NextNormal());
                            metrics[name + "_error"] = 0.2;
                        }

                        metrics["probe/length"] = isStorm ? 60 : 20;
                        metrics["probe/distinct"] = isStorm ? 0.2 : 0.9;
                    }

                    if (random.NextInt(10) == 0)
                    {
                        metrics.Remove(metrics.Keys.ElementAt(random.NextInt(metrics.Count)));
                    }

                    return metrics;
                }),
        ];
    }
}
