namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>
/// The covariance of estimated strengths, each measured from the mean of its group: the inverse of the curvature on strengths that sum to 0, within each group, and what the uncertainty of shared
/// parameters adds (Schur's complement).
/// </summary>
internal sealed class StrengthCovariance
{
    private readonly Curvature curvature;
    private readonly Grouping grouping;
    private readonly double[][][] inverses;
    private readonly double[][] bends;
    private readonly double[][]? shared;
    private readonly int[] place;

    /// <param name="curvature">At the maximum, its ridge included.</param>
    /// <param name="grouping">The groups.</param>
    /// <param name="mostItems">Groups of more items have no covariance.</param>
    public StrengthCovariance(Curvature curvature, Grouping grouping, int mostItems)
    {
        (this.curvature, this.grouping) = (curvature, grouping);
        place = new int[curvature.Items];
        var matrices = new double[grouping.Groups.Count][][];
        for (var group = 0; group < matrices.Length; group++)
        {
            var members = grouping.Groups[group].Items;
            var isMeasured = members.Count > 1 && members.Count <= mostItems;
            matrices[group] = isMeasured ? [.. members.Select(_ => new double[members.Count])] : [];
            for (var at = 0; at < members.Count; at++)
            {
                place[members[at]] = at;
            }
        }

        AddWeights(matrices);
        inverses = [.. matrices.Select(matrix => Inverse(matrix))];
        bends = [.. curvature.Border.Select(Apply)];
        shared = SharedInverse();
    }

    /// <summary>The covariance of shared parameters; null where it is not known.</summary>
    public double? Shared(int at, int other) => shared?[at][other];

    /// <summary>The covariance of two items' strengths, of one group; null where it is not known.</summary>
    public double? Of(int item, int other)
    {
        if (inverses[grouping.GroupOf[item]] is not { Length: > 0 } inverse || shared is null)
        {
            return null;
        }

        var sum = inverse[place[item]][place[other]];
        for (var at = 0; at < bends.Length; at++)
        {
            for (var to = 0; to < bends.Length; to++)
            {
                sum += bends[at][item] * shared[at][to] * bends[to][other];
            }
        }

        return sum;
    }

    private void AddWeights(double[][][] matrices)
    {
        for (var pair = 0; pair < curvature.Weights.Length; pair++)
        {
            var (first, second, weight) = (curvature.First[pair], curvature.Second[pair], curvature.Weights[pair]);
            if (matrices[grouping.GroupOf[first]] is { Length: > 0 } matrix)
            {
                var (i, j) = (place[first], place[second]);
                matrix[i][i] += weight;
                matrix[j][j] += weight;
                matrix[i][j] -= weight;
                matrix[j][i] -= weight;
            }
        }
    }

    // With s·1·1ᵀ added the matrix is regular; what that and the ridge give to the direction 1 is taken out again.
    private double[][] Inverse(double[][] matrix)
    {
        var size = matrix.Length;
        if (size == 0)
        {
            return [];
        }

        var shift = (curvature.Ridge + Enumerable.Range(0, size).Sum(i => matrix[i][i]) / size) / size;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                matrix[i][j] += shift + (i == j ? curvature.Ridge : 0);
            }
        }

        if (CholeskyFactor.Of(matrix)?.Inverse() is not { } inverse)
        {
            return [];
        }

        var common = 1 / (size * (curvature.Ridge + (shift * size)));
        foreach (var row in inverse)
        {
            for (var j = 0; j < size; j++)
            {
                row[j] -= common;
            }
        }

        return inverse;
    }

    private double[] Apply(double[] border)
    {
        var result = new double[border.Length];
        for (var group = 0; group < inverses.Length; group++)
        {
            var members = grouping.Groups[group].Items;
            for (var i = 0; i < inverses[group].Length; i++)
            {
                for (var j = 0; j < members.Count; j++)
                {
                    result[members[i]] += inverses[group][i][j] * border[members[j]];
                }
            }
        }

        return result;
    }

    private double[][]? SharedInverse()
    {
        var size = curvature.Shared;
        var matrix = new double[size][];
        for (var at = 0; at < size; at++)
        {
            matrix[at] = [.. Enumerable.Range(0, size).Select(to => curvature.Corner[at, to] - Dot(curvature.Border[at], bends[to]))];
        }

        return CholeskyFactor.Of(matrix)?.Inverse();
    }

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}
