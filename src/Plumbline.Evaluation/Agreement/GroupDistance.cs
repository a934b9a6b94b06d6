namespace Plumbline.Evaluation.Agreement;

/// <summary>Σ of squared differences and their number, for each two groups and within each.</summary>
/// <remarks>
/// The squared distance between mean opinions is B_gh − (W_g + W_h)/2, where B and W are the mean squared differences of two raters of both groups and of one: what raters of a group differ
/// by themselves drops out, whatever the groups' sizes (the energy distance for squared differences; Székely and Rizzo 2013, Journal of Statistical Planning and Inference 143(8)).
/// </remarks>
internal sealed class GroupDistance(int groups)
{
    private readonly double[] squares = new double[groups * groups];
    private readonly double[] counts = new double[groups * groups];

    public void Clear()
    {
        Array.Clear(squares);
        Array.Clear(counts);
    }

    /// <summary>Adds what raters of two groups, or of one, differ by.</summary>
    public void Add(int one, int other, double square, double count)
    {
        var place = one < other ? (one * groups) + other : (other * groups) + one;
        squares[place] += square;
        counts[place] += count;
    }

    /// <summary>Adds what these groups of a request differ by, in ascending order; here they are numbered from 0.</summary>
    public void Add(OpinionTally tally, ReadOnlySpan<int> members)
    {
        for (var group = 0; group < members.Length; group++)
        {
            var within = tally.Within[members[group]];
            Add(group, group, within.Distance, within.Raters);
            for (var other = group + 1; other < members.Length; other++)
            {
                var between = tally.Of(members[group], members[other]);
                Add(group, other, between.Distance, between.Raters);
            }
        }
    }

    /// <summary>The mean over all pairs of groups whose distance is known; not a number where none is.</summary>
    public double Overall()
    {
        var (sum, known) = (0.0, 0);
        for (var first = 0; first < groups; first++)
        {
            for (var second = first + 1; second < groups; second++)
            {
                var distance = Between(first, second);
                if (!double.IsNaN(distance))
                {
                    sum += distance;
                    known++;
                }
            }
        }

        return known == 0 ? double.NaN : sum / known;
    }

    /// <summary>The squared distance of two groups; not a number where they share nothing, or one has no two raters who share anything.</summary>
    private double Between(int first, int second) => Mean(first, second) - ((Mean(first, first) + Mean(second, second)) / 2);

    private double Mean(int one, int other) => squares[(one * groups) + other] / counts[(one * groups) + other];
}
