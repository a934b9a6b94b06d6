using Plumbline.Randomness;

namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>The parts of cross-validation. All pairs of one prompt lie in one part: what was learnt of a prompt is never tested on it.</summary>
internal sealed class GroupFolds
{
    private readonly int[] foldOfPair;

    private GroupFolds(int[] foldOfPair, int count)
    {
        this.foldOfPair = foldOfPair;
        Count = count;
    }

    public int Count { get; }

    /// <summary>Cuts pairs into parts: prompts in random order go to the parts in turn.</summary>
    /// <param name="groups">The prompt of each pair, numbered from 0.</param>
    /// <param name="count">How many parts.</param>
    /// <param name="seed">The order's seed.</param>
    /// <exception cref="InvalidInputException">There are fewer prompts than parts.</exception>
    public static GroupFolds Of(IReadOnlyList<int> groups, int count, Seed seed)
    {
        var prompts = groups.Count == 0 ? 0 : groups.Max() + 1;
        if (prompts < count)
        {
            throw new InvalidInputException(
                $"{groups.Count} pairs of {prompts} prompts cannot be cut into {count} parts by prompt.",
                "Give more preferences: a few hundred pairs say little, thousands say more."
            );
        }

        var order = Enumerable.Range(0, prompts).ToArray();
        seed.Derive("folds").Source().Shuffle<int>(order);
        var foldOfGroup = new int[prompts];
        for (var i = 0; i < prompts; i++)
        {
            foldOfGroup[order[i]] = i % count;
        }

        return new GroupFolds([.. groups.Select(group => foldOfGroup[group])], count);
    }

    /// <summary>The part of a pair.</summary>
    public int this[int pair] => foldOfPair[pair];

    /// <summary>The weights that leave out one or two parts.</summary>
    public double[] Outside(int fold, int? other = null) => [.. foldOfPair.Select(own => own == fold || own == other ? 0.0 : 1)];
}
