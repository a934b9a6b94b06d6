using Plumbline.Randomness;

namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Draws as many units as there are, with replacement, and says how often each observation was drawn.</summary>
internal sealed class UnitDraws
{
    private readonly int[][] observationsOf;
    private readonly double[] counts;
    private readonly bool areVotes;

    /// <param name="counts">How often each observation was made.</param>
    /// <param name="units">The unit of each observation; null where every single vote is its own unit.</param>
    public UnitDraws(IReadOnlyList<int> counts, IReadOnlyList<int>? units)
    {
        if (units is not null && units.Count != counts.Count)
        {
            throw new ArgumentException($"{units.Count} units of {counts.Count} observations.", nameof(units));
        }

        this.counts = [.. counts];
        areVotes = units is null;
        observationsOf = units is null
            ? [.. Enumerable.Range(0, counts.Count).SelectMany(at => Enumerable.Repeat<int[]>([at], counts[at]))]
            : [.. Enumerable.Range(0, counts.Count).GroupBy(at => units[at]).Select(unit => unit.ToArray())];
    }

    /// <summary>Overwrites weights by how often each observation was drawn.</summary>
    public void Draw(RandomSource random, double[] weights)
    {
        Array.Clear(weights);
        for (var i = 0; i < observationsOf.Length; i++)
        {
            foreach (var observation in observationsOf[random.NextInt(observationsOf.Length)])
            {
                weights[observation] += areVotes ? 1 : counts[observation];
            }
        }
    }
}
