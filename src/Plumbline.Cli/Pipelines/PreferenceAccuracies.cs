using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;
using Plumbline.Training.Preferences;

namespace Plumbline.Cli.Pipelines;

/// <summary>How often each ruler picks the answer that people chose, on held-out pairs.</summary>
/// <param name="ImplicitReward">β·(log π − log ref) of the aligned policy is higher for the chosen answer.</param>
/// <param name="Likelihood">The aligned policy gives the chosen answer the higher log-probability.</param>
/// <param name="LikelihoodBefore">The same of the policy before preference learning.</param>
/// <param name="Rulers">What looks at no meaning.</param>
internal sealed record PreferenceAccuracies(WinRate ImplicitReward, WinRate Likelihood, WinRate LikelihoodBefore, PairRulers Rulers)
{
    /// <summary>All judges: name for people, name for machines, rate.</summary>
    internal IReadOnlyList<(string Name, string Key, WinRate Rate)> Rows =>
        [
            ("implicit reward of the aligned model", "implicit_reward", ImplicitReward),
            ("likelihood under the aligned model", "likelihood", Likelihood),
            ("likelihood before preference learning", "likelihood_before", LikelihoodBefore),
            .. Rulers.Rows,
        ];

    /// <summary>Measures.</summary>
    internal static PreferenceAccuracies Of(
        IReadOnlyList<PreferenceExample> pairs,
        IReadOnlyList<PairScore> policy,
        IReadOnlyList<PairScore> reference,
        Seed seed
    ) =>
        new(
            WinRate.Of(policy.Zip(reference, (now, before) => now.Chosen - before.Chosen - (now.Rejected - before.Rejected))),
            WinRate.Of(policy.Select(score => score.Chosen - score.Rejected)),
            WinRate.Of(reference.Select(score => score.Chosen - score.Rejected)),
            PairRulers.Of([.. pairs.Select(pair => (pair.Chosen, pair.Rejected))], seed)
        );
}
