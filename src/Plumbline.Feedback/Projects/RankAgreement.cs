namespace Plumbline.Feedback.Projects;

/// <summary>How far people agree on the order of a few answers.</summary>
public static class RankAgreement
{
    /// <summary>
    /// The share of answer pairs that two rankings order alike; a tie agrees with a tie, and half with an order.
    /// </summary>
    /// <param name="first">Ranks of two or more answers.</param>
    /// <param name="second">Ranks of the same answers.</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentException">They rank different numbers of answers, or fewer than two.</exception>
    public static double ShareOfPairs(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        if (first.Count != second.Count || first.Count < 2)
        {
            throw new ArgumentException($"There are ranks of {first.Count} and of {second.Count} answers.", nameof(second));
        }

        var alike = 0.0;
        for (var i = 0; i < first.Count; i++)
        {
            for (var j = i + 1; j < first.Count; j++)
            {
                alike += 1 - (Math.Abs(first[i].CompareTo(first[j]) - second[i].CompareTo(second[j])) / 2.0);
            }
        }

        return alike / (first.Count * (first.Count - 1) / 2);
    }

    /// <summary>The mean of <see cref="ShareOfPairs"/> over all pairs of rankings.</summary>
    /// <param name="rankings">Ranks of the same answers.</param>
    /// <returns>Null where there are fewer than two rankings.</returns>
    public static double? MeanShareOfPairs(IReadOnlyList<IReadOnlyList<int>> rankings)
    {
        if (rankings.Count < 2)
        {
            return null;
        }

        var sum = 0.0;
        for (var i = 0; i < rankings.Count; i++)
        {
            for (var j = i + 1; j < rankings.Count; j++)
            {
                sum += ShareOfPairs(rankings[i], rankings[j]);
            }
        }

        return sum / (rankings.Count * (rankings.Count - 1) / 2);
    }
}
