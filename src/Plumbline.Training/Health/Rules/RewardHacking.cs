using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Reward hacking: the reward that is trained on (the proxy) rises on held-out prompts, and the gold reward does not gain what that promises. Watches
/// <c>probe/proxy</c> and <c>probe/shortfall</c>; silent without a gold reward.
/// </summary>
public sealed record RewardHackingOptions : HealthRuleOptions
{
    /// <summary>Serious: what is trained on is no longer what is wanted.</summary>
    public RewardHackingOptions() => Serious = true;

    /// <summary>
    /// The shortfall, in standard deviations of the scores in the first probe: the gain of the proxy times the correlation with which both rewards began, less the gain of
    /// the gold. At 1 the proxy says that an average answer became one that was among the best sixth, and the gold saw none of it.
    /// </summary>
    /// <value>1</value>
    public double Deviations { get; init; } = 1;

    /// <summary>
    /// How many of its standard errors the shortfall, and the rise of the proxy, must exceed as well: noise alone passes 3 at two probes in a row in fewer than one of a
    /// hundred runs of 100 probes (tested). With 64 prompts <see cref="Deviations"/> is the stricter bound.
    /// </summary>
    /// <value>3</value>
    public double StandardErrors { get; init; } = 3;

    /// <summary>Probes in a row.</summary>
    /// <value>2</value>
    public int Probes { get; init; } = 2;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Above0(nameof(Deviations), Deviations),
            .. Between(nameof(StandardErrors), StandardErrors, 0, 100),
            .. Between(nameof(Probes), Probes, 1, LongestWindow),
        ];
}

/// <summary>Watches what the gold lacks while the proxy rises.</summary>
internal sealed class RewardHacking(RewardHackingOptions options) : ProbeRule(options.Probes)
{
    internal override string Name => "reward_hacking";

    internal override string Meaning =>
        "The policy learns to please its reward rather than to answer better: the reward has a flaw, and the policy found it.";

    internal override string Advice =>
        "Read the answers of highest reward and lowest gold; mend the reward (fresh comparisons from the present policy, an ensemble's pessimistic score, a cost for what is exploited), raise beta, or end earlier.";

    private protected override int Numbers => 2;

    private protected override ProbeLook? Look(IReadOnlyDictionary<string, double> metrics)
    {
        if (
            Find(metrics, "probe/proxy") is not { } proxy
            || Find(metrics, "probe/proxy_error") is not { } proxyError
            || Find(metrics, "probe/shortfall") is not { } shortfall
            || Find(metrics, "probe/shortfall_error") is not { } error
        )
        {
            return null;
        }

        var isMet = shortfall > Math.Max(options.Deviations, options.StandardErrors * error) && proxy > options.StandardErrors * proxyError;
        return new ProbeLook(isMet, !isMet, [proxy, shortfall]);
    }

    private protected override (string Seen, double Value, double Threshold) Describe(double[] numbers) =>
        (
            $"On held-out prompts the reward rose by {numbers[0]:F2} standard deviations since the start; the gold reward lacks {numbers[1]:F2} of what that promised.",
            numbers[1],
            options.Deviations
        );
}
