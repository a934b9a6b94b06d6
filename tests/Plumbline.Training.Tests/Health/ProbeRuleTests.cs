using Plumbline.Configuration;
using Plumbline.Training.Health;
using static Plumbline.Training.Tests.Health.Watching;

namespace Plumbline.Training.Tests.Health;

/// <summary>The rules on what a policy's answers become, on planted series: probes at steps 1, 11, 21 and so on, rounds at every step.</summary>
public sealed class ProbeRuleTests
{
    private static readonly HealthOptions Defaults = new();

    [Fact]
    public void Hacking_is_called_at_the_second_probe_whose_gold_lacks_what_the_proxy_promised()
    {
        // From step 51 on the proxy has gained 3 and the gold lacks 1.5.
        var alarm = Assert.Single(Alarms(Defaults, 200, step => Probe(step, 51, proxy: 3, shortfall: 1.5)));

        Assert.Equal(("reward_hacking", 61, 51), (alarm.Name, alarm.Step, alarm.Since));
        // The probe at 41 was well: it measured the weights of step 40.
        Assert.Equal(40, alarm.LastGoodStep);
        Assert.Equal((1.5, 1), (alarm.Value, alarm.Threshold));
        Assert.Contains("lacks 1.50", alarm.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 1.0, 0.1)] // at the threshold
    [InlineData(3, 1.5, 0.5)] // within 3 errors
    [InlineData(0.3, 1.5, 0.1)] // the proxy did not rise beyond 3 of its errors of 0.1
    [InlineData(-2, 1.5, 0.1)]
    public void A_small_an_uncertain_and_an_unpaid_shortfall_are_no_hacking(double proxy, double shortfall, double error) =>
        Assert.Empty(Alarms(Defaults, 200, step => Probe(step, 51, proxy, shortfall, error: error)));

    [Fact]
    public void Without_a_gold_reward_nothing_is_said_of_it() =>
        Assert.Empty(
            Alarms(Defaults, 200, step => step % 10 == 1 ? new() { ["probe/proxy"] = step / 10.0, ["probe/proxy_error"] = 0.1 } : [])
        );

    [Fact]
    public void Overoptimisation_is_called_at_the_second_probe_below_the_best_and_blames_what_came_after_it()
    {
        // The best probe is at 51; from 61 on the gold is below it by a growing amount: 0.25, 0.5, ...: 3 errors of 0.1 are passed at 71.
        var alarm = Assert.Single(Alarms(Defaults, 200, step => Fallen(step, Math.Max(0, 0.25 * ((step - 51) / 10)))));

        Assert.Equal(("overoptimisation", 81, 71, 50), (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep));
        Assert.Equal(0.75, alarm.Value, 1e-12);
    }

    [Theory]
    [InlineData(0.3, 0.0)] // within 3 errors of 0.1
    [InlineData(0.8, -0.21)] // the proxy fell too
    public void A_fall_within_its_noise_and_one_that_the_proxy_sees_are_no_overoptimisation(double fall, double proxy) =>
        Assert.Empty(Alarms(Defaults, 200, step => Fallen(step, step > 51 ? fall : 0, proxy)));

    [Fact]
    public void A_certain_fall_that_does_not_matter_is_none() =>
        Assert.Empty(Alarms(Defaults, 200, step => Fallen(step, step > 51 ? 0.19 : 0, error: 0.01)));

    [Fact]
    public void A_single_bad_probe_is_forgiven() =>
        Assert.Empty(Alarms(Defaults, 200, step => Fallen(step, step is 61 or 91 or 121 ? 1 : 0.1)));

    [Theory]
    [InlineData("completions/mean_length", 20, 45, 117)] // 20 + 25·k/20 > 40 needs k = 17
    [InlineData("completions/mean_length", 20, 5, 114)] // 20 - 15·k/20 < 10 needs k = 14
    [InlineData("completions/repetition", 0.1, 0.6, 109)] // 0.5·k/20 > 0.2 needs k = 9
    [InlineData("completions/clipped_ratio", 0, 1, 107)] // k/20 > 0.3 needs k = 7
    [InlineData("completions/distinct", 1, 0, 111)] // 1 - k/20 < 0.5 needs k = 11
    public void Rounds_are_compared_with_the_first_twenty(string metric, double before, double after, long step)
    {
        var alarm = Assert.Single(Alarms(Defaults, 199, at => new() { [metric] = Jump(at, 101, before, after) }));

        Assert.Equal((step, step - 19, step - 21), (alarm.Step, alarm.Since, alarm.LastGoodStep));
    }

    [Theory]
    [InlineData("probe/length", 20, 45, "length_runaway")]
    [InlineData("probe/length", 20, 9, "length_runaway")]
    [InlineData("probe/repetition", 0.1, 0.35, "repetition_rise")]
    [InlineData("probe/truncated", 0.2, 0.6, "format_collapse")]
    [InlineData("probe/distinct", 0.9, 0.4, "format_collapse")]
    public void Probes_are_compared_with_the_first(string metric, double before, double after, string rule)
    {
        var alarm = Assert.Single(Alarms(Defaults, 140, step => step % 10 == 1 ? new() { [metric] = Jump(step, 51, before, after) } : []));

        // Half of the way at 51, all of it at 61; the probe at 41 measured the weights of step 40.
        Assert.Equal((rule, 61, 51, 40), (alarm.Name, alarm.Step, alarm.Since, alarm.LastGoodStep));
    }

    [Theory]
    [InlineData("completions/mean_length", 20, 40)]
    [InlineData("completions/mean_length", 20, 10)]
    [InlineData("completions/repetition", 0.1, 0.29)]
    [InlineData("completions/clipped_ratio", 0.1, 0.39)]
    [InlineData("completions/distinct", 0.8, 0.4)]
    public void What_moved_up_to_the_bound_is_left_in_peace(string metric, double before, double after) =>
        Assert.Empty(Alarms(Defaults, 199, at => new() { [metric] = Jump(at, 101, before, after) }));

    [Fact]
    public void Every_range_is_checked_by_name()
    {
        var options = new HealthOptions
        {
            RewardHacking = new()
            {
                Deviations = 0,
                StandardErrors = -1,
                Probes = 0,
            },
            Overoptimisation = new()
            {
                Deviations = double.NaN,
                StandardErrors = 101,
                Probes = 0,
            },
            LengthRunaway = new() { Factor = 1, Window = 0 },
            RepetitionRise = new() { Rise = 1, Window = 0 },
            FormatCollapse = new()
            {
                Truncated = 0,
                Distinct = 1,
                Window = 0,
            },
        };

        var message = Assert.Throws<InvalidInputException>(() => OptionsValidation.ThrowIfInvalid(options)).Message;

        string[] names =
        [
            .. new[] { "deviations", "standard_errors", "probes" }.SelectMany(name =>
                new[] { "reward_hacking." + name, "overoptimisation." + name }
            ),
            "length_runaway.factor",
            "length_runaway.window",
            "repetition_rise.rise",
            "repetition_rise.window",
            "format_collapse.truncated",
            "format_collapse.distinct",
            "format_collapse.window",
        ];
        Assert.All(names, name => Assert.Contains($"'{name}'", message, StringComparison.Ordinal));
    }

    private static Dictionary<string, double> Probe(long step, long at, double proxy, double shortfall, double error = 0.1) =>
        step % 10 != 1
            ? []
            : new()
            {
                ["probe/proxy"] = Jump(step, at, 0, proxy),
                ["probe/proxy_error"] = 0.1,
                ["probe/shortfall"] = Jump(step, at, 0, shortfall),
                ["probe/shortfall_error"] = error,
            };

    private static Dictionary<string, double> Fallen(long step, double fall, double proxy = 0, double error = 0.1) =>
        step % 10 != 1
            ? []
            : new()
            {
                ["probe/fall"] = step == 51 ? -0.1 : fall,
                ["probe/fall_error"] = error,
                ["probe/proxy_since_best"] = proxy,
                ["probe/proxy_since_best_error"] = 0.1,
            };
}
