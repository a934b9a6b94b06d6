using Plumbline.Randomness;
using Plumbline.Training.Health;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Training.Tests.Health;

/// <summary>
/// How often probes of a policy that does not change raise an alarm. Answers are drawn anew for each probe, which is the worst case: a real probe of an unchanged policy
/// repeats itself to the bit.
/// </summary>
public sealed class ProbeNoiseTests
{
    private const int Runs = 200;
    private const int Probes = 100;

    [Theory]
    [InlineData(64, 4, 0.0)]
    [InlineData(64, 4, 2.0)] // prompts differ more than answers
    [InlineData(64, 1, 0.0)]
    [InlineData(32, 4, 0.5)]
    public void A_policy_that_stands_still_is_left_in_peace(int prompts, int answers, double betweenPrompts)
    {
        var falseAlarms = Enumerable
            .Range(1, Runs)
            .Count(seed => Rings(new HealthOptions(), (ulong)seed, prompts, answers, betweenPrompts, 0));

        Assert.True(falseAlarms <= Runs / 100, $"{falseAlarms} of {Runs}");
    }

    [Fact]
    public void A_policy_whose_gold_rises_less_than_its_proxy_because_the_gold_is_noisy_is_left_in_peace()
    {
        // Both see the same quality, the gold with noise of 1.5 deviations: in its own deviations it can only gain 1/√(1 + 1.5²) = 0.55 of what the proxy does.
        var falseAlarms = Enumerable.Range(1, Runs).Count(seed => Rings(new HealthOptions(), (ulong)seed, 64, 4, 0.5, rise: 4));

        Assert.True(falseAlarms <= Runs / 100, $"{falseAlarms} of {Runs}");
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public void Fewer_errors_and_single_probes_ring_for_nothing(double errors, int probes)
    {
        var options = new HealthOptions
        {
            Overoptimisation = new() { StandardErrors = errors, Probes = probes },
        };

        var falseAlarms = Enumerable.Range(1, Runs).Count(seed => Rings(options, (ulong)seed, 16, 4, 0, 0));

        Assert.InRange(falseAlarms, Runs / 10, Runs);
    }

    private static bool Rings(HealthOptions options, ulong seed, int prompts, int answers, double betweenPrompts, double rise)
    {
        var random = new Seed(seed).Source();
        double[] ease = [.. Enumerable.Range(0, prompts).Select(_ => betweenPrompts * random.NextNormal())];
        var (memory, watch) = (new ProbeMemory(), new RunWatch(options));
        for (var probe = 0; probe < Probes; probe++)
        {
            List<ProbeAnswer> scored = [];
            for (var prompt = 0; prompt < prompts; prompt++)
            {
                for (var answer = 0; answer < answers; answer++)
                {
                    var quality = ease[prompt] + random.NextNormal() + (rise * probe / Probes);
                    scored.Add(new(prompt, quality, quality + ((rise > 0 ? 1.5 : 0.5) * random.NextNormal())));
                }
            }

            var metrics = new MetricSums();
            memory = memory.After(new ProbeScores(prompts, scored), metrics);
            if (watch.Observe((10 * probe) + 1, metrics.Means).Count > 0)
            {
                return true;
            }
        }

        return false;
    }
}
