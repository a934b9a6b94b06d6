using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>Holds the level of scores near 0, which comparisons leave open (arXiv 2312.09244).</summary>
internal static class Centering
{
    /// <summary>The losses with c·(2·mean score of the list)² on top: c·(better + worse)² for a pair.</summary>
    /// <param name="losses">[lists].</param>
    /// <param name="answers">The scores.</param>
    /// <param name="options">c.</param>
    internal static Tensor Add(Tensor losses, RankedScores answers, RewardLossOptions options)
    {
        if (options.CenterRewardsCoefficient == 0)
        {
            return losses;
        }

        var starts = answers.Rankings.Starts;
        var (owners, scale) = (new long[answers.Rankings.AnswerCount], new double[answers.Rankings.Count]);
        for (var list = 0; list < scale.Length; list++)
        {
            owners.AsSpan(starts[list]..starts[list + 1]).Fill(list);
            scale[list] = 2.0 / (starts[list + 1] - starts[list]);
        }

        var (scores, device) = (answers.Scores, answers.Scores.device);
        var level = scores.SumByGroup(tensor(owners, device: device), scale.Length) * tensor(scale, scores.dtype, device);
        return losses + level.square().Times(options.CenterRewardsCoefficient);
    }
}
