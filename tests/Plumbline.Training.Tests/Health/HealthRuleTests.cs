using Plumbline.Configuration;
using Plumbline.Training.Health;
using static Plumbline.Training.Tests.Health.Watching;

namespace Plumbline.Training.Tests.Health;

/// <summary>Each rule on planted series; the steps at which alarms must come are worked out by hand beside them.</summary>
public sealed class HealthRuleTests
{
    private static readonly HealthOptions Defaults = new();

    [Fact]
    public void Displacement_is_seen_when_the_window_has_moved_far_enough_and_by_more_than_its_noise()
    {
        // From step 61 a token loses 1 nat. With k of 20 steps fallen, p = k/20: the fall is p, its standard error √(p(1-p)/19). p > 0.25 needs k = 6, and
        // p > 5·√(p(1-p)/19) needs p > 25/44, k = 12.
        var alarm = Assert.Single(Alarms(Defaults, 200, step => Displaced(step, 61)));

        Assert.Equal(("likelihood_displacement", 72, 53, 51), (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep));
        Assert.Equal(0.6, alarm.Value, 1e-12);
        Assert.Equal(0.25, alarm.Threshold);
        Assert.Contains("nats per token", alarm.Seen);
    }

    [Fact]
    public void Displacement_is_not_called_before_the_last_steps_stand_apart_from_the_first() =>
        // Fallen from the first step after the 20 that are the start: seen when the next 20 are there.
        Assert.Equal(40, Assert.Single(Alarms(Defaults, 80, step => Displaced(step, 21))).Step);

    [Fact]
    public void A_fall_of_whole_answers_counts_where_tokens_are_not_logged()
    {
        var options = Defaults with
        {
            LikelihoodDisplacement = new() { Window = 5, StandardErrors = 0 },
        };

        // A step fallen by 200 nats moves the mean of 5 by 40: two make 80, above 50.
        var alarm = Assert.Single(
            Alarms(options, 60, step => new() { ["logps/chosen"] = Jump(step, 31, -100, -300), ["rewards/margins"] = Jump(step, 31, 0, 1) })
        );

        Assert.Equal((32, 80, 50), (alarm.Step, alarm.Value, alarm.Threshold));
        Assert.Contains("nats per answer", alarm.Seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_fall_without_a_growing_margin_is_no_displacement(double margin) =>
        Assert.Empty(
            Alarms(
                Defaults,
                200,
                step =>
                {
                    var metrics = Displaced(step, 61);
                    metrics["rewards/margins"] = Jump(step, 61, 0, margin);
                    return metrics;
                }
            )
        );

    [Fact]
    public void Saturation_is_called_after_twenty_steps_in_a_row()
    {
        var alarm = Assert.Single(Alarms(Defaults, 100, step => Saturated(step >= 31, 0.99, 5.1)));

        Assert.Equal(("margin_saturation", 50, 31, 29), (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep));
    }

    [Fact]
    public void A_single_step_out_of_the_row_starts_the_count_again() =>
        Assert.Equal(69, Assert.Single(Alarms(Defaults, 100, step => Saturated(step >= 31 && step != 49, 1, 6))).Step);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(0.98, 9)]
    public void A_margin_at_its_bound_and_an_accuracy_below_its_own_are_no_saturation(double accuracy, double margin) =>
        Assert.Empty(Alarms(Defaults, 100, _ => Saturated(true, accuracy, margin)));

    [Theory]
    [InlineData(0.6, "longer")]
    [InlineData(-0.6, "shorter")]
    public void Length_drift_is_the_windows_mean(double correlation, string direction)
    {
        // 0.6·k/50 > 0.5 needs k = 42.
        var alarm = Assert.Single(
            Alarms(Defaults, 200, step => new() { ["rewards/length_correlation"] = Jump(step, 101, 0, correlation) })
        );

        Assert.Equal(("length_drift", 142, 93, 91), (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep));
        Assert.Equal(Math.Sign(correlation) * 0.5, alarm.Threshold);
        Assert.Contains(direction, alarm.Seen);
    }

    [Fact]
    public void A_correlation_at_its_bound_is_no_drift_and_one_above_it_is_seen_with_the_first_full_window()
    {
        Assert.Empty(Alarms(Defaults, 200, _ => new() { ["rewards/length_correlation"] = 0.5 }));
        Assert.Equal(50, Assert.Single(Alarms(Defaults, 200, _ => new() { ["rewards/length_correlation"] = 0.51 })).Step);
    }

    [Theory]
    [InlineData("kl", 0.1, 1, 45, 0.5)] // 0.1 + 0.9·k/10 > 0.5 needs k = 5
    [InlineData("kl_per_answer", 20, 150, 43, 50)] // 20 + 130·k/10 > 50 needs k = 3
    public void The_kl_budget_is_per_token_or_per_answer(string metric, double before, double after, long step, double threshold)
    {
        var alarm = Assert.Single(Alarms(Defaults, 100, at => new() { [metric] = Jump(at, 41, before, after) }));

        Assert.Equal(
            ("kl_budget", step, step - 9, step - 11, threshold),
            (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep, alarm.Threshold)
        );
    }

    [Theory]
    [InlineData(20, 1000, false)] // 19 steps are known, one too few
    [InlineData(21, 15, false)] // the median of 1, 2, 1, 2, … is 1.5, ten times that is the bound itself
    [InlineData(21, 15.01, true)]
    [InlineData(400, 15.01, true)]
    public void A_spike_is_ten_times_the_running_median(long at, double length, bool isSpike)
    {
        var alarms = Alarms(Defaults, 450, step => new() { ["grad_norm"] = step == at ? length : 1 + (step % 2) });

        if (isSpike)
        {
            var alarm = Assert.Single(alarms);
            Assert.Equal(("gradient_spike", at, at, at - 1), (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep));
            Assert.Equal(15, alarm.Threshold);
        }
        else
        {
            Assert.Empty(alarms);
        }
    }

    [Fact]
    public void Gradients_that_rise_to_a_new_level_are_one_spike_and_then_the_usual() =>
        Assert.Equal([101], Alarms(Defaults, 1000, step => new() { ["grad_norm"] = Jump(step, 101, 1, 20) }).Select(alarm => alarm.Step));

    [Theory]
    [InlineData("disagreement", 0.1, 0.95, 35)] // 0.1 + 0.85·k/20 > 0.3 needs k = 5
    [InlineData("disagreement_accuracy", 0.8, 0.1, 39)] // 0.8 - 0.7·k/20 < 0.5 needs k = 9
    public void An_ensemble_is_watched_for_disagreement_and_for_what_that_is_worth(string metric, double before, double after, long step)
    {
        var alarm = Assert.Single(Alarms(Defaults, 100, at => new() { [metric] = Jump(at, 31, before, after) }));

        Assert.Equal(("ensemble_disagreement", step, step - 19, step - 21), (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep));
    }

    [Fact]
    public void Steps_without_a_metric_or_with_one_that_is_no_number_are_passed_over()
    {
        // Every second step has a value; the fifth one above the budget is the tenth step after 40.
        var alarm = Assert.Single(
            Alarms(Defaults, 100, step => step % 2 == 0 ? new() { ["kl"] = Jump(step, 41, 0.1, 1) } : new() { ["kl"] = double.NaN })
        );

        Assert.Equal((50, 32), (alarm.Step, alarm.Since));
    }

    [Fact]
    public void Every_range_is_checked_by_name()
    {
        var options = new HealthOptions
        {
            QuietSteps = 0,
            LikelihoodDisplacement = new()
            {
                NatsPerToken = 0,
                NatsPerAnswer = double.NaN,
                Window = 1,
                StandardErrors = -1,
            },
            MarginSaturation = new()
            {
                Accuracy = 1.1,
                Margin = -1,
                Steps = 0,
            },
            LengthDrift = new() { Correlation = 1, Window = 0 },
            KlBudget = new()
            {
                NatsPerToken = -1,
                NatsPerAnswer = 0,
                Window = 20_000,
            },
            GradientSpike = new()
            {
                Factor = 1,
                Window = 5,
                MinimumSteps = 6,
            },
            EnsembleDisagreement = new()
            {
                Disagreement = 2,
                Accuracy = -1,
                Window = 0,
            },
        };

        var message = Assert.Throws<InvalidInputException>(() => OptionsValidation.ThrowIfInvalid(options)).Message;

        string[] names =
        [
            "quiet_steps",
            .. new[] { "nats_per_token", "nats_per_answer", "window", "standard_errors" }.Select(name => "likelihood_displacement." + name),
            .. new[] { "accuracy", "margin", "steps" }.Select(name => "margin_saturation." + name),
            .. new[] { "correlation", "window" }.Select(name => "length_drift." + name),
            .. new[] { "nats_per_token", "nats_per_answer", "window" }.Select(name => "kl_budget." + name),
            .. new[] { "factor", "minimum_steps" }.Select(name => "gradient_spike." + name),
            .. new[] { "disagreement", "accuracy", "window" }.Select(name => "ensemble_disagreement." + name),
        ];
        Assert.All(names, name => Assert.Contains($"'{name}'", message));
        OptionsValidation.ThrowIfInvalid(Defaults);
    }

    private static Dictionary<string, double> Displaced(long step, long at) =>
        new()
        {
            ["logps/chosen"] = Jump(step, at, -10, -20),
            ["logps/chosen_per_token"] = Jump(step, at, -1, -2),
            ["rewards/margins"] = Jump(step, at, 0, 1),
        };

    private static Dictionary<string, double> Saturated(bool isSaturated, double accuracy, double margin) =>
        new() { ["rewards/accuracies"] = isSaturated ? accuracy : 0.7, ["rewards/margins"] = isSaturated ? margin : 1 };
}
