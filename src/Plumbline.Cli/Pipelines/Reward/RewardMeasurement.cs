using Plumbline.Evaluation.Rulers;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;
using Plumbline.Training.Rewards;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>What held-out comparisons say of reward models and of the rulers beside them.</summary>
internal static class RewardMeasurement
{
    /// <summary>Measures.</summary>
    /// <param name="training">What the bag-of-bigrams ruler learns from.</param>
    /// <param name="heldOut">The comparisons.</param>
    /// <param name="raw">Scores as the models give them.</param>
    /// <param name="scaled">The same on the models' own scales.</param>
    /// <param name="harmful">Whether each held-out answer does harm, where costs were learnt; else null.</param>
    /// <param name="pessimism">k of mean − k·deviation.</param>
    /// <param name="seed">The rulers'.</param>
    internal static RewardMeasures Of(
        IReadOnlyList<ComparedPair> training,
        IReadOnlyList<ComparedPair> heldOut,
        EnsembleScores raw,
        EnsembleScores scaled,
        IReadOnlyList<bool>? harmful,
        double pessimism,
        Seed seed
    )
    {
        var ruler = BigramRuler.Fit(
            [.. training.Select(pair => (PairRulers.Text(pair.BetterAnswer), PairRulers.Text(pair.WorseAnswer)))],
            seed.Derive("bigrams")
        );
        WinRate Rate(Func<int, double> score) => WinRate.Of(heldOut.Select(pair => score(pair.Better) - score(pair.Worse)));
        var rows = new List<(string, string, WinRate)>();
        if (raw.Members == 1)
        {
            rows.Add((harmful is null ? "reward model" : "cost model", "reward", Rate(scaled.Mean)));
        }
        else
        {
            rows.Add(("ensemble, mean score", "reward", Rate(scaled.Mean)));
            rows.Add(
                // Who fears the worst takes costs for higher than they seem, and rewards for lower.
                harmful is null
                    ? ($"ensemble, mean − {pessimism:0.##}·deviation", "pessimistic", Rate(answer => scaled.Pessimistic(answer, pessimism)))
                    : (
                        $"ensemble, mean + {pessimism:0.##}·deviation",
                        "pessimistic",
                        Rate(answer => scaled.Pessimistic(answer, -pessimism))
                    )
            );
            rows.AddRange(
                Enumerable
                    .Range(0, raw.Members)
                    .Select(member => ($"member {member + 1}", $"member_{member + 1}", Rate(answer => raw.Of(member, answer))))
            );
        }

        rows.Add(
            (
                "ruler: bag of bigrams",
                "bigrams",
                WinRate.Of(heldOut.Select(pair => ruler.Lead(PairRulers.Text(pair.BetterAnswer), PairRulers.Text(pair.WorseAnswer))))
            )
        );
        rows.AddRange(PairRulers.Of([.. heldOut.Select(pair => (pair.BetterAnswer, pair.WorseAnswer))], seed.Derive("coin")).Rows);
        return new RewardMeasures(
            rows,
            Calibration.OfMargins(heldOut.Select(pair => raw.Mean(pair.Better) - raw.Mean(pair.Worse))),
            raw.Members == 1 ? null : Disagreement(heldOut, scaled),
            harmful is null ? null : HarmAccuracy(raw, harmful),
            [.. heldOut.Select(pair => pair.Better).Distinct().Select(scaled.Mean)],
            [.. heldOut.Select(pair => pair.Worse).Distinct().Select(scaled.Mean)]
        );
    }

    private static HarmSigns HarmAccuracy(EnsembleScores costs, IReadOnlyList<bool> harmful) =>
        new(Proportion.Of(harmful.Select((does, answer) => costs.Mean(answer) > 0 == does)), Proportion.Of(harmful));

    private static RewardDisagreement Disagreement(IReadOnlyList<ComparedPair> pairs, EnsembleScores scores)
    {
        var disputed = pairs.Where(pair => scores.IsDisputed(pair.Better, pair.Worse)).ToList();
        WinRate Rate(IEnumerable<ComparedPair> some) => WinRate.Of(some.Select(pair => scores.Mean(pair.Better) - scores.Mean(pair.Worse)));
        return new RewardDisagreement(
            new Proportion(disputed.Count, pairs.Count),
            Rate(disputed),
            Rate(pairs.Except(disputed)),
            pairs.Average(pair => scores.Disagreement(pair.Better, pair.Worse))
        );
    }
}
