using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;
using Plumbline.Training.Preferences;

namespace Plumbline.Cli.Pipelines;

/// <summary>How often each ruler picks the answer that people chose, on held-out pairs.</summary>
/// <param name="ImplicitReward">β·(log π − log ref) of the aligned policy is higher for the chosen answer.</param>
/// <param name="Likelihood">The aligned policy gives the chosen answer the higher log-probability.</param>
/// <param name="LikelihoodBefore">The same of the policy before preference learning.</param>
/// <param name="Longer">The chosen answer is the longer one, in characters.</param>
/// <param name="Shorter">The chosen answer is the shorter one.</param>
/// <param name="Random">A coin.</param>
internal sealed record PreferenceAccuracies(
    Proportion ImplicitReward,
    Proportion Likelihood,
    Proportion LikelihoodBefore,
    Proportion Longer,
    Proportion Shorter,
    Proportion Random
)
{
    /// <summary>Measures; ties are decided by a coin, so that no ruler gains or loses by them.</summary>
    internal static PreferenceAccuracies Of(
        IReadOnlyList<PreferenceExample> pairs,
        IReadOnlyList<PairScore> policy,
        IReadOnlyList<PairScore> reference,
        Seed seed
    )
    {
        Proportion Share(string name, Func<int, double> margin)
        {
            var coin = seed.Derive(name).Source();
            return Proportion.Of(
                Enumerable
                    .Range(0, pairs.Count)
                    .Select(i =>
                    {
                        var heads = coin.NextBool(0.5);
                        return margin(i) == 0 ? heads : margin(i) > 0;
                    })
                    .ToList()
            );
        }

        double Length(Content content) => content.Text?.Length ?? content.Messages!.Sum(message => message.Text.Length);
        double Longer(int i) => Length(pairs[i].Chosen) - Length(pairs[i].Rejected);
        return new PreferenceAccuracies(
            Share("implicit reward", i => policy[i].Chosen - reference[i].Chosen - (policy[i].Rejected - reference[i].Rejected)),
            Share("likelihood", i => policy[i].Chosen - policy[i].Rejected),
            Share("likelihood before", i => reference[i].Chosen - reference[i].Rejected),
            Share("length", Longer),
            Share("length", i => -Longer(i)),
            Share("random", _ => 0)
        );
    }
}
