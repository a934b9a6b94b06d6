using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>Sums of e^score over sets of answers of unlike size, all at once.</summary>
internal static class ChoiceSets
{
    /// <summary>log Σ e^(score) over each set.</summary>
    /// <param name="scores">[answers].</param>
    /// <param name="sets">Indices of answers, none empty.</param>
    /// <returns>[sets], differentiable.</returns>
    internal static Tensor LogSumExp(Tensor scores, IReadOnlyList<int[]> sets)
    {
        var width = sets.Count == 0 ? 1 : sets.Max(set => set.Length);
        var (index, isFilling) = (new long[sets.Count, width], new bool[sets.Count, width]);
        for (var set = 0; set < sets.Count; set++)
        {
            for (var i = 0; i < width; i++)
            {
                isFilling[set, i] = i >= sets[set].Length;
                index[set, i] = isFilling[set, i] ? 0 : sets[set][i];
            }
        }

        using var nothing = double.NegativeInfinity.ToScalar();
        var gathered = scores.index_select(0, tensor(index, device: scores.device).view(-1)).view(sets.Count, width);
        return gathered.masked_fill(tensor(isFilling, device: scores.device), nothing).logsumexp(1);
    }
}
