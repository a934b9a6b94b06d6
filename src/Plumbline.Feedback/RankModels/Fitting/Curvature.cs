namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>
/// Minus the matrix of second derivatives of a log-likelihood of strengths. A likelihood that only depends on differences has the form Σ_pairs w (e_i − e_j)(e_i − e_j)ᵀ on the items, the Laplacian of a
/// graph with weights (some may be negative where ties are summed out), with a border for parameters that all items share.
/// </summary>
/// <param name="items">How many items there are.</param>
/// <param name="pairs">The pairs that have weights.</param>
/// <param name="shared">How many shared parameters follow the items.</param>
/// <param name="groupOf">The group of each item, from 0: adding the same to a whole group changes nothing, so such vectors are the null space where there is no ridge.</param>
internal sealed class Curvature(int items, PairIndex pairs, int shared, int[] groupOf)
{
    private readonly int[] first = [.. pairs.First];
    private readonly int[] second = [.. pairs.Second];

    /// <summary>How many items there are.</summary>
    public int Items => items;

    /// <summary>How many shared parameters follow the items.</summary>
    public int Shared => shared;

    /// <summary>The lower item of each pair.</summary>
    public ReadOnlySpan<int> First => first;

    /// <summary>The higher item of each pair.</summary>
    public ReadOnlySpan<int> Second => second;

    /// <summary>The weight of each pair.</summary>
    public double[] Weights { get; } = new double[pairs.Count];

    /// <summary>[shared][items]: the border.</summary>
    public double[][] Border { get; } = [.. Enumerable.Range(0, shared).Select(_ => new double[items])];

    /// <summary>[shared, shared].</summary>
    public double[,] Corner { get; } = new double[shared, shared];

    /// <summary>A precision that is added to every item's diagonal.</summary>
    public double Ridge { get; set; }

    /// <summary>Sets all but the ridge to 0.</summary>
    public void Clear()
    {
        Array.Clear(Weights);
        Array.Clear(Corner);
        foreach (var row in Border)
        {
            Array.Clear(row);
        }
    }

    /// <summary>result = this · vector.</summary>
    public void Multiply(ReadOnlySpan<double> vector, Span<double> result)
    {
        result.Clear();
        for (var pair = 0; pair < Weights.Length; pair++)
        {
            var flow = Weights[pair] * (vector[first[pair]] - vector[second[pair]]);
            result[first[pair]] += flow;
            result[second[pair]] -= flow;
        }

        for (var item = 0; item < items && Ridge > 0; item++)
        {
            result[item] += Ridge * vector[item];
        }

        for (var at = 0; at < shared; at++)
        {
            var sum = 0.0;
            for (var item = 0; item < items; item++)
            {
                result[item] += Border[at][item] * vector[items + at];
                sum += Border[at][item] * vector[item];
            }

            for (var other = 0; other < shared; other++)
            {
                sum += Corner[at, other] * vector[items + other];
            }

            result[items + at] += sum;
        }
    }

    /// <summary>Takes the part in the null space out of a vector, which there is rounding.</summary>
    public void Project(Span<double> vector)
    {
        if (Ridge > 0 || items == 0)
        {
            return;
        }

        var (sums, counts) = (new double[groupOf.Max() + 1], new int[groupOf.Max() + 1]);
        for (var item = 0; item < items; item++)
        {
            sums[groupOf[item]] += vector[item];
            counts[groupOf[item]]++;
        }

        for (var item = 0; item < items; item++)
        {
            vector[item] -= sums[groupOf[item]] / counts[groupOf[item]];
        }
    }

    /// <summary>The diagonal.</summary>
    public void Diagonal(Span<double> result)
    {
        result[..items].Fill(Ridge);
        for (var pair = 0; pair < Weights.Length; pair++)
        {
            result[first[pair]] += Weights[pair];
            result[second[pair]] += Weights[pair];
        }

        for (var at = 0; at < shared; at++)
        {
            result[items + at] = Corner[at, at];
        }
    }
}
