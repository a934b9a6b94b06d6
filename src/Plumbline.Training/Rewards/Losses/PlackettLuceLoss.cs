using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>
/// Plackett and Luce: the ranking is drawn without replacement, each answer with probability e^s over the sum of those that are left. Tied answers are answers whose
/// order is not known: the loss is that of all their orders together, Σ over the orders of P(order), so that a partial ranking (the rest share the last rank) is
/// exactly the marginal of the full one, and a tie of two answers alone says nothing. Two answers give Bradley and Terry's loss.
/// </summary>
public static class PlackettLuceLoss
{
    /// <summary>The most answers that may share a rank above the last: their orders are summed over 2^n subsets.</summary>
    public const int MostTied = 12;

    /// <summary>The loss of each list: −log Σ_{orders} Π_i e^(s_i)/Σ_{j not before i} e^(s_j) + c·(2·mean score)².</summary>
    /// <param name="answers">Ranked lists.</param>
    /// <param name="options">c.</param>
    /// <returns>[lists], differentiable.</returns>
    /// <exception cref="InvalidInputException">More than <see cref="MostTied"/> answers share a rank above the last.</exception>
    [RewardLoss(
        "plackett_luce",
        Formula = "Σ_i [log Σ_{j not above i} e^(s_j) − s_i] + c·(2·mean s)²; ties: −log of the sum of e^(−loss) over their orders",
        Paper = "Plackett, Applied Statistics 24 (1975) 193-202; Luce, Individual Choice Behavior (1959)",
        Reads = [nameof(RewardLossOptions.CenterRewardsCoefficient)],
        TakesLists = true
    )]
    public static Tensor Of(RankedScores answers, RewardLossOptions options)
    {
        var rankings = answers.Checked().Rankings;
        var (sets, chosen, lists) = (new List<int[]>(), new List<long>(), new List<long>());
        var ties = new List<(int List, int[] Tied, int[] Below)>();
        for (var list = 0; list < rankings.Count; list++)
        {
            var levels = rankings.Levels(list);
            // The last level is drawn with probability 1, in whatever order.
            for (var level = 0; level < levels.Count - 1; level++)
            {
                int[] rest = [.. levels.Skip(level + 1).SelectMany(below => below)];
                if (levels[level] is not [var only])
                {
                    ties.Add((list, levels[level], rest));
                    continue;
                }

                sets.Add([only, .. rest]);
                chosen.Add(only);
                lists.Add(list);
            }
        }

        var (scores, device) = (answers.Scores, answers.Scores.device);
        var losses = ChoiceSets.LogSumExp(scores, sets) - scores.index_select(0, tensor(chosen.ToArray(), device: device));
        var parts = new List<Tensor> { losses };
        foreach (var (list, tied, rest) in ties)
        {
            parts.Add(-TiedOrders.LogProbability(scores, tied, rest).view(1));
            lists.Add(list);
        }

        return Centering.Add(cat(parts).SumByGroup(tensor(lists.ToArray(), device: device), rankings.Count), answers, options);
    }
}
