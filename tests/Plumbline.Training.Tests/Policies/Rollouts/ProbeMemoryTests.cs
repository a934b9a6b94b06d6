using Plumbline.Training.Loop;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Training.Tests.Policies.Rollouts;

/// <summary>The numbers of probes, worked out by hand.</summary>
public sealed class ProbeMemoryTests
{
    // Proxy 0, 2, 4 has the deviation 2; gold 1, 2, 3 has 1; they correlate with 1.
    private static readonly ProbeScores First = Scores((0, 1), (2, 2), (4, 3));

    [Fact]
    public void Gains_are_in_deviations_of_the_first_probe_with_the_errors_of_their_differences()
    {
        var memory = new ProbeMemory().After(First, new MetricSums());

        // The proxy rises by 2, 4, 6: by 1, 2, 3 deviations. The gold rises by 1, 1, -0.5.
        var found = After(ref memory, Scores((2, 2), (6, 3), (10, 2.5)));

        Assert.Equal(2, found["probe/proxy"], 1e-12);
        Assert.Equal(1 / Math.Sqrt(3), found["probe/proxy_error"], 1e-12);
        Assert.Equal(0.5, found["probe/gold"], 1e-12);
        Assert.Equal(1.5, found["probe/gap"], 1e-12);
        // At a correlation of 1 all of the proxy's gain was promised: 0, 1, 3.5.
        Assert.Equal(1.5, found["probe/shortfall"], 1e-12);
        Assert.Equal(Math.Sqrt((2.25 + 0.25 + 4) / 2 / 3), found["probe/shortfall_error"], 1e-12);
        Assert.Equal(-0.5, found["probe/fall"], 1e-12);
        Assert.Equal((6, 2.5), (found["probe/proxy_mean"], found["probe/gold_mean"]));
    }

    [Fact]
    public void What_a_weak_correlation_promised_is_all_that_can_be_missing()
    {
        // 1, 2, 3 and 1, 3, 2: deviations 1 and 1, covariance (1 + 0 + 0) / 2.
        var memory = new ProbeMemory().After(Scores((1, 1), (2, 3), (3, 2)), new MetricSums());

        var found = After(ref memory, Scores((5, 3), (6, 5), (7, 4)));

        Assert.Equal((4, 2), (found["probe/proxy"], found["probe/gold"]));
        Assert.Equal(2, found["probe/gap"], 1e-12);
        Assert.Equal(0, found["probe/shortfall"], 1e-12);
    }

    [Fact]
    public void A_fall_is_counted_from_the_best_probe()
    {
        var memory = new ProbeMemory().After(First, new MetricSums());
        After(ref memory, Scores((0, 3), (2, 4), (4, 5)));

        var found = After(ref memory, Scores((2, 2), (4, 3), (6, 4)));

        Assert.Equal((1, 0), (found["probe/fall"], found["probe/fall_error"]));
        Assert.Equal(1, found["probe/proxy_since_best"]);
        Assert.Equal(1, found["probe/gold"]);
    }

    [Fact]
    public void A_gold_that_says_the_same_of_all_has_no_gain_until_it_does_not()
    {
        var memory = new ProbeMemory().After(Scores((0, 0), (2, 0), (4, 0)), new MetricSums());
        Assert.False(After(ref memory, Scores((1, 0), (3, 0), (5, 0))).ContainsKey("probe/gold"));

        var found = After(ref memory, Scores((2, 0), (4, 1), (6, 2)));

        Assert.Equal(1, found["probe/gold"]);
        Assert.Equal(0, found["probe/fall"] + 1, 1e-12);
    }

    [Fact]
    public void Prompts_whose_answers_could_not_be_judged_are_left_out_of_the_comparison()
    {
        var memory = new ProbeMemory().After(First, new MetricSums());

        var metrics = new MetricSums();
        memory.After(new ProbeScores(3, [new(0, 2, 2), new(2, 8, 5)]), metrics);

        Assert.Equal(1.5, metrics.Means["probe/proxy"]);
        Assert.Equal(1.5, metrics.Means["probe/gold"]);
        Assert.Same(memory, memory.After(new ProbeScores(3, [new(0, 2, 2)]), new MetricSums()));
    }

    [Fact]
    public void Answers_to_a_prompt_are_averaged_and_prompts_are_counted()
    {
        var memory = new ProbeMemory().After(new ProbeScores(2, [new(0, 0, null), new(0, 2, null), new(1, 1, null)]), new MetricSums());

        var metrics = new MetricSums();
        memory.After(new ProbeScores(2, [new(0, 2, null), new(0, 4, null), new(1, 3, null)]), metrics);

        // The deviation of 0, 2, 1 is 1; both prompts rose by 2.
        Assert.Equal((2, 0), (metrics.Means["probe/proxy"], metrics.Means["probe/proxy_error"]));
        Assert.False(metrics.Means.ContainsKey("probe/gold"));
    }

    private static ProbeScores Scores(params (double Proxy, double Gold)[] prompts) =>
        new(prompts.Length, [.. prompts.Select((scores, i) => new ProbeAnswer(i, scores.Proxy, scores.Gold))]);

    private static IReadOnlyDictionary<string, double> After(ref ProbeMemory memory, ProbeScores scores)
    {
        var metrics = new MetricSums();
        memory = memory.After(scores, metrics);
        return metrics.Means;
    }
}
