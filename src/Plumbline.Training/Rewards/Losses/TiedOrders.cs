using System.Numerics;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>
/// The probability under Plackett and Luce that some answers come before the rest, in any order: by subsets T of the tied answers from small to large,
/// P(T) = Σ_{i in T} e^(s_i)/Σ_{T and rest} · P(T without i). 2^n terms instead of n! orders.
/// </summary>
internal static class TiedOrders
{
    /// <summary>log P(all of the tied answers come first), a scalar, differentiable.</summary>
    /// <param name="scores">[answers].</param>
    /// <param name="tied">The tied answers.</param>
    /// <param name="rest">What ranks below them, not empty.</param>
    internal static Tensor LogProbability(Tensor scores, int[] tied, int[] rest)
    {
        if (tied.Length > PlackettLuceLoss.MostTied)
        {
            throw new InvalidInputException(
                $"{tied.Length} answers share a rank above the last; orders of at most {PlackettLuceLoss.MostTied} are summed.",
                "Use all_pairs, which leaves tied pairs out, or davidson, which learns from them."
            );
        }

        var byCount = Enumerable
            .Range(0, 1 << tied.Length)
            .GroupBy(subset => BitOperations.PopCount((uint)subset))
            .OrderBy(group => group.Key);
        var place = new long[1 << tied.Length];
        var below = zeros(1, scores.dtype, scores.device);
        foreach (var group in byCount.Skip(1))
        {
            int[] subsets = [.. group];
            int[][] members = [.. subsets.Select(subset => Enumerable.Range(0, tied.Length).Where(i => (subset >> i & 1) == 1).ToArray())];
            var index = tensor(members.SelectMany(set => set.Select(i => (long)tied[i])).ToArray(), device: scores.device);
            long[] without = [.. subsets.Zip(members).SelectMany(of => of.Second.Select(i => place[of.First & ~(1 << i)]))];
            var draws = scores.index_select(0, index) + below.index_select(0, tensor(without, device: scores.device));
            var left = ChoiceSets.LogSumExp(scores, [.. members.Select(set => (int[])[.. set.Select(i => tied[i]), .. rest])]);
            below = draws.view(subsets.Length, group.Key).logsumexp(1) - left;
            for (var i = 0; i < subsets.Length; i++)
            {
                place[subsets[i]] = i;
            }
        }

        return below;
    }
}
