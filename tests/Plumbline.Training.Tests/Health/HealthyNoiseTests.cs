using Plumbline.Randomness;
using Plumbline.Training.Health;
using static Plumbline.Training.Tests.Health.Watching;

namespace Plumbline.Training.Tests.Health;

/// <summary>Runs that are well but noisy, under the default thresholds. The tolerated share of runs with a false alarm is one in a hundred for each rule.</summary>
public sealed class HealthyNoiseTests
{
    private const int Runs = 200;
    private const int Steps = 500;
    private const int Tolerated = Runs / 100;

    [Fact]
    public void Healthy_runs_are_left_in_peace()
    {
        var falseAlarms = new Dictionary<string, int>();
        for (var seed = 1UL; seed <= Runs; seed++)
        {
            var random = new Seed(seed).Source();
            foreach (var name in Alarms(new HealthOptions(), Steps, step => Healthy(random, step)).Select(alarm => alarm.Name).Distinct())
            {
                falseAlarms[name] = falseAlarms.GetValueOrDefault(name) + 1;
            }
        }

        Assert.All(falseAlarms, rule => Assert.True(rule.Value <= Tolerated, $"{rule.Key}: {rule.Value} of {Runs} runs"));
    }

    [Theory]
    [InlineData(5, 0, Tolerated)] // the default
    [InlineData(0, 10 * Tolerated, Runs)] // what the standard errors are there for
    public void Displacement_tells_a_fall_from_very_different_answers_in_each_step(double standardErrors, int least, int most)
    {
        // Steps scatter by twice the tolerated fall per token and by six times that per answer, and margins grow: only the standard errors hold the alarm back.
        var options = new HealthOptions { LikelihoodDisplacement = new() { StandardErrors = standardErrors } };
        var falseAlarms = 0;
        for (var seed = 1UL; seed <= Runs; seed++)
        {
            var random = new Seed(seed).Source();
            var alarms = Alarms(
                options,
                Steps,
                step =>
                    new()
                    {
                        ["logps/chosen"] = -600 + (300 * random.NextNormal()),
                        ["logps/chosen_per_token"] = -2 + (0.5 * random.NextNormal()),
                        ["rewards/margins"] = step / 100.0,
                    }
            );
            falseAlarms += alarms.Count > 0 ? 1 : 0;
        }

        Assert.InRange(falseAlarms, least, most);
    }

    // A step of 16 pairs of a run that learns: margins and accuracy rise, the reference stays near.
    private static Dictionary<string, double> Healthy(RandomSource random, long step)
    {
        var progress = step / (double)Steps;
        return new()
        {
            ["logps/chosen"] = -200 + (25 * random.NextNormal()),
            ["logps/chosen_per_token"] = -1.5 + (0.1 * random.NextNormal()),
            ["rewards/margins"] = (3 * progress) + (0.5 * random.NextNormal()),
            ["rewards/accuracies"] = Share(random, 0.55 + (0.35 * progress)),
            ["rewards/length_correlation"] = Math.Clamp(0.2 + (0.26 * random.NextNormal()), -1, 1),
            ["kl"] = (0.2 * progress) + (0.05 * Math.Abs(random.NextNormal())),
            ["kl_per_answer"] = (20 * progress) + (5 * Math.Abs(random.NextNormal())),
            ["grad_norm"] = (2 - progress) * Math.Exp(0.4 * random.NextNormal()),
            ["disagreement"] = Share(random, 0.15),
            ["disagreement_accuracy"] = Math.Clamp(0.7 + (0.15 * random.NextNormal()), 0, 1),
        };
    }

    private static double Share(RandomSource random, double probability) =>
        Enumerable.Range(0, 16).Count(_ => random.NextBool(probability)) / 16.0;
}
