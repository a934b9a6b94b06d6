using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>Averages losses of pairs over the list that they belong to.</summary>
internal static class ListMeans
{
    /// <summary>[pairs] to [lists]; 0 for a list without pairs.</summary>
    /// <param name="losses">[pairs].</param>
    /// <param name="lists">The list of each pair.</param>
    /// <param name="answers">The lists.</param>
    internal static Tensor Of(Tensor losses, long[] lists, RankedScores answers)
    {
        var counts = new double[answers.Rankings.Count];
        foreach (var list in lists)
        {
            counts[list]++;
        }

        var device = losses.device;
        var divisors = tensor([.. counts.Select(count => Math.Max(1, count))], losses.dtype, device);
        return losses.SumByGroup(tensor(lists, device: device), counts.Length) / divisors;
    }
}
