using MathNet.Numerics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Agreement;

/// <summary>
/// Whether groups part further than the same raters dealt into groups of the same sizes at random would. Whole raters are dealt, with all their rankings: one odd person is no group.
/// </summary>
internal static class GroupPermutationTest
{
    // Rounding must not part what is equal.
    private const double Equal = 1e-12;

    /// <summary>The p value: (1 + dealings that part as far or further) / (1 + dealings), Phipson and Smyth 2010. A dealing that says nothing counts against the groups.</summary>
    /// <param name="requests">What was ranked.</param>
    /// <param name="groupOf">The group of each rater from 0, null for those who take no part.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <param name="permutations">How many dealings.</param>
    /// <param name="seed">The seed of the dealings.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static double PValue(
        IReadOnlyList<RequestRankings> requests,
        IReadOnlyList<int?> groupOf,
        int groups,
        int permutations,
        Seed seed,
        CancellationToken cancellation
    )
    {
        var raters = requests
            .SelectMany(request => request.Rankings)
            .Select(ranking => ranking.Rater)
            .Where(rater => groupOf[rater] is not null)
            .Distinct()
            .Order()
            .ToArray();
        var edges = Edges(requests, raters);
        var dealt = Array.ConvertAll(raters, rater => groupOf[rater]!.Value);
        var distance = new GroupDistance(groups);
        var observed = Distance(distance, edges, dealt);
        var random = seed.Derive("permutations").Source();
        var further = 0;
        for (var i = 0; i < permutations; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            random.Shuffle<int>(dealt);
            further += Distance(distance, edges, dealt) < observed - Equal ? 0 : 1;
        }

        return (1.0 + further) / (1.0 + permutations);
    }

    /// <summary><see cref="PartingTest.LeastP"/> of groups of these sizes.</summary>
    public static double LeastP(IReadOnlyList<int> sizes)
    {
        static double LogFactorial(int number) => SpecialFunctions.FactorialLn(number);
        var alike = sizes.CountBy(size => size).Sum(size => LogFactorial(size.Value));
        return Math.Min(1, Math.Exp(sizes.Sum(LogFactorial) + alike - LogFactorial(sizes.Sum())));
    }

    private static double Distance(GroupDistance distance, Edge[] edges, int[] dealt)
    {
        distance.Clear();
        foreach (var edge in edges)
        {
            distance.Add(dealt[edge.One], dealt[edge.Other], edge.Squares, edge.Count);
        }

        return distance.Overall();
    }

    // All that two raters differ by on what both ranked: a dealing only decides where it counts.
    private static Edge[] Edges(IReadOnlyList<RequestRankings> requests, int[] raters)
    {
        var places = raters.Index().ToDictionary(each => each.Item, each => each.Index);
        var edges = new Dictionary<(int One, int Other), (long Squares, long Count)>();
        foreach (var request in requests)
        {
            var known = request.Rankings.Where(ranking => places.ContainsKey(ranking.Rater)).OrderBy(ranking => ranking.Rater).ToArray();
            for (var i = 0; i < known.Length; i++)
            {
                for (var j = i + 1; j < known.Length; j++)
                {
                    var key = (places[known[i].Rater], places[known[j].Rater]);
                    var (squares, count) = edges.GetValueOrDefault(key);
                    edges[key] = (squares + Squares(request, known[i], known[j]), count + request.Pairs);
                }
            }
        }

        return
        [
            .. edges
                .OrderBy(edge => edge.Key)
                .Select(edge => new Edge(edge.Key.One, edge.Key.Other, edge.Value.Squares / 4.0, edge.Value.Count)),
        ];
    }

    private static int Squares(RequestRankings request, RaterRanks one, RaterRanks other)
    {
        var sum = 0;
        for (var first = 0; first < request.Answers; first++)
        {
            for (var second = first + 1; second < request.Answers; second++)
            {
                var difference = one.Prefers(first, second) - other.Prefers(first, second);
                sum += difference * difference;
            }
        }

        return sum;
    }

    private readonly record struct Edge(int One, int Other, double Squares, double Count);
}
