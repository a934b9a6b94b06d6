using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Over-optimisation: the gold reward on held-out prompts is below its best while the proxy is not (Gao et al., arXiv 2210.10760, figure 1: the gold rises, turns and
/// falls as the proxy goes on rising). Watches <c>probe/fall</c> and <c>probe/proxy_since_best</c>; silent without a gold reward.
/// </summary>
public sealed record OveroptimisationOptions : HealthRuleOptions
{
    /// <summary>Serious: every further step makes the model worse.</summary>
    public OveroptimisationOptions() => Serious = true;

    /// <summary>
    /// How many of its standard errors the gold must have fallen. The best of many probes is a lucky one, so a bound for a single comparison (1.6) is far too low: of 200
    /// simulated runs of 100 probes of one and the same policy, fresh noise each time, 1 or 2 raise an alarm at 3 with two probes in a row (tested); 14 at 2.5, and with
    /// single probes 15 to 60 at 3.
    /// </summary>
    /// <value>3</value>
    public double StandardErrors { get; init; } = 3;

    /// <summary>The least fall that matters, in standard deviations of the gold's scores in the first probe: many prompts make small ones certain.</summary>
    /// <value>0.2</value>
    public double Deviations { get; init; } = 0.2;

    /// <summary>Probes in a row.</summary>
    /// <value>2</value>
    public int Probes { get; init; } = 2;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Between(nameof(StandardErrors), StandardErrors, 0, 100),
            .. Above0(nameof(Deviations), Deviations),
            .. Between(nameof(Probes), Probes, 1, LongestWindow),
        ];
}

/// <summary>Watches the gold's fall from its best.</summary>
internal sealed class Overoptimisation(OveroptimisationOptions options) : ProbeRule(options.Probes)
{
    // Where both rewards fall the policy merely got worse: a proxy below its place by more than noise.
    private const double ProxyErrors = 2;

    internal override string Name => "overoptimisation";

    internal override string Meaning =>
        "The policy was better before: the gold reward is below its best, and the reward that is trained on does not see it.";

    internal override string Advice =>
        "Take the weights of the best probe (on_alarm: roll_back does); raise beta, lower learning_rate, or train the reward again on answers of the present policy.";

    private protected override int Numbers => 2;

    private protected override ProbeLook? Look(IReadOnlyDictionary<string, double> metrics)
    {
        if (
            Find(metrics, "probe/fall") is not { } fall
            || Find(metrics, "probe/fall_error") is not { } error
            || Find(metrics, "probe/proxy_since_best") is not { } proxy
            || Find(metrics, "probe/proxy_since_best_error") is not { } proxyError
        )
        {
            return null;
        }

        var isMet = fall > Math.Max(options.Deviations, options.StandardErrors * error) && proxy >= -ProxyErrors * proxyError;
        return new ProbeLook(isMet, fall <= 0, [fall, proxy]);
    }

    private protected override (string Seen, double Value, double Threshold) Describe(double[] numbers) =>
        (
            $"On held-out prompts the gold reward is {numbers[0]:F2} standard deviations below its best, and the reward that is trained on changed by {numbers[1]:+0.00;-0.00} since.",
            numbers[0],
            options.Deviations
        );
}
