namespace Plumbline.Evaluation.Statistics;

/// <summary>Which of many findings to believe, where each was tested and some would look good by chance.</summary>
public static class FalseDiscoveryRate
{
    /// <summary>Benjamini and Hochberg's adjusted p values.</summary>
    /// <param name="pValues">One of each test, in [0, 1].</param>
    /// <returns>
    /// For each test the smallest rate at which it would be believed: min over j ≥ rank of m·p₍ⱼ₎/j, at most 1. Believing all up to q keeps the expected share of false ones among the
    /// believed at q or below, for tests that are independent or positively dependent.
    /// </returns>
    /// <remarks>Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57(1).</remarks>
    /// <exception cref="ArgumentException">A p value lies outside [0, 1].</exception>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        if (pValues.Any(p => p is not (>= 0 and <= 1)))
        {
            throw new ArgumentException("A p value lies between 0 and 1.", nameof(pValues));
        }

        var order = Enumerable.Range(0, pValues.Count).OrderBy(index => pValues[index]).ToArray();
        var adjusted = new double[pValues.Count];
        var least = 1.0;
        for (var rank = order.Length; rank >= 1; rank--)
        {
            least = Math.Min(least, pValues[order[rank - 1]] * order.Length / rank);
            adjusted[order[rank - 1]] = least;
        }

        return adjusted;
    }
}
